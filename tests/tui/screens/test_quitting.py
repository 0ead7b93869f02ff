"""Leaving while something runs: it is cancelled, written down as that, and only then is the engine closed."""

import threading

import pytest

from storage.reading import open_reading, parse_filter
from tui.state.places import RunPlace

RUNNING = "is:running"


def states(home):
    with open_reading(home.database) as reading:
        return [(row.name, row.state) for row in reading.operations_block(parse_filter("op:drill-slow"))]


async def run_slowly(hand):
    hand.app.go(RunPlace("desk", "drill-slow"))
    await hand.until("▸ drill-slow")
    await hand.until(lambda: hand.app.focused)
    await hand.press("ctrl+r")
    await hand.until(lambda: hand.app.services.reading.count(parse_filter(RUNNING)) == 1)


@pytest.mark.parametrize("keys", [("ctrl+q",), ("ctrl+c", "ctrl+q")])
async def test_what_runs_when_somebody_leaves_is_cancelled_and_not_interrupted(open_app, desk, home, keys):
    async with open_app() as hand:
        await run_slowly(hand)
        await hand.pilot.press(*keys)
        await hand.until(lambda: not hand.app.is_running)
    assert states(home) == [("drill-slow", "cancelled")]
    assert "engine" not in {thread.name for thread in threading.enumerate()}


async def test_what_runs_when_the_app_is_torn_down_is_cancelled_too(open_app, desk, home):
    async with open_app() as hand:
        await run_slowly(hand)
    assert states(home) == [("drill-slow", "cancelled")]
