"""Fixtures of the engine's tests: an engine on a home whose vault opens by key file, and small real servers."""

import http.server
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from core import Engine, Home, open_engine
from core.practice import PracticeService

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


class Server:
    """A real HTTP server that answers with a function and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.asked = threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                body = self.rfile.read(length)
                outer.seen.append((self.command, self.path, dict(self.headers.items()), body))
                outer.asked.set()
                found = outer.answers.get(self.path.split("?")[0]) or outer.answers.get("*")
                if found is None:
                    reply(self, 404, b'{"error": "no such path"}')
                else:
                    found(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def reply(
    handler: http.server.BaseHTTPRequestHandler,
    status: int,
    body: bytes = b"{}",
    headers: dict[str, str] | None = None,
) -> None:
    """Answer one request."""
    handler.send_response(status)
    for name, value in ({"Content-Type": "application/json"} | (headers or {})).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


@pytest.fixture
def answer() -> Callable[..., Answer]:
    """Build an answer: ``answer(status, body, headers)``."""

    def build(status: int = 200, body: bytes = b"{}", headers: dict[str, str] | None = None) -> Answer:
        return lambda handler: reply(handler, status, body, headers)

    return build


@pytest.fixture
def serve() -> Iterator[Callable[[], Server]]:
    """Start real servers; they stop with the test."""
    servers: list[Server] = []

    def start() -> Server:
        servers.append(Server())
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def engine(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    """An open engine; a key file made on first use unlocks its vault."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    opened = open_engine(home, actor="tester@here")
    yield opened
    await opened.close()


CONNECTOR = """
schema: connect/1
revision: 1
handle: small
name: Small
summary: A connector of the tests.
type: api
author: {{company: Tests}}
inputs:
  - {{key: base_url, type: url, required: true}}
  - {{key: tenant, type: string}}
  - {{key: pin, type: secret}}
http:
  base_url: '{{{{ var.base_url }}}}'
  redirects: {redirects}
  hosts: {hosts}
auth:
  token:
    kind: bearer
    test:
      - {{name: me, request: {{path: /me}}, show: 'accepted as {{{{ response.body.name }}}}'}}
      - {{name: things, operation: list-things, level: optional}}
  key:
    kind: api_key
    apply: [{{in: query, name: key}}]
  login:
    kind: basic
errors:
  - {{match: {{status: 403}}, class: permission, message: 'not allowed: {{{{ response.body.why }}}}', remedy: ask the owner}}
  - {{match: {{status: 2xx, body: "error == 'invalid_auth'"}}, do: reauthorize, class: auth, message: the token is refused}}
operations:
  list-things:
    summary: List things.
    input: {{limit: 'integer = 10', q: string}}
    request: {{path: /things, query: {{limit: '{{{{ input.limit }}}}', q: '{{{{ input.q }}}}'}}}}
    records: items
  get-thing:
    input: {{id: string!}}
    request: {{path: '/things/{{{{ input.id }}}}'}}
  create-thing:
    input: {{name: string!, pin: string}}
    request: {{method: POST, path: /things, body: {{name: '{{{{ input.name }}}}', pin: '{{{{ var.pin }}}}'}}}}
  tell-all:
    request: {{method: POST, path: /things, body: {{all: '{{{{ var }}}}', hashed: "{{{{ hash('sha256', var.pin) }}}}"}}}}
  get-file:
    request: {{path: /file}}
    response: {{type: binary}}
  slow:
    timeout: 0.2
    request: {{path: /slow}}
"""


@pytest.fixture
def small(engine: Engine, tmp_path: Path) -> Callable[..., None]:
    """Add the connector of the tests to the catalog and make a connection called ``it`` to a base URL."""

    def add(
        base_url: str,
        *,
        method: str = "token",
        redirects: str = "same-host",
        hosts: str = "{}",
        secrets: dict[str, str] | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        path = tmp_path / "small.yaml"
        path.write_text(CONNECTOR.format(redirects=redirects, hosts=hosts))
        engine.catalog.add(path)
        given = secrets or {"token": CANARY}
        engine.workspace.create_connection(
            "small", "it", method=method, variables={"base_url": base_url, **(variables or {})}, secrets=given
        )
        engine.workspace.activate("it")

    return add


CANARY = "canary-f3b1c0ffee-TOKEN/+="


@pytest.fixture
def canary() -> str:
    """The secret that the connection ``it`` uses."""
    return CANARY


@pytest.fixture
def desk(engine: Engine, practice: PracticeService) -> Engine:
    """An engine with an active connection called ``desk`` to the practice service."""
    engine.workspace.create_connection(
        "practice",
        "desk",
        method="token",
        variables={"base_url": practice.base_url},
        secrets={"token": practice.credentials.token},
    )
    engine.workspace.activate("desk")
    return engine
