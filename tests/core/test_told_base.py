"""An address that a provider tells leads to the hosts that its connector names, and to no machine inside."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors import OAuth2Auth, SessionAuth
from core import Engine
from core.errors import PolicyError
from core.hosts import build_policy
from core.told_base import check_told_address
from core.unseal import Unsealed, build_unsealed
from storage.records import Connection

WHOLE = "{{ captured.place }}"
HOSTS = ["*.acme.example"]


def oauth2(hosts: list[str] | None = None, **more: Any) -> OAuth2Auth:
    said = {"kind": "oauth2", "grants": ["client_credentials"], "token_url": "{{ var.id_url }}/token"}
    captured = [{"key": "place", **({"hosts": hosts} if hosts else {})}]
    return OAuth2Auth.model_validate_json(json.dumps({**said, "captured": captured, **more}))


def told(place: str, id_url: str = "https://id.acme.example", **variables: str) -> Unsealed:
    connection = Connection("con_1", "p", "it", "acme", 1, "", None, "active", {}, 0, 0)
    unsealed = build_unsealed(connection, {"id_url": id_url, **variables}, {}, [])
    unsealed.scope["captured"] = {"place": place}
    return unsealed


def check(template: str, method: Any, unsealed: Unsealed) -> bool:
    return check_told_address(template, str(unsealed.fill(template)), method, unsealed)


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example", "https://acme.example.evil.example", "https://xacme.example", "http://169.254.169.254",
        "https://127.0.0.1", "https://localhost:8080", "https://[::1]", "https://id.acme.example.", "https://[",
        "https://eu1.acme.example@evil.example", "//evil.example", "evil.example", "", "https://*", "*",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "template", [WHOLE, "{{ captured.place }}/api", "{{ not_null(captured.place, var.other) }}"]
)
def test_another_host_than_those_that_are_named_is_refused(template: str, place: str) -> None:
    if place == "https://id.acme.example.":
        assert check(template, oauth2(HOSTS), told(place))  # the provider itself, as DNS writes it
        return
    with pytest.raises(
        PolicyError, match=r"the provider says that the address is .* \*\.acme\.example is expected"
    ):
        check(template, oauth2(HOSTS), told(place))


def test_a_named_host_may_be_called_unless_its_address_is_private() -> None:
    assert check(WHOLE, oauth2(HOSTS), told("https://eu1.acme.example/x")) is False
    policy = build_policy("https://eu1.acme.example", [], is_told=True)
    policy.check_address("eu1.acme.example", "93.184.216.34")
    for address in ("10.1.2.3", "127.0.0.1", "::1", "fd12::1", "169.254.169.254"):
        with pytest.raises(PolicyError):
            policy.check_address("eu1.acme.example", address)


def test_a_named_host_is_called_by_tls() -> None:
    with pytest.raises(PolicyError, match="without TLS"):
        check(WHOLE, oauth2(HOSTS), told("http://eu1.acme.example"))


def test_where_the_provider_itself_is_the_address_may_be_too() -> None:
    inside = told("http://10.0.0.5:8080/api", id_url="http://10.0.0.5:9000")
    assert check(WHOLE, oauth2(), inside) is True
    with pytest.raises(PolicyError, match="where the provider's own host is expected"):
        check(WHOLE, oauth2(), told("https://10.0.0.6", id_url="https://10.0.0.5"))
    with pytest.raises(PolicyError):  # no way out of TLS
        check(WHOLE, oauth2(), told("http://id.acme.example"))


def test_the_hosts_of_a_persons_own_installation_are_templates() -> None:
    method = oauth2(["{{ var.domain }}", "*.{{ var.domain }}"])
    assert check(WHOLE, method, told("https://eu1.corp.example", domain="corp.example")) is False
    with pytest.raises(PolicyError):
        check(WHOLE, method, told("https://eu1.acme.example", domain="corp.example"))


@pytest.mark.parametrize("place", ["us1", "us1.eu"])
def test_a_name_below_a_domain_needs_no_more(place: str) -> None:
    assert check("https://{{ captured.place }}.api.acme.example/3.0", oauth2(), told(place)) is False


@pytest.mark.parametrize(
    "place", ["evil.example/", "evil.example#", "evil.example?", "a@evil.example/", "127.0.0.1:80/"]
)
def test_a_name_below_a_domain_cannot_break_out_of_it(place: str) -> None:
    with pytest.raises(PolicyError, match=r"\*\.api\.acme\.example is expected"):
        check("https://{{ captured.place }}.api.acme.example/3.0", oauth2(), told(place))


@pytest.mark.parametrize(
    ("template", "variables"),
    [
        ("https://api.acme.example/sites/{{ captured.place }}", {}),
        ("{{ var.base_url || captured.place }}", {"base_url": "http://10.0.0.1"}),
        ("{{ join('/', ['https://api.acme.example/sites', captured.place]) }}", {}),
        ("http://10.0.0.1", {}),
    ],
)
def test_what_does_not_decide_about_the_host_may_be_anything(
    template: str, variables: dict[str, str]
) -> None:
    assert check(template, oauth2(), told("evil.example", **variables)) is True


def test_a_login_that_tells_the_address_is_bound_as_well() -> None:
    steps = [{"request": {"path": "https://id.acme.example/login"},
              "extract": [{"key": "place", "path": "p", "secret": False, "hosts": HOSTS}]}]  # fmt: skip
    method = SessionAuth.model_validate_json(json.dumps({"kind": "session", "cookies": True, "steps": steps}))
    assert check(WHOLE, method, told("https://eu1.acme.example")) is False
    with pytest.raises(PolicyError):
        check(WHOLE, method, told("https://evil.example"))


CONNECTOR = """
schema: connect/1
revision: 1
handle: acme
name: Acme
summary: A connector of the tests.
type: api
inputs: [{key: id_url, type: url, required: true}]
http: {base_url: '{{ captured.instance_url }}', hosts: {files: '{{ captured.files }}'}}
auth:
  machine:
    kind: oauth2
    grants: [client_credentials]
    token_url: '{{ var.id_url }}/token'
    captured: [{key: instance_url, hosts: ['*.acme.example', localhost]}, {key: files, hosts: ['*.acme.example']}]
