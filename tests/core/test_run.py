"""Operations over real sockets: what leaves, what comes back, what is recorded."""

import asyncio
import dataclasses
import hashlib
import os
import sqlite3
import time
from pathlib import Path

import msgspec
import pytest

from core import ConfigError, Engine, InputError, NotKnownError, PolicyError
from core.events import OperationEnded, OperationStarted, RecordsRead, RequestSent, ResponseReceived
from core.home import Home
from storage.reading import open_reading

THINGS = msgspec.json.encode({"items": [{"id": n} for n in range(3)]})


async def test_a_list_gives_its_records_and_a_line_for_people(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(200, THINGS)
    small(server.url)
    outcome = await engine.run("it", "list-things", {"limit": "3"})
    assert (outcome.state, outcome.result, outcome.counts.records) == ("success", "3 things", 3)
    assert outcome.records == ({"id": 0}, {"id": 1}, {"id": 2})
    assert server.seen[0][1] == "/things?limit=3"


async def test_the_token_is_sent_and_recorded_only_as_dots(
    engine, small, serve, answer, home, canary
) -> None:
    server = serve()
    server.answers["/things"] = answer(200, THINGS)
    small(server.url)
    outcome = await engine.run("it", "list-things", {})
    assert server.seen[0][2]["Authorization"] == f"Bearer {canary}"
    await engine.close()
    with open_reading(home.database) as reading:
        (exchange,) = reading.exchanges(outcome.operation, bodies=True)
    assert dict(exchange.request_headers)["Authorization"] == "Bearer •••"


async def test_the_row_is_committed_before_the_first_byte_leaves(engine, small, serve, home) -> None:
    server = serve()
    found: list[tuple[str, str]] = []

    def look(handler) -> None:
        with sqlite3.connect(home.database) as reader:
            found.extend(reader.execute("SELECT id, state FROM operation").fetchall())
        reader.close()
        handler.send_response(204)
        handler.end_headers()

    server.answers["/things"] = look
    small(server.url)
    outcome = await engine.run("it", "create-thing", {"name": "n"})
    assert (outcome.operation, "running") in found


async def test_a_number_that_was_given_leaves_with_its_digits(engine, serve, answer, tmp_path) -> None:
    server = serve()
    server.answers["/things"] = answer(204)
    file = tmp_path / "exact.yaml"
    file.write_text(
        """
schema: connect/1
revision: 1
handle: exact
name: Exact
summary: Sends numbers.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth: {key: {kind: api_key, apply: [{in: body, name: key}]}}
operations:
  send:
    input: {price: number!, many: {type: array, items: {type: number}}, whole: integer}
    request:
      method: POST
      path: /things
      body: {price: '{{ input.price }}', many: '{{ input.many }}', whole: '{{ input.whole }}'}
"""
    )
    engine.catalog.add(file)
    engine.workspace.create_connection(
        "exact", "it", method="key", variables={"base_url": server.url}, secrets={"api_key": "made-up"}
    )
    engine.workspace.activate("it")
    outcome = await engine.run("it", "send", {"price": "1.10", "many": "[2.50, 1e2]", "whole": "-0"})
    assert (outcome.error, outcome.state) == (None, "success")
    assert server.seen[0][3] == b'{"price":1.10,"many":[2.50,1e2],"whole":-0,"key":"made-up"}'


async def test_events_come_in_order(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(200, THINGS)
    small(server.url)
    events: list[object] = []
    await engine.run("it", "list-things", {}, emit=events.append)
    kinds = [type(event) for event in events]
    assert kinds == [OperationStarted, RequestSent, ResponseReceived, RecordsRead, OperationEnded]


async def test_wrong_use_is_refused_before_there_is_an_operation(engine, small, serve, home) -> None:
    small(serve().url)
    with pytest.raises(NotKnownError, match="list-thing"):
        await engine.run("it", "list-thingz", {})
    with pytest.raises(InputError, match="id"):
        await engine.run("it", "get-thing", {})
    with pytest.raises(InputError, match="limit"):
        await engine.run("it", "list-things", {"limit": "many"})
    with pytest.raises(NotKnownError, match="'that'"):
        await engine.run("that", "list-things", {})
    with open_reading(home.database) as reading:
        assert reading.newest_seq() == 0


async def test_a_rule_decides_with_its_class_message_and_remedy(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(403, b'{"why": "read only"}')
    small(server.url)
    error = (await engine.run("it", "list-things", {})).error
    assert (error.error_class, error.message, error.remedy) == (
        "permission",
        "not allowed: read only",
        "ask the owner",
    )
    assert (error.status, error.rule) == (403, "errors[0]")


async def test_a_sentence_that_the_answer_cannot_fill_is_named_in_the_log(
    engine, small, serve, answer, home
) -> None:
    server = serve()
    server.answers["/things"] = answer(403, b'{"reason": "read only"}')
    small(server.url)
    outcome = await engine.run("it", "list-things", {})
    assert (outcome.error.message, outcome.error.remedy) == ("403 forbidden: read only", "ask the owner")
    await engine.close()
    with open_reading(home.database) as reading:
        lines = [(line.level, line.text) for line in reading.log_lines(outcome.operation)]
    why = "`response.body.why` is null, and a text is built from it"
    said = f"errors[0].message could not be filled, the usual sentence stands: {why}"
    assert lines[0] == ("warning", said)


@pytest.mark.parametrize(
    ("status", "error_class", "retryable"),
    [(400, "input", False), (401, "auth", False), (404, "not_found", False), (409, "conflict", False),
     (429, "limit", True), (500, "vendor", True), (501, "vendor", False), (503, "vendor", True)],
)  # fmt: skip
async def test_without_a_rule_the_status_decides(
    engine, small, serve, answer, status, error_class, retryable
) -> None:
    server = serve()
    server.answers["/things"] = answer(status, b'{"message": "because"}')
    small(server.url)
    outcome = await engine.run("it", "list-things", {})
    assert outcome.state == "failed"
    assert (outcome.error.error_class, outcome.error.retryable) == (error_class, retryable)
    assert outcome.error.message.endswith(": because")


async def test_refused_credentials_ask_for_new_ones_until_they_work(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(401)
    small(server.url)
    await engine.run("it", "list-things", {})
    assert engine.workspace.connection("it").state == "authorization_required"
    server.answers["/things"] = answer(200, THINGS)
    await engine.run("it", "list-things", {})
    assert engine.workspace.connection("it").state == "active"


async def test_nothing_listening_is_a_network_error(engine, small, free_port) -> None:
    small(f"http://127.0.0.1:{free_port}")
    outcome = await engine.run("it", "list-things", {})
    assert (outcome.error.error_class, outcome.error.retryable) == ("network", True)
    assert "127.0.0.1" in outcome.error.message


async def test_an_answer_broken_off_is_a_network_error(engine, small, serve) -> None:
    server = serve()

    def cut(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"items": [')
        handler.close_connection = True

    server.answers["/things"] = cut
    small(server.url)
    assert (await engine.run("it", "list-things", {})).error.error_class == "network"


async def test_html_where_json_was_meant_says_so(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(200, b"<html>login</html>", {"Content-Type": "text/html"})
    small(server.url)
    error = (await engine.run("it", "list-things", {})).error
    assert error.error_class == "vendor"
    assert "text/html" in error.message


async def test_broken_json_says_where(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(200, b'{"items": [1, 2')
    small(server.url)
    error = (await engine.run("it", "list-things", {})).error
    assert "not JSON" in error.message


async def test_an_operation_that_takes_too_long_is_a_timeout(engine, small, serve, answer) -> None:
    server = serve()

    def late(handler) -> None:
        time.sleep(0.6)
        handler.close_connection = True

    server.answers["/slow"] = late
    small(server.url)
    assert (await engine.run("it", "slow", {})).error.error_class == "timeout"


async def test_cancelling_ends_the_operation_as_cancelled_with_its_exchange(
    engine, small, serve, home
) -> None:
    server = serve()

    def late(handler) -> None:
        time.sleep(0.6)
        handler.close_connection = True

    server.answers["/things"] = late
    small(server.url)
    events: list[object] = []
    task = asyncio.create_task(engine.run("it", "list-things", {}, emit=events.append))
    await asyncio.to_thread(server.asked.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await engine.close()
    with open_reading(home.database) as reading:
        row = reading.operation(events[0].operation)
        assert row.state == "cancelled"
        assert len(reading.exchanges(row.id)) == 1


async def test_redirects_to_another_host_never_carry_credentials(engine, small, serve, answer) -> None:
    first, second = serve(), serve()
    other = second.url.replace("127.0.0.1", "localhost")
    first.answers["/things"] = answer(302, b"", {"Location": f"{other}/things"})
    second.answers["/things"] = answer(200, THINGS)
    small(first.url, redirects="any", hosts="{other: localhost}")
    outcome = await engine.run("it", "list-things", {})
    # localhost is a private address and not the base URL's host, so the guard refuses it before a byte leaves.
    assert outcome.error.error_class == "policy"
    assert second.seen == []


async def test_another_port_of_the_host_gets_neither_credentials_nor_a_request(
    engine, small, serve, answer
) -> None:
    first, second = serve(), serve()
    first.answers["/things"] = answer(302, b"", {"Location": f"{second.url}/things"})
    small(first.url)
    assert (await engine.run("it", "list-things", {})).error.error_class == "policy"
    assert (await engine.request("it", "GET", f"{second.url}/x")).error.error_class == "policy"
    assert second.seen == []


async def test_redirect_loops_end(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(302, b"", {"Location": "/things"})
    small(server.url)
    outcome = await engine.run("it", "list-things", {})
    assert "circles" in outcome.error.remedy
    assert len(server.seen) == 11


async def test_a_value_in_a_path_can_neither_climb_nor_start_a_query(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["*"] = answer(200, b"{}")
    small(server.url)
    await engine.run("it", "get-thing", {"id": "a/b?c=d#e"})
    assert server.seen[0][1] == "/things/a%2Fb%3Fc%3Dd%23e"
    outcome = await engine.run("it", "get-thing", {"id": ".."})
    assert outcome.error is not None
    assert len(server.seen) == 1


async def test_a_key_in_the_query_is_not_in_the_log(engine, small, serve, answer, home, canary) -> None:
    server = serve()
    server.answers["/things"] = answer(200, THINGS)
    small(server.url, method="key", secrets={"api_key": canary})
    outcome = await engine.run("it", "list-things", {})
    assert "canary" in server.seen[0][1]
    await engine.close()
    with open_reading(home.database) as reading:
        assert "canary" not in reading.exchanges(outcome.operation)[0].url


async def test_an_operation_can_be_cancelled_while_a_large_answer_is_read(
    engine, small, serve, answer
) -> None:
    server = serve()
    document = b"<r>" + b"<i n='1'>text</i>" * 150_000 + b"</r>"
    server.answers["/things"] = answer(200, document, {"Content-Type": "application/xml"})
    small(server.url)
    came, seen = asyncio.Event(), list[object]()

    def listen(event: object) -> None:
        seen.append(event)
        if isinstance(event, ResponseReceived):
            came.set()

    running = asyncio.create_task(engine.run("it", "list-things", {}, emit=listen))
    await came.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert isinstance(seen[-1], OperationEnded)
    assert seen[-1].state == "cancelled"


async def test_the_name_of_a_file_is_one_line_whatever_is_in_it(
    engine, small, serve, answer, tmp_path: Path
) -> None:
    server = serve()
    server.answers["/file"] = answer(200, b"abc", {"Content-Type": "application/octet-stream"})
    small(server.url)
    outcome = await engine.run("it", "get-file", {}, output=tmp_path / "a\nb\x1b.bin")
    assert outcome.result == r"3 bytes saved to a\nb\x1b.bin"


async def test_a_download_is_streamed_to_its_file(engine, small, serve, answer, tmp_path: Path, home) -> None:
    server = serve()
    content = bytes(range(256)) * 4000
    server.answers["/file"] = answer(200, content, {"Content-Type": "application/octet-stream"})
    small(server.url)
    target = tmp_path / "got.bin"
    outcome = await engine.run("it", "get-file", {}, output=target)
    assert target.read_bytes() == content
    assert outcome.saved_to == target
    assert outcome.result == "1,024,000 bytes saved to got.bin"
    await engine.close()
    with open_reading(home.database) as reading:
        body = reading.exchanges(outcome.operation, bodies=True)[0].response_body
    assert (len(body.content), body.size, body.truncated) == (64 * 1024, 1_024_000, True)


async def test_a_failed_download_leaves_no_file(engine, small, serve, answer, tmp_path: Path) -> None:
    server = serve()
    server.answers["/file"] = answer(404)
    small(server.url)
    outcome = await engine.run("it", "get-file", {}, output=tmp_path / "got.bin")
    assert outcome.error.error_class == "not_found"
    assert not list(tmp_path.glob("got*"))


async def test_a_dry_run_sends_nothing_and_shows_the_redacted_request(engine, small, serve, canary) -> None:
    server = serve()
    small(server.url, secrets={"token": canary, "pin": "pin-of-canary-777"})
    outcome = await engine.run("it", "create-thing", {"name": "n"}, dry_run=True)
    assert server.seen == []
    assert outcome.operation is None
    assert dict(outcome.request.headers)["Authorization"] == "Bearer •••"
    assert outcome.request.body == '{"name":"n","pin":"•••"}'


async def test_secret_variables_reach_the_request_and_nothing_else(
    engine, small, serve, answer, home, canary
) -> None:
    server = serve()
    server.answers["/things"] = answer(201, b'{"echo": "pin-of-canary-777"}')
    small(server.url, secrets={"token": canary, "pin": "pin-of-canary-777"})
    outcome = await engine.run("it", "create-thing", {"name": "n", "pin": "pin-of-canary-777"})
    assert b"pin-of-canary-777" in server.seen[0][3]
    await engine.close()
    for file in home.data.rglob("*"):
        if file.is_file():
            assert b"pin-of-canary-777" not in file.read_bytes(), file
    assert outcome.state == "success"


async def test_a_vendor_that_echoes_our_secret_shows_it_to_nobody(
    engine, small, serve, answer, canary
) -> None:
    server = serve()
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in canary)
    said = f'{{"items": [{{"id": 1, "token": "theirs", "note": "you sent {canary}", "more": "{escaped}"}}]}}'
    server.answers["/things"] = answer(200, said.encode())
    small(server.url)
    events: list[object] = []
    outcome = await engine.run("it", "list-things", {}, emit=events.append)
    assert outcome.records == ({"id": 1, "token": "theirs", "note": "you sent •••", "more": "•••"},)
    assert "canary" not in repr((outcome, events))


async def test_a_missing_reference_is_a_recorded_vault_failure(engine, small, serve, monkeypatch) -> None:
    small(serve().url, secrets={"token": "ref:env:NO_SUCH_CANARY"})
    outcome = await engine.run("it", "list-things", {})
    assert (outcome.state, outcome.error.error_class) == ("failed", "vault")
    assert outcome.operation is not None


async def test_suspended_connections_send_nothing(engine, small, serve) -> None:
    server = serve()
    small(server.url)
    engine.workspace.suspend("it")
    with pytest.raises(PolicyError, match="suspended"):
        await engine.run("it", "list-things", {})
    assert server.seen == []


async def test_the_proxy_sends_what_was_written(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/raw"] = answer(200, b'{"a": 12345678901234567890123}')
    small(server.url)
    outcome = await engine.request(
        "it", "post", "/raw?x=1", query=[("y", "2")], headers=[("X-Own", "v")], body=b'{"k": 1}'
    )
    method, path, headers, body = server.seen[0]
    assert (method, path, headers["X-Own"], body) == ("POST", "/raw?x=1&y=2", "v", b'{"k": 1}')
    assert outcome.value == {"a": 12345678901234567890123}
    assert (outcome.kind, outcome.name) == ("proxy", "POST /raw")


async def test_the_proxy_keeps_to_the_connectors_hosts(engine, small, serve) -> None:
    small(serve().url)
    outcome = await engine.request("it", "GET", "http://evil.example/")
    assert outcome.error.error_class == "policy"


async def test_the_practice_desk_answers(desk: Engine) -> None:
    listed = await desk.run("desk", "list-tickets", {})
    assert (listed.state, listed.counts.records, listed.result) == ("success", 25, "25 tickets")
    made = await desk.run("desk", "create-ticket", {"subject": "Printer on fire", "customer_id": 1})
    assert made.state == "success"


async def test_nothing_of_a_home_holds_the_token(desk: Engine, practice, home: Home) -> None:
    await desk.test("desk")
    await desk.run("desk", "list-tickets", {})
    await desk.close()
    token = practice.credentials.token.encode()
    for file in home.data.rglob("*"):
        if file.is_file():
            assert token not in file.read_bytes(), file


async def test_a_hashed_secret_and_a_whole_scope_are_secret_too(engine, small, serve) -> None:
    small(serve().url, secrets={"token": "canary-token-1", "pin": "pin-of-canary-777"})
    outcome = await engine.run("it", "tell-all", {}, dry_run=True)
    hashed = hashlib.sha256(b"pin-of-canary-777").hexdigest()
    assert hashed not in outcome.request.body
    assert "canary" not in outcome.request.body


async def test_a_bug_is_one_sentence_and_its_traceback_is_in_the_operations_log(
    engine, small, serve, answer, home, monkeypatch
) -> None:
    server = serve()
    server.answers["/things"] = answer(200, THINGS)
    small(server.url)

    def break_down(*_: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("core.read.decode", break_down)
    outcome = await engine.run("it", "list-things", {})
    assert (outcome.error.error_class, "Traceback" in outcome.error.message) == ("bug", False)
    await engine.close()
    with open_reading(home.database) as reading:
        lines = reading.log_lines(outcome.operation)
    assert [line.level for line in lines] == ["debug", "error"]
    assert "break_down" in lines[0].text


async def test_a_listener_that_fails_costs_the_operation_nothing(engine, small, serve, answer, home) -> None:
    server = serve()
    server.answers["/things"] = answer(201, b'{"id": 1}')
    small(server.url)

    def fail(_: object) -> None:
        raise OSError("no space left")

    outcome = await engine.run("it", "create-thing", {"name": "n"}, emit=fail)
    assert (outcome.state, len(server.seen)) == ("success", 1)
    await engine.close()
    with open_reading(home.database) as reading:
        assert "a listener failed" in reading.log_lines(outcome.operation)[0].text


async def test_a_token_with_a_line_break_is_an_input_error_and_nothing_leaves(engine, small, serve) -> None:
    server = serve()
    small(server.url, secrets={"token": "canary\nX-Injected: 1"})
    outcome = await engine.run("it", "list-things", {})
    assert (outcome.error.error_class, server.seen) == ("input", [])
    assert "canary" not in outcome.error.message


async def test_a_host_name_that_cannot_be_is_a_network_error(engine, small) -> None:
    small(f"http://{'a' * 70}.example")
    outcome = await engine.run("it", "list-things", {})
    assert outcome.error.error_class == "network"


async def test_repeated_headers_of_a_request_all_leave(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/raw"] = answer(200)
    small(server.url)
    outcome = await engine.request(
        "it", "GET", "/raw", headers=[("X-Own", "1"), ("X-Own", "2")], dry_run=True
    )
    assert [value for name, value in outcome.request.headers if name == "X-Own"] == ["1", "2"]


async def test_an_authentication_of_another_connector_is_never_sent(engine, small, serve, home) -> None:
    server = serve()
    small(server.url)
    row = engine.workspace.authentications.get("it")
    engine.workspace._store.authentications.save(dataclasses.replace(row, connector="github"))
    with pytest.raises(ConfigError, match="for github, not for small"):
        await engine.run("it", "list-things", {})
    assert server.seen == []


async def test_a_url_with_a_user_name_never_leaves(engine, small, serve) -> None:
    server = serve()
    small(server.url)
    outcome = await engine.request("it", "GET", server.url.replace("//", "//u:pw@") + "/x")
    assert (outcome.error.error_class, server.seen) == ("policy", [])


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999", "http://[::1", "http://127.0.0.1:9x", "http://h/?z=1"]
)
async def test_a_base_url_that_cannot_be_is_a_config_failure(engine, small, url) -> None:
    small("http://127.0.0.1:1")
    row = engine.workspace.connection("it")
    engine.workspace._store.connections.save(
        dataclasses.replace(row, variables={"base_url": url}), expected_revision=row.revision
    )
    assert (await engine.run("it", "list-things", {})).error.error_class == "config"
    assert (await engine.test("it")).error.error_class == "config"


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "no-such"])
async def test_odd_charsets_are_read_as_utf_8(engine, small, serve, answer, charset) -> None:
    server = serve()
    said = {"Content-Type": f"application/json; charset={charset}"}
    server.answers["/things"] = answer(200, '{"items": ["ü"]}'.encode(), said)
    small(server.url)
    assert (await engine.run("it", "list-things", {})).records == ("ü",)


async def test_a_redirect_to_no_address_is_the_vendors_failure(engine, small, serve, answer) -> None:
    server = serve()
    server.answers["/things"] = answer(302, b"", {"Location": "mailto:x@y"})
    small(server.url)
    assert (await engine.run("it", "list-things", {})).error.error_class in {"vendor", "policy"}


async def test_names_of_headers_and_types_hold_no_secret(engine, small, serve, answer, home) -> None:
    server = serve()
    named = {"X-CanaryTokenInName": "1", "Content-Type": "application/CanaryTokenInName+json"}
    server.answers["/things"] = answer(200, b'{"items": [1]}', named)
    small(server.url, secrets={"token": "CanaryTokenInName"})
    outcome = await engine.run("it", "list-things", {})
    await engine.close()
    with open_reading(home.database) as reading:
        (exchange,) = reading.exchanges(outcome.operation, bodies=True)
    assert "canarytokeninname" not in repr(exchange).lower()


async def test_a_download_into_a_pipe_leaves_it_a_pipe(engine, small, serve, answer, tmp_path: Path) -> None:
    server = serve()
    server.answers["/file"] = answer(200, b"abc", {"Content-Type": "application/octet-stream"})
    small(server.url)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = asyncio.create_task(asyncio.to_thread(pipe.read_bytes))
    await engine.run("it", "get-file", {}, output=pipe)
    assert await reading == b"abc"
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), ["ok", float("-inf")], {"a": "\ud800"}, "\ud800"]
)
async def test_what_json_cannot_carry_is_refused_before_it_leaves(engine, small, serve, value) -> None:
    server = serve()
    small(server.url)
    with pytest.raises(InputError):
        await engine.run("it", "create-thing", {"name": value})
    assert server.seen == []
