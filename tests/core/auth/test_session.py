"""Sessions against real servers: steps, cookies, CSRF tokens, logins made anew, and what is not a wrong password."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from core import Engine
from core.errors import ConnectError

from .session_vendor import (
    FORM_LOGIN,
    HEAD,
    JSON_LOGIN,
    PASSWORD,
    Vendor,
    form_vendor,
    json_vendor,
    reply,
)


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
