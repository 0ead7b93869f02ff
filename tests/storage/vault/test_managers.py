"""References into other secret managers: a real password store, and servers and commands that refuse."""

import http.server
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from storage.errors import SecretMissingError, SecretSourceError
from storage.vault import check_reference, resolve_reference

from ...peer_needed import need

CANARY = "canary-77ab"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ref:pass:", "names no entry"),
        ("ref:pass:-c", "names no entry"),
        ("ref:op:only/two", "names no field of 1Password"),
        ("ref:op:op://vault//field", "names no field of 1Password"),
        ("ref:vault:secret/shop", "names no field of a secret"),
        ("ref:vault:#field", "names no field of a secret"),
    ],
)
def test_an_incomplete_reference_says_what_is_missing(text: str, said: str) -> None:
    with pytest.raises(SecretSourceError, match=said):
        check_reference(text)


def test_the_first_line_of_an_entry_of_the_password_store(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    need(shutil.which("pass") and shutil.which("gpg"), "pass and gpg are not installed")
    home = tmp_path_factory.mktemp("p")  # the agent's socket has a short path
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "GNUPGHOME": str(home), "LANG": "C.UTF-8"}
    home.chmod(0o700)

    def run(*words: str, given: str = "") -> None:
        subprocess.run(words, env=environ, input=given, text=True, check=True, capture_output=True)

    try:
        run(
            "gpg",
            "--batch",
            "--passphrase",
            "",
            "--quick-gen-key",
            "someone@example.net",
            "default",
            "default",
        )
        run("pass", "init", "someone@example.net")
        run("pass", "insert", "--multiline", "shop/token", given=f"{CANARY}\nuser: me\n")
        assert resolve_reference("ref:pass:shop/token", environ=environ) == CANARY
        with pytest.raises(SecretMissingError, match="exit code 1"):
            resolve_reference("ref:pass:shop/none", environ=environ)
    finally:
        run("gpgconf", "--kill", "all")


def test_a_field_of_1password_is_read_by_its_command(tmp_path: Path) -> None:
    command = tmp_path / "op"
    command.write_text(f'#!/bin/sh\n[ "$*" = "read --no-newline op://shop/api/token" ] && printf {CANARY}\n')
    command.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for text in ("ref:op:shop/api/token", "ref:op:op://shop/api/token"):
        assert resolve_reference(text, environ=environ) == CANARY
    with pytest.raises(SecretMissingError, match="exit code 1"):
        resolve_reference("ref:op:shop/api/other", environ=environ)


class Server:
    """Answers as the HTTP API is documented, for one token and one role."""

    def __init__(self) -> None:
        self.secrets: dict[str, Any] = {
            "secret/data/shop": {"data": {"token": CANARY, "port": 5432}, "metadata": {"version": 3}},
            "kv1/shop": {"token": CANARY},
        }
        self.seen: list[tuple[str, str | None, str | None]] = []
        self.revoked: list[str] = []
        self.is_dripping = False
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, token: str | None) -> tuple[int, dict[str, Any]]:
        if path == "moved":
            return 307, {}
        if token not in {"root-token", "role-token"}:
            return 403, {"errors": ["permission denied"]}
        if path.startswith("sys/internal/ui/mounts/"):
            return _mount(path.removeprefix("sys/internal/ui/mounts/").split("/")[0])
        return (200, {"data": self.secrets[path]}) if path in self.secrets else (404, {"errors": []})

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(outer: Server) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.headers.get("X-Vault-Token")
            outer.seen.append((self.path, token, self.headers.get("X-Vault-Namespace")))
            status, body = outer.answer(self.path.removeprefix("/v1/"), token)
            self._answer(status, body)

        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/v1/auth/token/revoke-self":
                outer.revoked.append(self.headers["X-Vault-Token"])
                self.send_response(204)
                self.end_headers()
                return
            if given == {"role_id": "shop-role", "secret_id": "shop-secret"}:
                self._answer(200, {"auth": {"client_token": "role-token"}})
            else:
                self._answer(400, {"errors": ["invalid role or secret ID"]})

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            if status == 307:
                self.send_header("Location", f"{outer.address}/v1/kv1/shop")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if outer.is_dripping:
                with suppress(OSError):
                    for byte in content:
                        self.wfile.write(bytes([byte]))
                        time.sleep(0.01)
                return
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _mount(root: str) -> tuple[int, dict[str, Any]]:
    version = {"secret": "2", "kv1": "1"}.get(root)
    if version is None:
        return 403, {"errors": ["preflight capability check returned 403"]}
    return 200, {"data": {"path": f"{root}/", "options": {"version": version}}}


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.stop()


