"""A client is registered at a real provider by a command, used, looked into, and removed there again."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tui.entry import main

pytestmark = [pytest.mark.peer, pytest.mark.timeout(180)]


@dataclass(frozen=True)
class Ran:
    code: int
    json: Any
    err: str


@pytest.fixture
def told(
    connector: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Run commands in a home that has the connector, in this process."""
    monkeypatch.setenv("CONNECT_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = main([*words, "--json"])
        caught = capsys.readouterr()
        return Ran(code, json.loads(caught.out), caught.err)

    assert run("connector", "add", str(connector)).code == 0
    return run


def test_a_client_is_registered_used_looked_into_and_removed(told: Any, oidc: Any, tmp_path: Path) -> None:
    issuer = f"issuer={oidc.base_url}"
    made = told("app", "register", "provided", "--method", "machine", "--name", "robot", "--set", issuer)
    assert made.code == 0, made.err
    app = made.json
    assert app["secrets"] == {"client_secret": "vault", "registration_access_token": "vault"}
    assert app["values"]["registration_client_uri"].startswith(f"{oidc.base_url}/reg/")
    assert (app["provider"], app["notes"]) == ("provided", [])
    assert (
        told("app", "register", "provided", "--method", "machine", "--name", "Robot", "--set", issuer).code
        == 2
    )
    assert told("auth", "add", "provided", "--method", "machine", "--name", "r", "--app", "robot").code == 0
    assert (
        told(
            "connection", "create", "provided", "--name", "it", "--auth", "r", "--no-test", "--set", issuer
        ).code
        == 0
    )
    assert told("auth", "introspect", "r").json["error"]["message"] == "r holds no access token"
    assert told("auth", "refresh", "r").code == 0
    found = told("auth", "introspect", "r")
    assert found.code == 0, found.err
    said = found.json
    assert (said["name"], said["token"], said["active"]) == ("r", "access_token", True)
    assert (said["scopes"], said["client_id"], said["issuer"]) == (["read"], app["client_id"], oidc.base_url)
    assert said["expires_at"] > said["issued_at"]
    assert not {"token", "access_token"} & said["more"].keys()
    assert told("auth", "introspect", "r", "--token", "refresh").code == 2
    assert told("app", "delete", "robot", "--yes", "--unregister").code == 6  # it is in use
    assert told("connection", "delete", "it", "--yes").code == 0
    assert told("auth", "delete", "r", "--yes").code == 0
    gone = told("app", "delete", "robot", "--yes", "--unregister")
    assert (gone.code, gone.json["unregistered"]) == (0, True), gone.err
    names = {one["name"] for one in told("operation", "list", "--filter", "kind:auth state:success").json}
    assert {"register client robot", "introspect token of r", "remove client robot"} <= names


def test_a_provider_without_a_connector_is_named_by_its_address(told: Any, oidc: Any) -> None:
    made = told("app", "register", oidc.base_url, "--name", "ours", "--metadata", "client_name=Our desk")
    assert made.code == 0, made.err
    assert made.json["provider"] == "127.0.0.1"
    place = made.json["values"]["registration_client_uri"]
    with pytest.raises(urllib.error.HTTPError):  # what changes it is secret
        urllib.request.urlopen(place, timeout=30)
    gone = told("app", "delete", "ours", "--yes", "--unregister")
    assert (gone.code, gone.json["unregistered"]) == (0, True), gone.err
    assert told("app", "show", "ours").code == 2


@pytest.mark.parametrize(
    ("more", "code", "words", "helps"),
    [
        (("--redirect", "acme"), 2, "does not take the redirect address", "--redirect"),
        (
            ("--metadata", 'grant_types:=["fish"]'),
            2,
            "does not take what it is told of the client",
            "--metadata",
        ),
        (("--set", "isuer=x"), 2, "isuer", "issuer"),
        (("--secret", "client_secret=env:HOME"), 2, "is no secret of a registration", "initial_access_token"),
    ],
)
def test_what_is_refused_says_what_to_change(
    told: Any, oidc: Any, more: tuple[str, ...], code: int, words: str, helps: str
) -> None:
    wished = ("app", "register", "provided", "--method", "web", "--name", "ours")
    ran = told(*wished, "--set", f"issuer={oidc.base_url}", *more)
    error = ran.json["error"]
    assert (ran.code, words in error["message"], helps in error["remedy"]) == (code, True, True), error
    assert told("app", "list").json == []


def test_what_the_address_needs_is_asked_for(told: Any) -> None:
    ran = told("app", "register", "provided", "--method", "web", "--name", "ours")
    assert ran.code == 2
    assert ran.json["error"]["remedy"].startswith("give it with --set issuer=")
    assert (
        told("app", "register", "provided", "--name", "ours")
        .json["error"]["remedy"]
        .startswith("--method web or")
    )
    assert told("app", "register", "practice", "--name", "ours").code == 2
