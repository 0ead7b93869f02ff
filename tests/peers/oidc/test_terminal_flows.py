"""A person signs in by keys in a real terminal, at the pages of a real provider; nothing secret is left anywhere.

What the app and the provider say to each other passes through a relay, so that every token, code and verifier is
known when the home and all that was written to the terminal are searched for them.
"""

import http.server
import json
import re
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from core.home import Home, find_home
from core.root import open_engine
from storage.reading import open_reading, parse_filter

from ...terminal import conftest as terminal
from ...terminal.driver import APP, LIMIT_S
from ...test_canary import _texts, forms

pytestmark = [pytest.mark.peer, pytest.mark.terminal, pytest.mark.timeout(180)]

environment, on_pty, tmux = terminal.environment, terminal.on_pty, terminal.tmux

CONNECTOR = """
schema: connect/1
revision: 1
handle: provided
name: Provided
summary: A connector whose provider is a real one, reached through a relay.
type: api
author: {company: Tests}
inputs:
  - {key: provider, type: url, required: true}
  - {key: relay, type: url, required: true}
  - {key: redirect, type: url, required: true}
http: {base_url: '{{ var.provider }}'}
auth:
  person:
    kind: oauth2
    grants: [authorization_code, device_code, refresh_token]
    authorize_url: '{{ var.provider }}/auth'
    device_url: '{{ var.relay }}/device/auth'
    token_url: '{{ var.relay }}/token'
    redirect_uri: '{{ var.redirect }}'
    scopes: [openid, offline_access, email, read]
    params: {authorize: {prompt: consent}}
    test: [{name: me, request: {path: /me}, show: 'signed in as {{ response.body.email }}'}]
operations:
  get-me: {request: {path: /me}, read_only: true}
"""
OF_A_CODE = {"code", "code_verifier", "access_token", "refresh_token", "id_token", "client_secret"}
SECRET = (
    "code",
    "code_verifier",
    "device_code",
    "client_secret",
    "access_token",
    "refresh_token",
    "id_token",
)


