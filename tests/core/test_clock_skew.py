"""A refusal by a server whose clock is far from ours says so."""

import time
from email.utils import formatdate

import pytest

from core.clock_skew import with_clock
from core.errors import Failure
from core.request import Response

FAILURE = Failure("auth", "401 unauthorized", "give new credentials", status=401)


def answer(status: int, *dates: str) -> Response:
    return Response(status, tuple(("Date", date) for date in dates), b"", "http://x", 0, 0)


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (600, "10 minutes behind the server's"),
        (-600, "10 minutes ahead of the server's"),
        (7200, "2 hours behind"),
        (-86_400 * 400, "400 days ahead of"),
    ],
)
def test_the_remedy_names_the_clock_first_and_keeps_the_rest(ahead: float, words: str) -> None:
    date = formatdate(1_700_000_000 + ahead, usegmt=True)
    found = with_clock(FAILURE, answer(401, date), now=lambda: 1_700_000_000.0)
    assert found.remedy.startswith(f"the clock of this machine is {words}")
    assert found.remedy.endswith("; else give new credentials")


@pytest.mark.parametrize(
    "response",
    [
        answer(401, formatdate(1_700_000_200, usegmt=True)),
        answer(401),
        answer(401, "yesterday"),
        answer(401, "Sun, 22 Nov 2026 12:10:00 +999999999999999999"),
        answer(403, formatdate(0, usegmt=True)),
    ],
)
def test_other_refusals_stay_as_they_are(response: Response) -> None:
    assert with_clock(FAILURE, response, now=lambda: 1_700_000_000.0) == FAILURE


async def test_an_operation_that_is_refused_names_the_clock(engine, small, serve) -> None:
    def refuse(handler) -> None:
        # Not the handler's own date, which is right.
        handler.send_response_only(401)
        handler.send_header("Date", formatdate(time.time() + 3000, usegmt=True))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server = serve()
    server.answers["*"] = refuse
    small(server.url)
    outcome = await engine.run("it", "get-thing", {"id": "1"})
    assert "50 minutes behind the server's" in outcome.error.remedy
