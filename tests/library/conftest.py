"""An engine in a home of its own, and a vendor on loopback that answers what a test laid down."""

import base64
import json
import shutil
import ssl
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core import Engine, Home, find_home, open_engine

from .cases import PEERS, Refusal, in_full, shipped
from .trial import connect
from .tried import Tried

Answer = tuple[int, dict[str, str], Any]


@pytest.fixture(autouse=True)
def codes_are_asked_for_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider of the tests is asked whether somebody entered a code as often as it says."""
    monkeypatch.setattr("core.oauth2.device_code.LEAST_INTERVAL_S", 0.01)


class Vendor:
    """Answers each path with what was laid down for it, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.once: dict[str, deque[Answer]] = {}
        self.always: dict[str, Answer] = {}
        self.requests: list[dict[str, Any]] = []
        self.base_url = ""

    def lay(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer this path (without its query) so; `x_note=` becomes X-Note."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, named, body)

    def lay_once(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer this path so once, after what was laid down for once before."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.once.setdefault(path, deque()).append((status, named, body))

    def lay_always(self, path: str, body: Any, status: int) -> None:
        """Answer this path so, whatever else is laid down for it."""
        self.always[path] = (status, {}, body)

    def answer(self, path: str) -> Answer:
        """Give what this path is answered with now."""
        if path in self.always:
            return self.always[path]
        if self.once.get(path):
            return self.once[path].popleft()
        return self.answers.get(path, (404, {}, {"message": "Not Found"}))

    @property
    def last(self) -> dict[str, Any]:
        return self.requests[-1]


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    vendor: Vendor

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = {"method": self.command, "path": path, "query": query, "headers": headers, "body": body}
        if isinstance(self.connection, ssl.SSLSocket):
            asked["shown"] = dict(
                pair[0] for pair in (self.connection.getpeercert() or {}).get("subject", ())
            )
        self.vendor.requests.append(asked)
        status, named, answer = self.vendor.answer(path) if self.command != "HEAD" else (200, {}, None)
        is_text = isinstance(answer, str)
        content = b"" if answer is None else answer.encode() if is_text else json.dumps(answer).encode()
        self.send_response(status)
        if content and "Content-Type" not in named:
            media = "text/plain" if is_text else "application/json"
            self.send_header("Content-Type", f"{media}; charset=utf-8")
        for name, value in named.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815


@contextmanager
def _serving(tls: ssl.SSLContext | None = None) -> Iterator[Vendor]:
    made = Vendor()
    handler = type("Handler", (_Answering,), {"vendor": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        if tls is not None:
            # The handshake belongs into the thread of each connection.
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        made.base_url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor of the test's own making."""
    with _serving() as made:
        yield made


@pytest.fixture(scope="session")
def certificates(authority, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a vendor and its caller show each other: `ca` is a file, the caller's own are texts."""
    folder, mine = tmp_path_factory.mktemp("certificates"), authority.issue("connect-tui")
    server = authority.issue("server", hosts=("127.0.0.1",))
    (folder / "ca.pem").write_text(authority.cert)
    (folder / "server.pem").write_text(server.cert + server.key())
    bundle = base64.b64encode(mine.pkcs12()).decode()
    return {"ca": folder / "ca.pem", "server": folder / "server.pem", "cert": mine.cert, "key": mine.key(),
            "pkcs12": bundle}  # fmt: skip


@pytest.fixture
def tls_vendor(certificates: dict[str, Any]) -> Iterator[Vendor]:
    """The same behind TLS that asks for a certificate, whose subject is `shown` in each request."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificates["server"])
    tls.load_verify_locations(certificates["ca"])
    tls.verify_mode = ssl.CERT_OPTIONAL
    with _serving(tls) as made:
        yield made


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was opened once, so that each test starts from a copy instead of making all of it anew.

    Its vault is opened by the file vault.key beside it.
    """
    folder = tmp_path_factory.mktemp("migrated") / "home"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(folder.with_name("vault.key")))
        opened = open_engine(find_home(folder))
        opened.keeper.open("for the tests")
        opened.close_store()
    return folder


@pytest.fixture
async def engine(home: Home, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    """An engine whose secrets are references to variables of the environment."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(migrated.with_name("vault.key")))
    shutil.copytree(migrated, home.data, dirs_exist_ok=True)
    opened = open_engine(home)
    yield opened
    await opened.close()


@pytest.fixture
def trial(
    engine: Engine, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Tried]:
    """Give a method of a connector to try, at a vendor that answers as its file of cases says."""

    def start(handle: str, method: str, *refusals: Refusal) -> Tried:
        definition, peer = shipped(handle), PEERS[handle]
        option, ca, shown = definition.auth[method], None, {}
        if option.certificate is not None:
            vendor, shown = request.getfixturevalue("tls_vendor"), request.getfixturevalue("certificates")
            ca = shown["ca"]
        else:
            vendor = request.getfixturevalue("vendor")
        for place, body in {"/": {}, **peer.answers}.items():
            vendor.lay(place, in_full(body, vendor.base_url), **peer.headers)
        for refusal in refusals:
            vendor.lay_always(refusal.path, refusal.body, refusal.status)
        variables = in_full({**peer.variables, **peer.methods[method].variables}, vendor.base_url)
        connect(engine, monkeypatch, definition, method, vendor.base_url, variables, shown, ca)
        return Tried(engine, vendor, option, peer.methods[method], variables)

    return start