class Relay:
    """Hands what is posted to it on to the provider, and remembers what was secret in it."""

    def __init__(self, provider: str) -> None:
        self.secrets: dict[str, set[str]] = {}
        relay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept = {name: self.headers[name] for name in ("Authorization", "Content-Type")
                        if name in self.headers}  # fmt: skip
                status, answer = _posted(provider + self.path, body, kept)
                relay.keep(dict(parse_qsl(body.decode())), json.loads(answer))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def keep(self, *said: dict[str, Any]) -> None:
        for one in said:
            for name in SECRET:
                if name in one:
                    self.secrets.setdefault(name, set()).add(one[name])

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _posted(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


@pytest.fixture
def relay(oidc: Any) -> Iterator[Relay]:
    found = Relay(oidc.base_url)
    yield found
    found.stop()


@dataclass
class Account:
    """A connection whose account has not signed in, in a home of its own."""

    home: Path
    redirect: str
    relay: Relay

    def log(self) -> list[tuple[str, str]]:
        """Give the name and the state of every sign-in, the newest first."""
        with open_reading(find_home(self.home).database) as reading:
            rows = reading.operations_block(parse_filter("kind:auth"), limit=100)
        return [(row.name, row.state) for row in rows]

    def check_nothing_is_left(self, *written: bytes, kinds: set[str]) -> None:
        """Search the home, packed and unpacked, and all that was written for what was secret."""
        assert kinds <= self.relay.secrets.keys()
        looked_for = {
            form: f"{kind} {spelled}"
            for kind, values in self.relay.secrets.items()
            for value in values
            for form, spelled in forms(value).items()
        }
        places = {"the terminal": b"\n".join(written), "the unpacked database": self._unpacked()}
        files = [path for path in self.home.rglob("*") if path.is_file()]
        assert {"connect.db", "vault.json"} <= {path.name for path in files}
        places |= {str(path): path.read_bytes() for path in files}
        found = [
            f"{name} in {place}: …{content[max(0, content.find(form) - 80) : content.find(form)]!r}"
            for place, content in places.items()
            for form, name in looked_for.items()
            if form in content
        ]
        assert not found, found

    def _unpacked(self) -> bytes:
        kept: list[object] = []
        with open_reading(find_home(self.home).database) as reading:
            for row in reading.operations_block(parse_filter(""), limit=100):
                exchanges = reading.exchanges(row.id, bodies=True)
                kept += [reading.operation(row.id), exchanges, reading.log_lines(row.id)]
                kept += [body.content.decode("utf-8", "replace") for one in exchanges
                         for body in (one.request_body, one.response_body) if body is not None]  # fmt: skip
            kept += [*reading.connections(), *reading.authentications()]
        return repr(kept).encode("utf-8", "surrogatepass") + _texts(kept)


@pytest.fixture
async def account(
    oidc: Any,
    relay: Relay,
    servers: Any,
    environment: dict[str, str],
    home: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Account:
    """The account of the connection ``it``; its machine is reached over SSH."""
    environment["CONNECT_TUI_VAULT_KEY_FILE"] = str(tmp_path / "vault.key")
    environment["SSH_CONNECTION"] = "10.0.0.1 50000 10.0.0.2 22"
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    (home.connectors / "provided.yaml").write_text(CONNECTOR)
    redirect = f"http://127.0.0.1:{servers.free_ports(1)[0]}/callback"
    variables = {"provider": oidc.base_url, "relay": relay.url, "redirect": redirect}
    engine = open_engine(home)
    try:
        engine.workspace.authentications.add(
            "provided", "person", "crm", {"client_id": "web"}, {"client_secret": oidc.secrets["web"]}
        )
        engine.workspace.create_connection("provided", "it", authentication="crm", variables=variables)
        engine.workspace.activate("it")
    finally:
        await engine.close()
    relay.keep({"client_secret": oidc.secrets["web"]})
    return Account(tmp_path / "home", redirect, relay)


@pytest.fixture
def app(account: Account, on_pty: Any) -> Any:
    """The app in which signing in by a code has begun by keys."""
    found = on_pty()
    found.wait("▸ Connections", "it  ", "provided@1")
    found.send("a")
    found.wait("and type", "p paste-back", "SSH_CONNECTION is set")
    return found


def shown_code(screen: str) -> str:
    """Read the code that is to be typed at the provider, written with spaces between its letters."""
    lines = screen.splitlines()
    begin = next(number for number, line in enumerate(lines) if "and type" in line)
    found = re.search(r"(?:\S ){6,}\S", "\n".join(lines[begin + 1 : begin + 4]))
    assert found is not None, screen
    return found[0].replace(" ", "")


def shown_address(screen: str) -> str:
    """Put the address together from the pieces it is shown in."""
    lines = [line.strip() for line in screen.splitlines()]
    begin = next(number for number, line in enumerate(lines) if "Open this page" in line) + 2
    return "".join(lines[begin : lines.index("", begin)])


def switched(app: Any, key: str, seen: str) -> str:
    """Go on in another way; gives the address that is shown for it."""
    app.send(key)
    return shown_address(app.wait(seen, "/auth?", "ends at", gone=("and type",)))


def listens(redirect: str) -> bool:
    """Tell whether anybody waits where the browser is sent."""
    parts = urlsplit(redirect)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def logged(app: Any, account: Account, *states: str) -> None:
    """Wait until the sign-ins have ended so, the newest first."""
    ends = time.monotonic() + LIMIT_S
    while account.log() != [("sign in crm", state) for state in states]:
        assert time.monotonic() < ends, account.log()
        app.read()


def test_a_code_is_entered_at_the_provider(app: Any, account: Account, oidc: Any, browser: Any) -> None:
    screen = app.screen()
    page = shown_address(screen)
    assert page == f"{oidc.base_url}/device"
    browser.enter_code(page, shown_code(screen))
    app.wait("it: passed", gone=("and type",))
    logged(app, account, "success")
    account.check_nothing_is_left(
        app.written, kinds={"device_code", "access_token", "refresh_token", "id_token", "client_secret"}
    )


def test_an_address_is_pasted_back_in_two_pieces_after_a_wrong_one(
    app: Any, account: Account, browser: Any
) -> None:
    page = switched(app, "p", "Paste that whole address")
    back = browser.sign_in(page, back=account.redirect)
    assert not listens(account.redirect)  # the browser shows an error there, and that is no harm

    app.paste(f"{account.redirect}?code=of-another&state=of-another")
    app.wait("state=of-another")
    app.send("\r")
    app.wait("belongs to another sign-in", "or begin again", "esc give up", gone=("state=of-another",))
    inside = back.index("code=") + 15
    app.paste(back[:inside] + "\r\n")  # a terminal breaks what is selected in it
    app.wait("code=" + "•" * 10)
    app.paste("  " + back[inside:])
    app.wait(back[-20:])
    app.send("\r")
    app.wait("it: passed", gone=("Paste that whole",))
    logged(app, account, "success", "cancelled")
    account.check_nothing_is_left(app.written, kinds=OF_A_CODE)


def test_an_address_is_copied_from_tmux_and_pasted_from_its_buffer(
    account: Account, tmux: Any, browser: Any, tmp_path: Path
) -> None:
    app = tmux()
    written = tmp_path / "written"
    app._ask("pipe-pane", "-t", "main", f"cat >> {written}")
    app.start(" ".join(APP))
    app.wait("▸ Connections", "provided@1")
    app.press("a")
    app.wait("and type", "p paste-back")
    app.press("p")
    page = shown_address(app.wait("Paste that whole", "/auth?", gone=("and type",)))
    app.press("C-y")
    app.wait("copied the address to the tmux buffer")
    assert app._ask("show-buffer") == page
    back = browser.sign_in(page, back=account.redirect)
    app._ask("set-buffer", back)
    app._ask("paste-buffer", "-p", "-t", "main")
    app.wait("&iss=http")
    app.press("Enter")
    app.wait("it: passed", gone=("Paste that whole",))
    assert b"\x1b[?1049h" in written.read_bytes()
    account.check_nothing_is_left(written.read_bytes(), kinds=OF_A_CODE)


def test_the_browser_comes_back_to_the_app(app: Any, account: Account, browser: Any) -> None:
    page = switched(app, "l", "ssh -N -L")
    assert listens(account.redirect)
    back = browser.sign_in(page, back=account.redirect)
    assert "You are signed in" in httpx.get(back, trust_env=False, timeout=30).text
    app.wait("it: passed", gone=("ssh -N -L",))
    assert not listens(account.redirect)
    account.check_nothing_is_left(app.written, kinds=OF_A_CODE)


def test_giving_up_is_in_the_log_and_frees_the_port(app: Any, account: Account) -> None:
    app.send("\x1b")
    app.wait("it · provided@1", gone=("Sign in:",))
    for key, seen in (("p", "Paste that whole"), ("l", "ssh -N -L")):
        app.send("a")
        app.wait("and type", "p paste-back")
        switched(app, key, seen)
        assert listens(account.redirect) is (key == "l")
        app.send("\x1b")
        app.wait("it · provided@1", gone=("Sign in:",))
    assert not listens(account.redirect)
    app.send("6")
    app.wait("▸ Operations", "sign in crm", "cancelled")
    logged(app, account, *["cancelled"] * 5)
    account.check_nothing_is_left(app.written, kinds={"device_code", "client_secret"})


def test_a_consent_that_is_declined_says_so(app: Any, account: Account, oidc: Any, browser: Any) -> None:
    browser.enter_code(f"{oidc.base_url}/device", shown_code(app.screen()), allows=False)
    declined(app)
    app.send("r")
    app.wait("and type", "p paste-back")
    page = switched(app, "p", "Paste that whole address")
    app.paste(browser.sign_in(page, allows=False, back=account.redirect))
    app.wait("&iss=http")
    app.send("\r")
    declined(app)
    page = switched(app, "l", "ssh -N -L")
    back = browser.sign_in(page, allows=False, back=account.redirect)
    assert "refused" in httpx.get(back, trust_env=False, timeout=30).text
    declined(app)
    logged(app, account, "failed", "failed", "cancelled", "failed")
    account.check_nothing_is_left(app.written, kinds={"device_code", "client_secret"})


def declined(app: Any) -> None:
    """Wait until it is said that somebody declined, and what can be done."""
    said = app.wait("✗", "r try again", "l loopback", "esc close", gone=("ends at",))
    assert "refused" in said or "declined" in said, said
