"""Operations over real sockets: what leaves, what comes back, what is recorded."""

import asyncio
import dataclasses
import sqlite3
import time

import msgspec
import pytest

from core import Engine, InputError, NotKnownError, PolicyError
from core.events import OperationEnded, OperationStarted, RecordsRead, RequestSent, ResponseReceived
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


async def test_a_dry_run_sends_nothing_and_shows_the_redacted_request(engine, small, serve, canary) -> None:
    server = serve()
    small(server.url, secrets={"token": canary, "pin": "pin-of-canary-777"})
    outcome = await engine.run("it", "create-thing", {"name": "n"}, dry_run=True)
    assert server.seen == []
    assert outcome.operation is None
    assert dict(outcome.request.headers)["Authorization"] == "Bearer •••"
    assert outcome.request.body == '{"name":"n","pin":"•••"}'


async def test_suspended_connections_send_nothing(engine, small, serve) -> None:
    server = serve()
    small(server.url)
    engine.workspace.suspend("it")
    with pytest.raises(PolicyError, match="suspended"):
        await engine.run("it", "list-things", {})
    assert server.seen == []


async def test_the_practice_desk_answers(desk: Engine) -> None:
    listed = await desk.run("desk", "list-tickets", {})
    assert (listed.state, listed.counts.records, listed.result) == ("success", 25, "25 tickets")
    made = await desk.run("desk", "create-ticket", {"subject": "Printer on fire", "customer_id": 1})
    assert made.state == "success"


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


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), ["ok", float("-inf")], {"a": "\ud800"}, "\ud800"]
)
async def test_what_json_cannot_carry_is_refused_before_it_leaves(engine, small, serve, value) -> None:
    server = serve()
    small(server.url)
    with pytest.raises(InputError):
        await engine.run("it", "create-thing", {"name": value})
    assert server.seen == []
