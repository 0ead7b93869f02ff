"""A provider that rotates refresh tokens: one that is used twice costs the account, as RFC 9700 advises.

With ``forgives`` the one before goes on counting until the next is used, as at providers who know that an
answer can get lost. With ``says_date`` it tells the end of a token as a date by its own clock.
"""

import http.server
import json
import threading
import time
from typing import Any
from urllib.parse import parse_qsl

CONNECTOR = """
schema: connect/1
handle: shop
name: Shop
revision: 1
type: api
summary: A shop whose provider rotates its tokens.
inputs:
  - {key: base_url, label: Address, type: url, required: true}
http: {base_url: '{{ var.base_url }}'}
auth:
  person:
    kind: oauth2
    grants: [refresh_token]
    token_url: '{{ var.base_url }}/token'
    client_auth: none
operations:
  get-me: {request: {path: /me}, read_only: true}
"""


class Provider:
    """The provider and the system that takes its tokens, on a port of loopback."""

    def __init__(self, *, forgives: bool = False, takes_s: float = 0.0, says_date: bool = False) -> None:
        self.forgives = forgives
        self.takes_s = takes_s
        self.says_date = says_date
        self.refreshes = 0
        self.is_dead = False
        self.lives_s = 3600.0
        self.asked = threading.Event()
        self._turn = threading.Lock()
        self._current = 0
        self._ends = 0.0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

            def do_POST(self) -> None:
                given = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                self._send(*outer.rotate(given.get("refresh_token", "")))

            def do_GET(self) -> None:
                good = outer.takes(self.headers.get("Authorization", ""))
                self._send(200 if good else 401, {"name": "Ada"} if good else {"error": "no"})

            def _send(self, status: int, body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_: object) -> None:
                """Say nothing of clients that were killed."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    first = "canary-refresh-0"

    def rotate(self, given: str) -> tuple[int, dict[str, Any]]:
        """Answer a refresh: the token counts once, and one that counted already costs everything."""
        self.asked.set()
        time.sleep(self.takes_s)
        with self._turn:
            number = int(given.rpartition("-")[2] or -1)
            before = self.forgives and number == self._current - 1
            if self.is_dead or (number != self._current and not before):
                self.is_dead = True
                return 400, {"error": "invalid_grant"}
            self._current += 1
            self.refreshes += 1
            self._ends = time.time() + self.lives_s
            end = {"expires_at": self._ends} if self.says_date else {"expires_in": self.lives_s}
            return 200, {
                "access_token": f"canary-access-{self._current}",
                "refresh_token": f"canary-refresh-{self._current}",
                "token_type": "Bearer",
                **end,
            }

    def revive(self) -> str:
        """Let a person sign in again; gives the refresh token of that."""
        with self._turn:
            self.is_dead = False
            self._current += 1
            return f"canary-refresh-{self._current}"

    def takes(self, authorization: str) -> bool:
        """Tell whether an access token is good."""
        with self._turn:
            is_newest = authorization == f"Bearer canary-access-{self._current}"
            return not self.is_dead and is_newest and time.time() < self._ends

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