@pytest.mark.parametrize("path", ["secret/shop", "secret/data/shop", "/secret/shop", "kv1/shop"])
def test_both_versions_of_the_key_value_engine(server: Server, path: str) -> None:
    environ = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token", "VAULT_NAMESPACE": "team"}
    assert resolve_reference(f"ref:vault:{path}#token", environ=environ) == CANARY
    assert {namespace for _, _, namespace in server.seen} == {"team"}


def test_a_number_is_given_as_text_and_a_missing_field_names_those_that_are_there(server: Server) -> None:
    environ = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"}
    assert resolve_reference("ref:vault:secret/shop#port", environ=environ) == "5432"
    with pytest.raises(SecretMissingError, match="has no field user") as caught:
        resolve_reference("ref:vault:secret/shop#user", environ=environ)
    assert caught.value.remedy == "it has port, token"


def test_a_role_signs_in_with_its_secret_from_the_environment_or_a_file(
    server: Server, tmp_path: Path
) -> None:
    environ = {"VAULT_ADDR": server.address, "VAULT_ROLE_ID": "shop-role", "HOME": str(tmp_path)}
    assert resolve_reference(
        "ref:vault:kv1/shop#token", environ={**environ, "VAULT_SECRET_ID": "shop-secret"}
    )
    (tmp_path / "secret-id").write_text("shop-secret\n")
    environ["VAULT_SECRET_ID_FILE"] = str(tmp_path / "secret-id")
    assert resolve_reference("ref:vault:kv1/shop#token", environ=environ) == CANARY
    with pytest.raises(SecretMissingError, match="status 400"):
        resolve_reference("ref:vault:kv1/shop#token", environ={**environ, "VAULT_SECRET_ID": "wrong"})
    assert server.revoked == ["role-token"] * 2


def test_a_server_that_answers_byte_by_byte_has_no_more_time_than_another(server: Server) -> None:
    server.is_dripping = True
    environ = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"}
    with pytest.raises(SecretMissingError, match="does not answer"):
        resolve_reference("ref:vault:kv1/shop#token", environ=environ, timeout_s=0.2)


def test_the_token_that_a_login_left_in_the_home_folder(server: Server, tmp_path: Path) -> None:
    environ = {"VAULT_ADDR": server.address, "HOME": str(tmp_path)}
    with pytest.raises(SecretMissingError, match="nothing says who asks"):
        resolve_reference("ref:vault:kv1/shop#token", environ=environ)
    (tmp_path / ".vault-token").write_text("root-token")
    assert resolve_reference("ref:vault:kv1/shop#token", environ=environ) == CANARY


def test_what_a_server_refuses_is_said_without_the_token(server: Server) -> None:
    environ = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "canary-token"}
    with pytest.raises(SecretMissingError, match="refuses to give kv1/shop") as caught:
        resolve_reference("ref:vault:kv1/shop#token", environ=environ)
    assert "canary-token" not in str(caught.value)
    with pytest.raises(SecretMissingError, match="has no secret at kv1/none"):
        resolve_reference("ref:vault:kv1/none#token", environ={**environ, "VAULT_TOKEN": "root-token"})


def test_a_redirect_is_not_followed_and_a_server_that_is_not_there_is_a_sentence(server: Server) -> None:
    environ = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"}
    with pytest.raises(SecretMissingError, match="status 307"):
        resolve_reference("ref:vault:moved#token", environ=environ)
    with pytest.raises(SecretMissingError, match="does not answer"):
        resolve_reference("ref:vault:a#b", environ={**environ, "VAULT_ADDR": "http://127.0.0.1:1"})
    with pytest.raises(SecretMissingError, match="no http or https address"):
        resolve_reference("ref:vault:a#b", environ={**environ, "VAULT_ADDR": "file:///etc/passwd"})


def test_no_proxy_sees_the_token_and_no_error_says_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    environ = {"VAULT_ADDR": server.address, "VAULT_TOKEN": "root-token"}
    assert resolve_reference("ref:vault:kv1/shop#token", environ=environ) == CANARY
    with pytest.raises(SecretMissingError, match="cannot be asked") as caught:
        resolve_reference("ref:vault:kv1/shop#token", environ={**environ, "VAULT_TOKEN": "canary\nsecond"})
    assert "canary" not in str(caught.value)
