"""Run without a screen: what is folded from events, what is asked before, and the same as a command."""

import shlex
from dataclasses import replace

import pytest

from core.errors import Failure
from core.events import OperationEnded, OperationStarted, RecordsRead, RequestSent, ResponseReceived
from storage.records import Counts
from tui.state.live import Live, RateLimit, find_limit, fold
from tui.state.live_lines import live_lines
from tui.state.run import (
    OperationFacts,
    RunTarget,
    error_lines,
    guard_for,
    operation_rows,
    refusal,
    request_lines,
    run_command,
)


def test_a_rate_is_said_only_after_more_than_one_request():
    one = replace(Live("op_1", "success"), records=25, took_ms=10, requests=1)
    assert "/s" not in said(live_lines(one))
    assert "2,500/s" in said(live_lines(replace(one, requests=2)))


def operation(name="list-tickets", *, read_only=True, danger="none", irreversible=False):
    return OperationFacts(
        name, "", "", "", (), read_only, danger, deprecated=False, schema={}, irreversible=irreversible
    )


def target(state="active", *, production=False):
    return RunTarget("desk", "practice@1", state, "", production, "default", ())


def said(lines):
    return "\n".join("".join(text for text, _ in line) for line in lines)


def follow(*events):
    live = fold(Live(), OperationStarted("op_1", "action", "list-tickets", "desk", 0))
    for event in events:
        live = fold(live, event)
    return live


def test_counters_follow_the_events_and_the_end_has_the_last_word():
    live = follow(
        RequestSent("op_1", 1, "GET", "http://a/tickets?page=1"),
        ResponseReceived("op_1", 1, 503, 9, 70),
        RequestSent("op_1", 2, "GET", "http://a/tickets?page=1"),
        ResponseReceived("op_1", 2, 200, 41, 900),
        RecordsRead("op_1", (1, 2), 2),
    )
    assert (live.requests, live.retries, live.pages, live.records, live.bytes) == (2, 1, 1, 2, 970)
    assert live.calls[-1].status == 200
    live = fold(live, OperationEnded("op_1", "success", 60, Counts(2, 1, 2, 1, 970), "2 tickets", None))
    assert not live.is_running
    shown = said(live_lines(live))
    assert "✓ done" in shown
    assert "1 retry" in shown
    assert "GET /tickets?page=1   200" in shown


def test_events_of_another_operation_change_nothing():
    live = follow()
    assert fold(live, RequestSent("op_2", 1, "GET", "http://a/")) is live


def test_a_request_of_a_stopped_operation_does_not_wait_any_more():
    live = follow(RequestSent("op_1", 1, "GET", "http://a/slow"))
    assert "waiting" in said(live_lines(live))
    live = fold(live, OperationEnded("op_1", "cancelled", 60, Counts(requests=1), "cancelled", None))
    assert "no answer" in said(live_lines(live))


@pytest.mark.parametrize(
    ("headers", "limit"),
    [
        ((("X-RateLimit-Limit", "30"), ("X-RateLimit-Remaining", "0")), RateLimit(30, 0)),
        ((("RateLimit-Limit", "100, 100;w=60"), ("RateLimit-Remaining", "7")), RateLimit(100, 7)),
        ((("X-RateLimit-Limit", "many"),), None),
        ((("X-RateLimit-Limit", "0"), ("X-RateLimit-Remaining", "0")), None),
        ((), None),
    ],
)
def test_a_limit_is_found_under_any_of_its_names(headers, limit):
    assert find_limit(headers) == limit


@pytest.mark.parametrize(
    ("one", "production", "guard"),
    [
        (operation(), False, "none"),
        (operation(), True, "none"),
        (operation(read_only=False, danger="write"), False, "confirm"),
        (operation(read_only=False, danger="delete"), False, "confirm"),
        (operation(read_only=False, danger="delete", irreversible=True), False, "type_name"),
        (operation(read_only=False, danger="write", irreversible=True), False, "type_name"),
        (operation(read_only=False, danger="write"), True, "type_name"),
        (operation(read_only=False, danger="none"), False, "confirm"),
    ],
)
def test_the_more_an_operation_can_break_the_more_is_asked(one, production, guard):
    assert guard_for(target(production=production), one) == guard


@pytest.mark.parametrize(("state", "word"), [("inactive", "suspended"), ("draft", "draft")])
def test_a_connection_that_may_not_run_refuses_with_a_sentence(state, word):
    assert word in refusal(target(state))
    assert refusal(target("error")) == ""


def test_harmless_operations_come_first_and_of_those_the_ones_that_list():
    rows = operation_rows(
        [
            operation("delete-x", read_only=False, danger="delete"),
            operation("drill"),
            operation("create-x", read_only=False, danger="write"),
            operation("get-x"),
            operation("list-x"),
        ]
    )
    assert [row.key for row in rows] == ["list-x", "get-x", "drill", "create-x", "delete-x"]


def test_the_command_can_be_read_by_a_shell():
    command = run_command("desk", "create-ticket", {"subject": "it's", "tags": ["a"], "n": 5})
    assert shlex.split(command)[3:] == [
        "create-ticket",
        "--set",
        "subject=it's",
        "--set",
        'tags=["a"]',
        "--set",
        "n=5",
    ]


def test_a_secret_input_is_named_in_the_command_and_not_said():
    command = run_command("desk", "sign", {"door-pin": "canary-1", "n": 5}, {"door-pin"})
    assert command == "connect-tui run desk sign --secret door-pin=env:DOOR_PIN --set n=5"


def test_the_question_shows_the_whole_address_and_the_beginning_of_the_body():
    url = "http://a/" + "x" * 200
    lines = request_lines("POST", url, '{"a":' + "[1," * 30 + "1" + "]" * 30 + "}", 80)
    assert said(lines).replace("\n", "").replace(" ", "").startswith(f"POST{url}")
    assert "more lines" in said(lines)
    assert all(len(line) <= 80 for line in said(lines).splitlines())


def test_an_error_says_class_message_remedy_and_the_next_keys():
    shown = said(
        error_lines(Failure("permission", "scope missing", "sign in again", status=403), 80, operation="op_1")
    )
    for part in (
        "permission",
        "403",
        "scope missing",
        "sign in again",
        "R run again",
        "o what was sent",
        "1 a",
    ):
        assert part in shown
