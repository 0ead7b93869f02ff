"""The routes that are slow, limited, cut off or misleading do exactly that."""

import http.client
import json
import time
from collections.abc import Iterator

import httpx
import pytest

from core.practice import PracticeService, start_practice


@pytest.fixture
def clock() -> list[float]:
    return [1.8e9]


@pytest.fixture
def timed(clock: list[float]) -> Iterator[PracticeService]:
    with start_practice(None, clock=lambda: clock[0], calls_per_minute=50) as service:
        yield service


def call_timed(call_to, service: PracticeService, path: str):
    return call_to(service, "GET", path, authorization=f"Bearer {service.credentials.token}")


def test_every_signed_in_answer_tells_what_is_left(
    call_to, timed: PracticeService, clock: list[float]
) -> None:
    first = call_timed(call_to, timed, "/tickets")
    assert [first.header(f"X-RateLimit-{name}") for name in ("Limit", "Remaining", "Reset")] == [
        "50",
        "49",
        "60",
    ]
    clock[0] += 20
    missing = call_timed(call_to, timed, "/tickets/1")
    assert missing.status == 404
    assert [missing.header(f"X-RateLimit-{name}") for name in ("Remaining", "Reset")] == ["48", "40"]


def test_the_thirty_first_call_in_a_minute_waits(call_to, timed: PracticeService, clock: list[float]) -> None:
    answers = [call_timed(call_to, timed, "/limited") for _ in range(31)]
    assert [answer.status for answer in answers] == [200] * 30 + [429]
    refused = answers[-1]
    assert refused.error["code"] == "too_many_requests"
    assert (refused.header("Retry-After"), refused.header("X-RateLimit-Limit")) == ("60", "30")
    clock[0] += 60
    assert call_timed(call_to, timed, "/limited").status == 200


def test_the_general_limit_holds_too(call_to, timed: PracticeService) -> None:
    assert [call_timed(call_to, timed, "/me").status for _ in range(51)][-2:] == [200, 429]


def test_the_clock_that_was_given_dates_the_answers(call_to, timed: PracticeService) -> None:
    assert call_to(timed, "GET", "/").header("Date") == "Fri, 15 Jan 2027 08:00:00 GMT"


def test_slow_waits_as_long_as_asked(call) -> None:
    started = time.perf_counter()
    assert call("GET", "/slow?seconds=0.3").json == {"data": {"waited_s": 0.3}}
    assert time.perf_counter() - started >= 0.3
    assert call("GET", "/slow?seconds=soon").status == 422


def test_slow_bytes_arrive_one_by_one_and_whole(practice: PracticeService) -> None:
    headers = {"Authorization": f"Bearer {practice.credentials.token}"}
    with httpx.stream("GET", f"{practice.base_url}/slow-bytes?seconds=0.5", headers=headers) as response:
        pieces = list(response.iter_raw())
    assert len(pieces) > 5
    assert json.loads(b"".join(pieces))["data"]["text"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 429, 500, 503, 599])
def test_fail_fails_with_the_status_that_was_asked_for(call, status: int) -> None:
    answer = call("POST", f"/fail/{status}", {})
    assert answer.status == status
    assert str(status) in answer.error["message"]
    assert (answer.header("Retry-After") is not None) == (status in (429, 503))
    assert (answer.header("WWW-Authenticate") is not None) == (status == 401)


@pytest.mark.parametrize("status", ["200", "399", "600", "x", ""])
def test_fail_knows_only_failing_statuses(call, status: str) -> None:
    assert call("GET", f"/fail/{status}").error["code"] == "no_such_route"


def test_flaky_fails_every_second_time(call) -> None:
    assert [call("GET", "/flaky").status for _ in range(4)] == [503, 200, 503, 200]


def test_reset_breaks_the_connection(practice: PracticeService) -> None:
    headers = {"Authorization": f"Bearer {practice.credentials.token}"}
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        httpx.get(f"{practice.base_url}/reset", headers=headers)


def test_truncated_promises_more_than_it_sends(call) -> None:
    with pytest.raises(http.client.IncompleteRead):
        call("GET", "/truncated")


def test_misleading_answers_look_like_success(call) -> None:
    page = call("GET", "/not-json?claim=json")
    assert (page.status, page.header("Content-Type")) == (200, "application/json")
    assert page.body.startswith(b"<!doctype html>")
    assert call("GET", "/not-json").header("Content-Type").startswith("text/html")
    assert call("GET", "/error-in-200").json["ok"] is False
    empty = call("DELETE", "/empty")
    assert (empty.status, empty.body, empty.header("Content-Length")) == (204, b"", None)


def test_the_echo_masks_credentials_and_is_open_to_all(call_open) -> None:
    answer = call_open(
        "PUT",
        "/echo/".rstrip("/") + "?a=1&a=2&api_key=canary",
        b"hi",
        authorization="Bearer canary",
        cookie="canary",
    )
    told = answer.json
    assert (told["method"], told["body"]) == ("PUT", "hi")
    assert told["query"] == [["a", "1"], ["a", "2"], ["api_key", "•••"]]
    assert told["headers"]["authorization"] == "Bearer •••"
    assert b"canary" not in answer.body


def test_redirects_go_where_they_are_sent(call) -> None:
    answer = call("GET", "/redirect?to=http://127.0.0.1:1/x&status=307")
    assert (answer.status, answer.header("Location")) == (307, "http://127.0.0.1:1/x")
    split = call("GET", "/redirect?to=/x%0d%0aSet-Cookie:%20a=b")
    assert (split.status, split.header("Set-Cookie")) == (400, None)


def test_the_redirect_loop_never_ends(practice: PracticeService) -> None:
    headers = {"Authorization": f"Bearer {practice.credentials.token}"}
    with pytest.raises(httpx.TooManyRedirects):
        httpx.get(f"{practice.base_url}/redirect-loop", headers=headers, follow_redirects=True)


def test_hostile_records_are_valid_json_with_hostile_text(call) -> None:
    answer = call("GET", "/hostile")
    items = answer.json["data"]["items"]
    text = "".join(item["subject"] for item in items)
    for sign in ("\x1b[2J", "\x1b]52;", "\x00", "\u202e", "\x9b", "[@click", "\u200b"):
        assert sign in text
    assert "\x1b[31mname\x1b[0m" in items[0]
    assert "\x1b" in answer.header("X-Note")
    assert "\x9b".encode() in answer.body


def test_half_a_surrogate_pair_comes_only_when_asked_for(call) -> None:
    assert b"\\ud83d" not in call("GET", "/hostile").body
    assert b"half \\ud83d emoji" in call("GET", "/hostile?surrogate=1").body


def test_numbers_keep_every_digit_on_the_wire(call) -> None:
    body = call("GET", "/numbers").body
    for number in (b"9007199254740993", b"123456789012345678901234567890", b"1.10}", b"-0.0"):
        assert number in body
