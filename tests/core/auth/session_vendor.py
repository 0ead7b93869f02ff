"""A vendor with a login, and what it answers."""

import json
from typing import Any
from urllib.parse import parse_qs

PASSWORD = "canary-pw-7Kq/+="
HEAD = """
schema: connect/1
revision: 1
handle: vendor
name: Vendor
summary: A vendor with a login.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
http: {base_url: '{{ var.base_url }}'}
operations:
  get-things: {request: {path: /things}, records: items}
"""


class Vendor:
    """A vendor behind one server: what it was asked, and what it answers by path."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.logins = 0
        self.password = PASSWORD
        self.good: set[str] = set()
        self.said: list[str] = []

    def token(self) -> str:
        self.logins += 1
        made = f"canary-token-{self.logins}-{'x' * 12}"
        self.good = {made}
        return made

    def asked(self, path: str) -> int:
        return sum(one[1].split("?")[0] == path for one in self.server.seen)


def reply(handler: Any, status: int, body: Any, **headers: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    pairs = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    for name, value in pairs.items():
        for one in value.split("\n"):
            handler.send_header(name, one)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def sent(vendor: Vendor) -> bytes:
    return vendor.server.seen[-1][3]


JSON_LOGIN = """
    steps:
      - request: {method: POST, path: /login, body: {user: '{{ auth.username }}', password: '{{ auth.password }}'}}
        extract:
          - {key: token, path: data.token}
          - {key: account, path: data.account, secret: false}
    apply: [{in: header, name: X-Auth, format: 'v1 {{ auth.token }}'}]
"""


def json_vendor(vendor: Vendor, **more: Any) -> None:
    """Answer a login with JSON, and things to whoever has the newest token."""

    def login(handler: Any) -> None:
        given = json.loads(sent(vendor))
        if given["password"] != vendor.password:
            reply(handler, 401, {"message": f"wrong password {given['password']}"})
            return
        answer = {"data": {"token": vendor.token(), "account": "acme"}}
        reply(handler, 200, {**answer, **more})

    def things(handler: Any) -> None:
        given = handler.headers.get("X-Auth") or ""
        if given.removeprefix("v1 ") in vendor.good:
            reply(handler, 200, {"items": [1, 2]})
        else:
            reply(handler, 401, {"message": "who are you"})

    vendor.server.answers |= {"/login": login, "/things": things}


FORM_LOGIN = """
    cookies: true
    steps:
      - name: page
        request: {path: /login}
        extract:
          - {key: csrf, regex: 'name="_csrf" value="([^"]+)"'}
          - {key: xsrf, from: cookie, name: XSRF-TOKEN, decode: percent}
      - name: form
        request:
          method: POST
          path: /login
          body_type: form
          headers: {X-XSRF-TOKEN: '{{ auth.xsrf }}'}
          body: {user: '{{ auth.username }}', password: '{{ auth.password }}', _csrf: '{{ auth.csrf }}'}
        expect: {status: 302, when: "!(contains(response.headers.location, 'error'))"}
        extract: [{key: next, from: header, name: Location}]
      - name: home
        request: {path: '{{ auth.next }}'}
        extract: [{key: api_csrf, from: cookie, name: API-CSRF}]
    apply: [{in: header, name: X-CSRF, format: '{{ auth.api_csrf }}'}]
"""


def form_vendor(vendor: Vendor) -> None:
    def login(handler: Any) -> None:
        if handler.command == "GET":
            page = b'<form><input name="_csrf" value="canary-form-csrf-1"></form>'
            cookies = "pre=canary-pre-session; HttpOnly\nXSRF-TOKEN=canary%2Fxsrf%3D; Path=/\nlang=en; Path=/"
            reply(handler, 200, page, Content_Type="text/html", Set_Cookie=cookies)
            return
        form = {key: values[0] for key, values in parse_qs(sent(vendor).decode()).items()}
        cookies = handler.headers.get("Cookie", "")
        right = (
            form.get("password") == vendor.password
            and form.get("_csrf") == "canary-form-csrf-1"
            and handler.headers.get("X-XSRF-TOKEN") == "canary/xsrf="
            and "pre=canary-pre-session" in cookies
        )
        vendor.said.append(cookies)
        place = f"/home/{vendor.logins}" if right else "/login?error=1"
        made = f"sid={vendor.token()}; Path=/; HttpOnly" if right else "flash=1"
        reply(handler, 302, b"", Location=place, Set_Cookie=f"{made}\npre=; Max-Age=0")

    def home(handler: Any) -> None:
        reply(handler, 200, b"hello", Content_Type="text/html", Set_Cookie="API-CSRF=canary-api-csrf; Path=/")

    def things(handler: Any) -> None:
        cookies = dict(one.split("=", 1) for one in handler.headers.get("Cookie", "=").split("; "))
        right = cookies.get("sid") in vendor.good and handler.headers.get("X-CSRF") == "canary-api-csrf"
        vendor.said.append(handler.headers.get("Cookie", ""))
        reply(handler, 200 if right else 401, {"items": [{"lang": "en"}]} if right else {"message": "no"})

    vendor.server.answers |= {"/login": login, "*": home, "/things": things}
