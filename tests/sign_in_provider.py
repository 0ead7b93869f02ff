"""A small provider on loopback that people sign in at, and the system that takes its tokens."""

import http.server
import json
import threading
from typing import Any
from urllib.parse import parse_qsl

CONNECTOR = """
schema: connect/1
handle: shop
name: Shop
revision: 1
type: api
summary: A shop whose provider is on loopback.
inputs:
  - {key: base_url, label: Address, type: url, required: true}
  - {key: redirect, label: Redirect address, type: url, default: 'http://127.0.0.1:8733/callback'}
http: {base_url: '{{ var.base_url }}'}
auth:
  person:
    kind: oauth2
    grants: [authorization_code, device_code, refresh_token]
    authorize_url: '{{ var.base_url }}/authorize'
    token_url: '{{ var.base_url }}/token'
    device_url: '{{ var.base_url }}/device'
    revoke_url: '{{ var.base_url }}/revoke'
    introspect_url: '{{ var.base_url }}/introspect'
    redirect_uri: '{{ var.redirect }}'
    scopes: [read]
    test: [{name: me, request: {path: /me}}]
operations:
  get-me: {request: {path: /me}, read_only: true}
"""


class Provider:
    """Gives tokens to whoever asks rightly, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.tokens = 0
        self.pending = 1
        self.revoked: list[str] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                given = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                outer.asked.append((self.path, given))
                status, body = outer.answer(self.path, given)
                self._send(status, body)

            def do_GET(self) -> None:
                good = self.headers.get("Authorization", "") == f"Bearer canary-access-{outer.tokens}"
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

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/device":
            return 200, {
                "device_code": "canary-device", "user_code": "WDJB-MJHT", "interval": 0.05, "expires_in": 600,
                "verification_uri": "https://shop.example.net/device",
            }  # fmt: skip
        if path == "/introspect":
            good = given["token"] in {f"canary-access-{self.tokens}", f"canary-refresh-{self.tokens}"}
            # It repeats the token, which no provider should.
            known = {"scope": "read", "exp": 4_102_444_800, "username": "ada", "token": given["token"],
                     "note": f"of {given['token']}"}  # fmt: skip
            return 200, {"active": good, **(known if good else {})}
        if path == "/revoke":
            self.revoked.append(given["token"])
            return 200, {}
        if "device_code" in given and self.pending:
            self.pending -= 1
            return 400, {"error": "authorization_pending"}
        if given.get("code", "canary-code") != "canary-code":
            return 400, {"error": "invalid_grant"}
        self.tokens += 1
        return 200, {
            "access_token": f"canary-access-{self.tokens}", "refresh_token": f"canary-refresh-{self.tokens}",
            "token_type": "Bearer", "expires_in": 3600, "scope": "read",
        }  # fmt: skip

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
