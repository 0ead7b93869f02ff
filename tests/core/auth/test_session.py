"""Sessions against real servers: steps, cookies, CSRF tokens, logins made anew, and what is not a wrong password."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from core import Engine
from core.errors import ConnectError

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


@pytest.fixture
def vendor(serve: Callable[[], Any]) -> Vendor:
    return Vendor(serve())


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


@pytest.fixture
def connect(engine: Engine, tmp_path: Path, vendor: Vendor) -> Callable[..., None]:
    """Add a connector with this method and make an active connection called ``it``."""

    def add(auth: str, base_url: str = "", head: str = HEAD) -> None:
        path = tmp_path / "vendor.yaml"
        path.write_text(head + "auth:\n  login:\n    kind: session\n" + auth)
        engine.catalog.add(path)
        engine.workspace.authentications.add(
            "vendor", "login", "me", {"username": "ann"}, {"password": PASSWORD}
        )
        engine.workspace.create_connection(
            "vendor", "it", authentication="me", variables={"base_url": base_url or vendor.server.url}
        )
        engine.workspace.activate("it")

    return add


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


async def test_one_login_serves_many_requests(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN)
    for _ in range(3):
        outcome = await engine.run("it", "get-things", {})
        assert outcome.state == "success", outcome.error
    assert vendor.logins == 1
    row = engine.workspace.authentications.get("me")
    assert (row.captured, row.expires_us) == ({"account": "acme"}, None)


async def test_many_at_once_make_one_login(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN)
    outcomes = await asyncio.gather(*(engine.run("it", "get-things", {}) for _ in range(8)))
    assert {outcome.state for outcome in outcomes} == {"success"}
    assert vendor.logins == 1


async def test_a_session_that_ends_is_made_anew_before_it_is_used(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor, ttl=0)
    connect(JSON_LOGIN + "    expires_in: response.body.ttl\n")
    assert (await engine.run("it", "get-things", {})).state == "success"
    first = vendor.logins
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert vendor.logins > first
    assert not [one for one in vendor.server.seen if one[1] == "/things" and "X-Auth" not in one[2]]


async def test_a_lifetime_stands_in_where_no_answer_tells_the_end(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN + "    lifetime: 3600\n")
    before = time.time()
    await engine.run("it", "get-things", {})
    ends = (engine.workspace.authentications.get("me").expires_us or 0) / 1e6
    assert before + 3600 <= ends <= time.time() + 3600


async def test_an_end_by_the_vendors_clock_is_told_by_ours(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    ahead = 600
    json_vendor(vendor, until=int(time.time()) + ahead + 1800)
    vendor.server.answers["/login"] = _dated(vendor.server.answers["/login"], ahead)
    connect(JSON_LOGIN + "    expires_at: response.body.until\n")
    await engine.run("it", "get-things", {})
    left = (engine.workspace.authentications.get("me").expires_us or 0) / 1e6 - time.time()
    assert 1700 < left < 1900


def _dated(answer: Any, ahead_s: int) -> Any:
    def dated(handler: Any) -> None:
        handler.date_time_string = lambda: handler.__class__.date_time_string(handler, time.time() + ahead_s)
        answer(handler)

    return dated


async def test_a_refused_session_is_made_anew_once(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN + "    refresh: {cooldown: 0}\n")
    await engine.run("it", "get-things", {})
    vendor.good = set()
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert vendor.logins == 2
    vendor.server.answers["/things"] = lambda handler: reply(handler, 401, {"message": "never"})
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert (outcome.error.error_class, vendor.logins) == ("auth", 3)


async def test_a_vendor_that_refuses_each_session_gets_no_password_at_each_use(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN)
    vendor.server.answers["/things"] = lambda handler: reply(handler, 401, {"message": "never"})
    for _ in range(3):
        assert (await engine.run("it", "get-things", {})).state == "failed"
    assert vendor.logins == 2


async def test_a_condition_over_the_answer_says_that_a_session_is_over(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    connect(
        JSON_LOGIN + "    refresh: {on_status: [401, 419], when: \"response.body.error == 'no session'\"}\n"
    )

    def things(handler: Any) -> None:
        good = handler.headers.get("X-Auth", "").removeprefix("v1 ") in vendor.good
        reply(handler, 200, {"items": [1]} if good else {"error": "no session"})

    vendor.server.answers["/things"] = things
    await engine.run("it", "get-things", {})
    vendor.good = set()
    assert (await engine.run("it", "get-things", {})).records == (1,)
    assert vendor.logins == 2


async def test_a_wrong_password_needs_a_person_and_is_not_tried_again(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    vendor.password = "another"
    connect(JSON_LOGIN)
    for _ in range(3):
        outcome = await engine.run("it", "get-things", {})
        assert outcome.error is not None
        assert outcome.error.error_class == "auth"
        assert "401 unauthorized: wrong password •••" in outcome.error.message
        assert PASSWORD not in str(outcome)
    assert vendor.asked("/login") == 1
    assert engine.workspace.authentications.get("me").state == "authorization_required"
    assert engine.workspace.connection("it").state == "authorization_required"


async def test_a_password_that_was_mended_works_at_once(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    vendor.password = "the new one"
    connect(JSON_LOGIN)
    await engine.run("it", "get-things", {})
    engine.workspace.authentications.edit("me", {}, {"password": "the new one"})
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert engine.workspace.authentications.get("me").state == "ready"


async def test_other_credentials_are_not_used_with_the_session_of_the_old_ones(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN)
    await engine.run("it", "get-things", {})
    engine.workspace.authentications.edit("me", {"username": "bob"}, {})
    assert engine.workspace.authentications.get("me").tokens is None
    await engine.run("it", "get-things", {})
    users = [json.loads(one[3])["user"] for one in vendor.server.seen if one[1] == "/login"]
    assert users == ["ann", "bob"]


@pytest.mark.parametrize(("status", "said"), [(503, "vendor"), (429, "limit"), (404, "not_found")])
async def test_a_vendor_that_is_down_says_nothing_about_the_password(
    engine: Engine, vendor: Vendor, connect: Any, status: int, said: str
) -> None:
    vendor.server.answers["/login"] = lambda handler: reply(handler, status, {"message": "not now"})
    connect(JSON_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert outcome.error.error_class == said
    assert engine.workspace.authentications.get("me").state == "ready"
    assert engine.workspace.connection("it").state == "active"


async def test_a_refusal_with_200_is_recognised_by_its_condition(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    vendor.server.answers["/login"] = lambda handler: reply(
        handler, 200, {"ok": False, "message": f"no such password {PASSWORD}"}
    )
    connect(
        JSON_LOGIN.replace("        extract:", "        expect: {when: response.body.ok}\n        extract:")
    )
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "no such password •••" in outcome.error.message
    assert engine.workspace.authentications.get("me").state == "authorization_required"


async def test_a_rule_of_the_connector_tells_a_refusal_from_an_outage(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    rules = """
errors:
  - {match: {body: "code == 'maintenance'"}, class: vendor, message: 'down until {{ response.body.until }}'}
