"""Judge how a run over recorded answers ended, against what its test expects."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors import Expectation, ExpectedError, ExpectedRequest
from connectors.templates import MISSING

from ..errors import Failure
from ..request import Request
from .answers import RecordedAnswers
from .difference import Difference, compare, compare_items
from .sent_body import grouped, sent_body


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended; without a failure it was a success."""

    failure: Failure | None
    records: tuple[Any, ...] = ()
    result: str = ""


def judge(expect: Expectation, ended: Ended, answers: RecordedAnswers) -> Iterator[Difference]:
    """Yield every difference, in the order in which things happened."""
    for number, request in enumerate(expect.requests):
        sent = answers.asked[number] if number < len(answers.asked) else None
        yield from _requests(request, sent, f"expect.requests[{number}]")
    yield from _leftovers(answers)
    if ended.failure is not None:
        yield from _failure(expect, ended.failure)
    elif expect.state == "failed":
        yield Difference("expect.state", "failed", "success")
    else:
        yield from _outcome(expect, ended)


def _leftovers(answers: RecordedAnswers) -> Iterator[Difference]:
    used = len(answers.asked) - len(answers.unanswered)
    for number, request in enumerate(answers.unanswered, start=used):
        asked = f"{request.method} {request.url}"
        yield Difference(f"given.responses[{number}]", f"an answer to {asked}", MISSING)
    if answers.unused:
        yield Difference(f"given.responses[{used}]", "a request that asks for it", MISSING)


def _failure(expect: Expectation, failure: Failure) -> Iterator[Difference]:
    if expect.state == "success":
        yield Difference("expect.state", "success", f"failed ({failure.error_class}): {failure.message}")
    elif expect.error is not None:
        yield from compare(_named(expect.error), failure.as_json(), "expect.error")


def _named(error: ExpectedError) -> dict[str, Any]:
    return error.model_dump(by_alias=True, exclude_none=True)


def _outcome(expect: Expectation, ended: Ended) -> Iterator[Difference]:
    if expect.count is not None:
        yield from compare(expect.count, len(ended.records), "expect.count")
    yield from compare_items(expect.records, ended.records, "expect.records")
    if expect.result is not None:
        yield from compare(expect.result, ended.result, "expect.result")


def _requests(expected: ExpectedRequest, sent: Request | None, path: str) -> Iterator[Difference]:
    if sent is None:
        wanted = " ".join(part for part in (expected.method, expected.path) if part)
        yield Difference(path, wanted or "a request", MISSING)
        return
    url = urlsplit(sent.url)
    if expected.method is not None:
        yield from compare(expected.method.upper(), sent.method, f"{path}.method")
    if expected.path is not None:
        yield from compare(expected.path, url.path or "/", f"{path}.path")
    query = grouped(parse_qsl(url.query, keep_blank_values=True))
    yield from _texts(expected.query, query, f"{path}.query")
    headers = grouped((name.lower(), value) for name, value in sent.headers)
    for name, value in expected.headers.items():
        yield from _texts({name.lower(): value}, headers, f"{path}.headers")
    if expected.body is not None:
        yield from compare(expected.body, sent_body(sent, expected.body), f"{path}.body")


def _texts(expected: Mapping[str, Any], found: Mapping[str, Any], path: str) -> Iterator[Difference]:
    """Compare names with texts; null says that a name must not be there."""
    for name, value in expected.items():
        wanted = MISSING if value is None else value
        there = found.get(name, MISSING)
        if wanted is MISSING and there is MISSING:
            continue
        yield from compare(wanted, there, f"{path}.{name}")