operations: {list-things: {request: {path: /things}}}
"""


@pytest.fixture
def moved(engine: Engine, serve: Any, answer: Any, tmp_path: Path) -> Callable[..., Any]:
    """Make the connection ``it`` to a provider that tells these facts; gives its server."""

    def make(**facts: str) -> Any:
        path = tmp_path / "acme.yaml"
        path.write_text(CONNECTOR)
        engine.catalog.add(path)
        server = serve()
        facts = {name: value.replace("HERE", server.url) for name, value in facts.items()}
        said = {"access_token": "at-canary-0", "expires_in": 3600, **facts}
        server.answers |= {"/token": answer(200, json.dumps(said).encode()), "/things": answer(200, b"[]")}
        engine.workspace.create_connection(
            "acme", "it", method="machine", variables={"id_url": server.url, "client_id": "me"},
            secrets={"client_secret": "our-secret-value"},
        )  # fmt: skip
        engine.workspace.activate("it")
        return server

    return make


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"instance_url": "http://169.254.169.254/latest", "files": "f.acme.example"}, "address is '169.254.169.254'"),
        ({"instance_url": "https://localhost:1", "files": "f.acme.example"}, "localhost is .*, a private address"),
        ({"instance_url": "HERE", "files": "*"}, r"address is '\*'"),
    ],
)  # fmt: skip
async def test_no_token_goes_where_a_provider_points_inside(
    engine: Engine, moved: Any, facts: dict[str, str], words: str
) -> None:
    server = moved(**facts)
    for _ in range(2):
        error = (await engine.run("it", "list-things", {})).error
        assert error.error_class == "policy"
        assert re.search(words, error.message)
    assert [path for _, path, _, _ in server.seen] == ["/token"]
    await engine.refresh("it")  # which may tell another address
    assert len(server.seen) == 2


async def test_the_provider_may_tell_where_it_is_itself(engine: Engine, moved: Any) -> None:
    server = moved(instance_url="HERE", files="f.acme.example")
    assert (await engine.run("it", "list-things", {})).error is None
    assert [path for _, path, _, _ in server.seen] == ["/token", "/things"]