"""
    vendor.server.answers["/login"] = lambda handler: reply(
        handler, 401, {"code": "maintenance", "until": "noon"}
    )
    connect(JSON_LOGIN, head=HEAD + rules)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "down until noon" in outcome.error.message
    assert engine.workspace.authentications.get("me").state == "ready"


async def test_an_answer_without_its_token_names_what_is_missing(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    vendor.server.answers["/login"] = lambda handler: reply(handler, 200, {"data": {}})
    connect(JSON_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "has no token at `data.token`" in outcome.error.message


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


async def test_a_form_with_csrf_tokens_and_cookies_logs_in(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    form_vendor(vendor)
    connect(FORM_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.state == "success", outcome.error
    # A cookie that is no secret does not cut the same word out of what an operation brings.
    assert outcome.records == ({"lang": "en"},)
    assert "pre=" not in vendor.said[-1]
    assert "lang=en" in vendor.said[-1]


async def test_a_form_that_sends_back_to_itself_refused_the_password(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    form_vendor(vendor)
    vendor.password = "another"
    connect(FORM_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "the login was refused at the step form" in outcome.error.message
    assert engine.workspace.authentications.get("me").state == "authorization_required"


XML = b'<?xml version="1.0"?><session><key kind="x">canary-xml-key</key></session>'


@pytest.mark.parametrize(
    ("body", "media", "extract", "token"),
    [
        (XML, "application/xml", 'path: session.key."#text"', "canary-xml-key"),
        (b" canary-raw-token \n", "text/plain", "required: true", "canary-raw-token"),
        (b'"canary-json-text"', "application/json", "required: true", "canary-json-text"),
        (b"ok;SID=canary-in-text;", "text/plain", "regex: 'SID=([^;]+)'", "canary-in-text"),
        (b'{"id": 90071992547409931}', "application/json", "path: id", "90071992547409931"),
    ],
)
async def test_a_token_is_read_from_xml_text_and_numbers(
    engine: Engine, vendor: Vendor, connect: Any, body: bytes, media: str, extract: str, token: str
) -> None:
    vendor.server.answers |= {
        "/login": lambda handler: reply(handler, 200, body, Content_Type=media),
        "/things": lambda handler: reply(handler, 200, {"items": []}),
    }
    connect(
        f"""
    steps: [{{request: {{method: POST, path: /login}}, extract: [{{key: token, {extract}}}]}}]
    apply: [{{in: header, name: Authorization, format: 'Zoho-oauthtoken={{{{ auth.token }}}}!'}}]
