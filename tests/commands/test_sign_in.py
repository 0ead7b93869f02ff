"""``auth sign-in``, ``refresh`` and ``revoke`` against a small provider, without and with a person's part."""

import os
import pty
import re
import select
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ..sign_in_provider import CONNECTOR, Provider
from .test_terminal import Terminal


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    yield found
    found.stop()


@pytest.fixture
def account(cli, provider: Provider, tmp_path: Path) -> str:
    """An authentication that has not signed in, and a connection that uses it."""
    (tmp_path / "shop.yaml").write_text(CONNECTOR)
    (tmp_path / "client").write_text("canary-client-secret")
    assert cli("connector", "add", str(tmp_path / "shop.yaml")).code == 0
    ran = cli(
        "auth", "add", "shop", "--method", "person", "--name", "crm", "--set", "client_id=c1",
        "--secret", f"client_secret=@{tmp_path / 'client'}",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    ran = cli(
        "connection", "create", "shop", "--name", "shop", "--auth", "crm", "--no-test",
        "--set", f"base_url={provider.url}",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    return "crm"


def nothing_kept(tmp_path: Path) -> None:
    for path in (tmp_path / "home").rglob("*"):
        if path.is_file():
            assert b"canary" not in path.read_bytes(), path


def test_a_device_code_signs_in_and_the_connection_works(cli, account, provider, tmp_path):
    before = cli("run", "shop", "get-me", "--json")
    assert before.code == 3
    assert "auth sign-in crm" in before.err + before.out
    ran = cli("auth", "sign-in", account, "--flow", "device", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["state"], ran.json["used_by"]) == ("ready", ["shop"])
    assert ran.json["expires_at"] is not None
    assert "https://shop.example.net/device" in ran.err
    assert "WDJB-MJHT" in ran.err
    assert cli("connection", "test", "shop").code == 0
    assert cli("run", "shop", "get-me").code == 0
    names = [
        one["name"] for one in cli("operation", "list", "--json", "--filter", "kind:auth state:success").json
    ]
    assert names == ["sign in crm"]
    assert "canary" not in ran.out + ran.err
    nothing_kept(tmp_path)


def test_an_address_that_is_pasted_back_signs_in(account, provider, tmp_path):
    """In a real terminal: the first address is of another attempt, the second the right one."""
    command = [sys.executable, "-P", "-m", "tui", "auth", "sign-in", account, "--flow", "paste"]
    pid, master = pty.fork()
    if pid == 0:
        os.execve(command[0], command, dict(os.environ))
    seen = b""

    def until(text: str) -> str:
        nonlocal seen
        ends = time.monotonic() + 30
        while text not in seen.decode():
            ready, _, _ = select.select([master], [], [], 0.1)
            if ready:
                seen += os.read(master, 65536)
            assert time.monotonic() < ends, seen.decode()
        return seen.decode()

    page = re.search(r"http://127\S+/authorize\S+", until("Paste the whole address here"))
    assert page is not None
    asked = parse_qs(urlsplit(page[0]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://127.0.0.1:8733/callback"]
    redirect = asked["redirect_uri"][0]
    # Longer than any terminal hands over as one line, and with a slip that is taken back.
    written = f"{redirect}?x={'y' * 6000}&code=canary-code&state=strangerX\x7f\n".encode()
    while written:
        written = written[os.write(master, written[:512]) :]
        if select.select([master], [], [], 0.01)[0]:
            seen += os.read(master, 65536)
    until("belongs to another sign-in")
    os.write(master, f"{redirect}?code=canary-code&state={asked['state'][0]}\n".encode())
    until("signed in: crm")
    assert os.waitpid(pid, 0)[1] == 0
    os.close(master)
    (given,) = [given for path, given in provider.asked if path == "/token"]
    assert len(given["code_verifier"]) >= 43
    nothing_kept(tmp_path)


def test_the_browser_of_this_machine_comes_back(cli, account, provider, tmp_path):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        redirect = f"http://127.0.0.1:{one.getsockname()[1]}/callback"
    assert cli("connection", "edit", "shop", "--set", f"redirect={redirect}").code == 0
    command = [sys.executable, "-P", "-m", "tui", "auth", "sign-in", account, "--flow", "loopback"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        said = ""
        assert child.stderr is not None
        while "ends at" not in said:
            line = child.stderr.readline()
            assert line, said
            said += line
        page = re.search(r"http://127\S+/authorize\S+", said)
        assert page is not None
        state = parse_qs(urlsplit(page[0]).query)["state"][0]
        with urllib.request.urlopen(f"{redirect}?code=canary-code&state={state}", timeout=20) as answer:
            assert b"You are signed in" in answer.read()
        out, err = child.communicate(timeout=30)
    assert child.returncode == 0, err
    assert out.startswith("signed in: crm")


def test_a_wrong_paste_without_a_terminal_is_2_and_recorded(cli, account):
    ran = cli("auth", "sign-in", account, "--flow", "paste", stdin="https://example.net/?code=x&state=y\n")
    assert ran.code == 2
    assert "another sign-in" in ran.err
    row = cli("operation", "list", "--json").json[0]
    assert (row["name"], row["state"]) == ("sign in crm", "cancelled")


def test_refresh_gives_new_tokens_at_once(cli, account, provider):
    cli("auth", "sign-in", account, "--flow", "device")
    ran = cli("auth", "refresh", account, "--json")
    assert ran.code == 0, ran.err
    assert provider.asked[-1][1]["refresh_token"] == "canary-refresh-1"
    assert cli("run", "shop", "get-me").code == 0


def test_revoke_tells_the_provider_and_forgets(cli, account, provider):
    cli("auth", "sign-in", account, "--flow", "device")
    ran = cli("auth", "revoke", account, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["state"] == "authorization_required"
    assert provider.revoked == ["canary-refresh-1", "canary-access-1"]
    assert cli("run", "shop", "get-me").code == 3
    assert cli("auth", "revoke", account).code == 2


def test_a_token_is_looked_into_and_never_shown(cli, account, provider, tmp_path):
    assert cli("auth", "introspect", account).code == 2
    cli("auth", "sign-in", account, "--flow", "device")
    ran = cli("auth", "introspect", account, "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["active"], ran.json["scopes"], ran.json["username"]) == (True, ["read"], "ada")
    assert (ran.json["expires_at"][:10], ran.json["more"]) == ("2100-01-01", {"note": "of •••"})
    assert "canary" not in ran.out + ran.err
    shown = cli("auth", "introspect", account, "--token", "refresh")
    assert (shown.code, "refresh, active" in shown.out, "canary" in shown.out) == (0, True, False)
    provider.tokens += 1  # what is held is dead now
    ran = cli("auth", "introspect", account)
    assert (ran.code, ran.out) == (1, "crm: the provider says that the access token is not active\n")
    assert "connect-tui auth refresh crm" in ran.err
    assert cli("auth", "introspect", account, "--json").json["active"] is False
    assert cli("auth", "introspect", account, "--token", "id").code == 2
    assert cli("auth", "show", account, "--json").json["state"] == "ready"
    nothing_kept(tmp_path)


def test_a_flow_that_is_none_and_a_method_without_a_person(cli, account, tmp_path):
    assert cli("auth", "sign-in", account, "--flow", "fax").code == 2
    (tmp_path / "token").write_text("x" * 20)
    cli(
        "auth",
        "add",
        "practice",
        "--method",
        "token",
        "--name",
        "plain",
        "--secret",
        f"token=@{tmp_path / 'token'}",
    )
    for verb in ("sign-in", "refresh", "revoke"):
        assert cli("auth", verb, "plain").code == 2


def test_credentials_are_kept_and_signed_in_with_at_once(cli, account, provider, tmp_path):
    (tmp_path / "second.yaml").write_text(
        CONNECTOR.replace("handle: shop", "handle: stall").replace(
            "required: true", f"default: '{provider.url}'"
        )
    )
    assert cli("connector", "add", str(tmp_path / "second.yaml")).code == 0
    ran = cli(
        "auth", "add", "stall", "--method", "person", "--name", "direct", "--set", "client_id=c1",
        "--secret", f"client_secret=@{tmp_path / 'client'}", "--flow", "device", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert (ran.json["name"], ran.json["state"]) == ("direct", "ready")


def test_a_provider_that_repeats_the_client_secret_does_not_get_it_shown(cli, account, provider, tmp_path):
    answer = provider.answer

    def refuse(path, given):
        if path == "/token":
            return 400, {"error": "invalid_client", "error_description": "canary-client-secret has expired"}
        return answer(path, given)

    provider.answer = refuse
    ran = cli("auth", "sign-in", account, "--flow", "device")
    assert ran.code == 3
    assert "expired" in ran.err
    assert "canary" not in ran.err + ran.out
    nothing_kept(tmp_path)


def test_what_a_provider_says_moves_no_cursor(cli, account, provider):
    answer, evil = provider.answer, "\x1b]52;c;eA==\x07\x1b[2J\u202e"

    def refuse(path, given):
        if path == "/device":
            return 400, {"error": f"odd{evil}", "error_description": f"no{evil}"}
        return answer(path, given)

    provider.answer = refuse
    ran = cli("auth", "sign-in", account, "--flow", "device")
    assert (ran.code, "the provider refused the sign-in of crm" in ran.err) == (3, True)
    assert not set("\x1b\x07\u202e") & set(ran.err + ran.out)


def test_what_failed_after_it_began_is_told_with_its_operation(cli, account, provider):
    cli("auth", "sign-in", account, "--flow", "device")
    provider.answer = lambda path, given: (503, {})
    for words, code in (
        (("auth", "refresh", account), 4),
        (("auth", "introspect", account), 4),
        (("auth", "sign-in", account, "--flow", "device"), 4),
    ):
        ran = cli(*words, "--json")
        row = cli("operation", "list", "--json", "--limit", "1").json[0]
        assert (ran.code, ran.json["state"], row["state"]) == (code, "failed", "failed"), words
        assert ran.json["operation"] == row["id"], words
        assert ran.json["error"]["status"] == 503, words
    ran = cli("auth", "introspect", "nobody", "--json")
    assert (ran.code, ran.json["state"], ran.json["operation"]) == (2, "refused", None)


def test_a_provider_that_cannot_be_told_now_costs_no_tokens(cli, account, provider):
    cli("auth", "sign-in", account, "--flow", "device")
    assert cli("auth", "refresh", account).code == 0
    answer = provider.answer
    provider.answer = lambda path, given: (503, {}) if path == "/revoke" else answer(path, given)
    ran = cli("auth", "revoke", account, "--json")
    assert (ran.code, ran.json["state"], ran.json["error"]["retryable"]) == (4, "failed", True)
    assert "`connect-tui auth revoke crm --forget`" in ran.json["error"]["remedy"]
    assert cli("run", "shop", "get-me").code == 0
    ran = cli("auth", "revoke", account, "--forget", "--json")
    assert (ran.code, ran.json["state"], ran.json["refreshed_at"]) == (0, "authorization_required", None)
    assert cli("auth", "revoke", account, "--forget").code == 2


@pytest.mark.terminal
def test_signing_out_asks_for_the_name(cli, account, provider):
    cli("auth", "sign-in", account, "--flow", "device")
    asked = Terminal("auth", "revoke", account)
    asked.until("Type crm to go on")
    asked.type("crn\n")
    assert asked.end()[0] == 6
    assert provider.revoked == []
    assert cli("auth", "show", account, "--json").json["state"] == "ready"


def test_who_never_signed_in_is_listed_so_and_sent_there(cli, account, provider):
    (row,) = cli("auth", "list", "--json").json
    assert (row["state"], row["standing"]) == ("ready", "sign_in")
    listed = cli("auth", "list").out
    assert "sign in" in listed
    assert ("APP" in listed, "REFRESH" in listed) == (True, True)
    ran = cli(
        "connection", "create", "shop", "--name", "second", "--auth", account, "--no-test",
        "--set", f"base_url={provider.url}",
    )  # fmt: skip
    assert "next: connect-tui auth sign-in crm" in ran.err
    cli("auth", "sign-in", account, "--flow", "device", "--connection", "shop")
    (row,) = cli("auth", "list", "--json").json
    assert row["standing"] == "ready"


def test_the_scopes_that_are_needed_and_missing_are_shown(cli, account, provider, tmp_path):
    operations = (
        "{request: {path: /me}, read_only: true, scopes: [read]}\n"
        "  put-me: {request: {method: PUT, path: /me}, scopes: [write]}"
    )
    text = CONNECTOR.replace("revision: 1", "revision: 2")
    text = text.replace("{request: {path: /me}, read_only: true}", operations)
    (tmp_path / "shop.yaml").write_text(text)
    assert cli("connector", "add", str(tmp_path / "shop.yaml")).code == 0
    found = cli("auth", "show", account, "--json").json
    assert found["scopes_needed"] == {"read": ["get-me"], "write": ["put-me"]}
    assert found["scopes_missing"] == []  # nobody signed in yet
    cli("auth", "sign-in", account, "--flow", "device")
    found = cli("auth", "show", account, "--json").json
    assert (found["scopes"], found["scopes_missing"]) == (["read"], ["write"])
    shown = cli("auth", "show", account).out
    assert "read for get-me; write for put-me" in shown
    assert "missing" in shown
