"""An engine in a home of its own, and a vendor on loopback that answers what a test laid down."""

import json
import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from core import Engine, Home, find_home, open_engine


class Vendor:
    """Answers each path with what was laid down for it, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], Any]] = {}
        self.requests: list[dict[str, Any]] = []
        self.base_url = ""

    def lay(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer this path (without its query) so; `x_note=` becomes X-Note."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, named, body)

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
        self.vendor.requests.append(asked)
        status, named, answer = self.vendor.answers.get(path, (404, {}, {"message": "Not Found"}))
        content = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        if content:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        for name, value in named.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor of the test's own making."""
    made = Vendor()
    handler = type("Handler", (_Answering,), {"vendor": made})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        made.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was opened once, so that each test starts from a copy instead of migrating anew."""
    folder = tmp_path_factory.mktemp("migrated") / "home"
    open_engine(find_home(folder)).close_store()
    return folder


@pytest.fixture
async def engine(home: Home, migrated: Path) -> AsyncIterator[Engine]:
    """An engine whose secrets are references to variables of the environment."""
    shutil.copytree(migrated, home.data, dirs_exist_ok=True)
    opened = open_engine(home)
    yield opened
    await opened.close()