"""
    )
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert vendor.server.seen[-1][2]["Authorization"] == f"Zoho-oauthtoken={token}!"


def with_input(key: str, value: str, head: str = HEAD) -> str:
    return head.replace("\nhttp:", f"\n  - {{key: {key}, default: '{value}'}}\nhttp:", 1)


@pytest.mark.parametrize("path", ["{{ var.login_url }}/login", "http://127.0.0.1:{{ var.port }}/login"])
async def test_a_login_may_be_at_another_address_that_a_person_gave(
    engine: Engine, vendor: Vendor, connect: Any, serve: Callable[[], Any], path: str
) -> None:
    json_vendor(vendor)
    other = serve()
    other.answers["/things"] = vendor.server.answers.pop("/things")
    head = with_input("port", str(vendor.server.port), with_input("login_url", vendor.server.url))
    connect(JSON_LOGIN.replace("path: /login", f"path: '{path}'"), base_url=other.url, head=head)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.state == "success", outcome.error


async def test_a_login_never_goes_to_another_address_that_an_answer_named(
    engine: Engine, vendor: Vendor, connect: Any, serve: Callable[[], Any]
) -> None:
    other = serve()
    form_vendor(vendor)
    vendor.server.answers["/login"] = lambda handler: reply(
        handler, 302, b"", Location=f"http://localhost:{other.port}/steal"
    )
    connect(
        """
    cookies: true
    steps:
      - {request: {path: /login}, expect: {status: 302}, extract: [{key: next, from: header, name: Location}]}
      - {request: {method: POST, path: '{{ auth.next }}', body: {password: '{{ auth.password }}'}}}
"""
    )
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert outcome.error.error_class == "policy"
    assert other.seen == []


async def test_a_login_may_tell_the_base_url(
    engine: Engine, vendor: Vendor, connect: Any, serve: Callable[[], Any]
) -> None:
    other = serve()
    json_vendor(vendor, instance=other.url)
    other.answers["/things"] = vendor.server.answers.pop("/things")
    login = JSON_LOGIN.replace("path: /login", "path: '{{ var.base_url }}/login'").replace(
        "        extract:\n",
        "        extract:\n          - {key: instance, path: instance, secret: false, "
        "hosts: ['{{ var.base_url }}']}\n",
    )
    connect(
        login, head=HEAD.replace("{base_url: '{{ var.base_url }}'}", "{base_url: '{{ captured.instance }}'}")
    )
    outcome = await engine.run("it", "get-things", {})
    assert outcome.state == "success", outcome.error
    assert [one[1] for one in other.seen] == ["/things"]


async def test_to_revoke_a_session_logs_out_and_forgets_it(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    said: list[str] = []

    def logout(handler: Any) -> None:
        said.append(handler.headers["X-Auth"])
        reply(handler, 200 if len(said) == 1 else 500, {})

    vendor.server.answers["/logout"] = logout
    connect(JSON_LOGIN + "    logout: {method: POST, path: /logout}\n")
    await engine.run("it", "get-things", {})
    assert await engine.revoke("me") is True
    row = engine.workspace.authentications.get("me")
    assert (said, row.tokens, row.state) == (["v1 canary-token-1-xxxxxxxxxxxx"], None, "ready")
    await engine.run("it", "get-things", {})
    with pytest.raises(ConnectError) as caught:
        await engine.revoke("me")
    assert "`connect-tui auth revoke me --forget`" in caught.value.failure.remedy
    assert engine.workspace.authentications.get("me").tokens is not None
    assert await engine.revoke("me", forget=True) is False
    assert (vendor.logins, len(said), engine.workspace.authentications.get("me").tokens) == (2, 3, None)


async def test_nothing_that_a_login_brings_is_written_anywhere_but_sealed(
    engine: Engine, vendor: Vendor, connect: Any, home: Any, caplog: pytest.LogCaptureFixture
) -> None:
    form_vendor(vendor)
    connect(FORM_LOGIN)
    outcomes = [await engine.run("it", "get-things", {})]
    vendor.good = set()
    outcomes.append(await engine.run("it", "get-things", {}))
    vendor.password = "another"
    vendor.good = set()
    outcomes.append(await engine.run("it", "get-things", {}))
    assert [outcome.state for outcome in outcomes] == ["success", "success", "failed"]
    await engine.close()
    written = {path: path.read_bytes() for path in home.data.rglob("*") if path.is_file()}
    assert any(b"/login" in content for content in written.values())
    secrets = [PASSWORD, "canary-form-csrf-1", "canary/xsrf=", "canary%2Fxsrf%3D", "canary-pre-session"]
    secrets += ["canary-api-csrf", *(f"canary-token-{number}-" for number in (1, 2, 3))]
    for secret in secrets:
        assert secret not in str(outcomes)
        assert secret not in caplog.text
        assert [path for path, content in written.items() if secret.encode() in content] == []


async def test_a_connection_test_logs_in_where_the_method_has_no_test(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN)
    report = await engine.test("it")
    found = {stage.stage: (stage.verdict, stage.evidence) for stage in report.stages}
    assert found["auth"] == ("passed", "the credentials are accepted: new tokens were obtained")
    again = {stage.stage: stage.verdict for stage in (await engine.test("it")).stages}
    assert (again["auth"], vendor.logins) == ("undefined", 1)


async def test_a_connection_test_tells_a_wrong_password_from_a_vendor_that_is_down(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    login = vendor.server.answers["/login"]
    vendor.server.answers["/login"] = lambda handler: reply(handler, 503, {"message": "not now"})
    connect(JSON_LOGIN)
    down = await engine.test("it")
    assert (down.verdict, down.error.error_class if down.error else None) == ("failed", "vendor")
    vendor.server.answers["/login"], vendor.password = login, "another"
    engine.workspace.authentications.edit("me", {"username": "bob"}, {})
    refused = await engine.test("it")
    assert (refused.verdict, refused.error.error_class if refused.error else None) == ("failed", "auth")
    assert engine.workspace.connection("it").state == "authorization_required"


async def test_who_was_refused_is_told_how_to_go_on(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    vendor.password = "another"
    connect(JSON_LOGIN)
    for _ in range(2):
        outcome = await engine.run("it", "get-things", {})
        assert outcome.error is not None
        assert "`connect-tui auth edit me`" in outcome.error.remedy


async def test_what_has_no_telling_name_is_taken_out_too(
    engine: Engine, vendor: Vendor, connect: Any, home: Any
) -> None:
    def login(handler: Any) -> None:
        reply(handler, 200, {"ref": "canary-odd-reference"}, Set_Cookie="place=canary-odd-cookie; Path=/")

    def things(handler: Any) -> None:
        said = {"items": [], "echo": [handler.headers["X-Ref"], handler.headers["Cookie"].partition("=")[2]]}
        reply(handler, 200, said)

    vendor.server.answers |= {"/login": login, "/things": things}
    connect("""
    cookies: true
    steps: [{request: {path: /login}, extract: [{key: ref, path: ref}]}]
    apply: [{in: header, name: X-Ref, format: '{{ auth.ref }}'}]
