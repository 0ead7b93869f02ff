"""Large answers are read beside everything else, and no longer than somebody waits for them."""

import asyncio
import threading

import pytest

from core.bodies.aside import SMALL, Stopped, aside
from core.bodies.csv_body import read_csv
from core.bodies.json_body import read_json_lines
from core.bodies.xml_body import read_xml
from core.read import decode_aside
from core.request import Response

XML = b"<r>" + b'<i n="1">text</i>' * 60_000 + b"</r>"
CSV = b"a,b\n" + b"1,2\n" * 200_000
LINES = b'{"a":1}\n' * 100_000


def answer(body: bytes, kind: str) -> Response:
    return Response(200, (("Content-Type", kind),), body, "http://127.0.0.1/", took_us=0, size=len(body))


@pytest.mark.parametrize(
    ("body", "kind"), [(XML, "application/xml"), (CSV, "text/csv"), (LINES, "application/x-ndjson")]
)
async def test_others_have_their_turn_while_a_large_body_is_read(body: bytes, kind: str) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    decoded = await decode_aside(answer(body, kind))
    counting.cancel()
    assert decoded.problem is None
    assert turns > 1


async def test_a_small_body_needs_no_thread() -> None:
    here = threading.get_ident()
    assert await aside(SMALL, lambda _stop: threading.get_ident()) == here
    assert await aside(SMALL + 1, lambda _stop: threading.get_ident()) != here


async def test_reading_ends_when_nobody_waits_for_it() -> None:
    begun, told = threading.Event(), threading.Event()

    def work(stop) -> None:
        begun.set()
        while not stop():
            pass
        told.set()

    waiting = asyncio.create_task(aside(SMALL + 1, work))
    await asyncio.to_thread(begun.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(told.wait)


@pytest.mark.parametrize(
    "read",
    [
        lambda stop: read_xml(XML, stop=stop),
        lambda stop: read_csv(CSV.decode(), stop=stop),
        lambda stop: read_json_lines(LINES, stop),
    ],
    ids=["xml", "csv", "jsonl"],
)
def test_every_long_reader_looks_whether_to_stop(read) -> None:
    with pytest.raises(Stopped):
        read(lambda: True)