""")
    outcome = await engine.run("it", "get-things", {})
    assert outcome.value["echo"] == ["•••", "•••"]
    await engine.close()
    written = b"".join(path.read_bytes() for path in home.data.rglob("*") if path.is_file())
    assert b"canary-odd" not in written


async def test_a_new_login_uses_nothing_of_the_one_before(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    hints = [{"hint": "canary-hint-1"}, {}]
    vendor.server.answers["/start"] = lambda handler: reply(handler, 200, hints.pop(0))
    start = (
        "    steps:\n      - {request: {path: /start}, extract: [{key: hint, path: hint, required: false}]}\n"
    )
    login = JSON_LOGIN.replace("    steps:\n", start).replace("{user:", "{hint: '{{ auth.hint }}', user:")
    connect(login)
    await engine.run("it", "get-things", {})
    vendor.good = set()
    await engine.run("it", "get-things", {})
    sent = [json.loads(one[3]) for one in vendor.server.seen if one[1] == "/login"]
    assert [one.get("hint") for one in sent] == ["canary-hint-1", None]


async def test_a_fact_that_is_far_too_long_is_not_kept(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    vendor.server.answers["/login"] = lambda handler: reply(
        handler, 200, {"data": {"token": vendor.token(), "account": "x" * 5000}}
    )
    connect(JSON_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "account of the login is longer than 4,096 characters" in outcome.error.message
    assert engine.workspace.authentications.get("me").captured == {}


@pytest.mark.parametrize(("before", "logins"), [(3000, 2), (10, 1)])
async def test_a_connector_says_how_long_before_its_end_a_session_is_made_anew(
    engine: Engine, vendor: Vendor, connect: Any, before: int, logins: int
) -> None:
    ends = time.time() + 2000
    json_vendor(vendor, until=int(ends))
    connect(JSON_LOGIN + f"    expires_at: response.body.until\n    refresh: {{before: {before}}}\n")
    await engine.run("it", "get-things", {})
    first = vendor.logins
    await engine.run("it", "get-things", {})
    assert (vendor.logins > first) is (logins == 2)
