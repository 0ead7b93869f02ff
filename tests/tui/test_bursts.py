"""A window that changes its size many times at once is laid out once or twice, and rightly in the end."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from textual.app import App
from textual.events import Resize
from textual.geometry import Size
from textual.pilot import Pilot
from textual.screen import Screen

from tui.bursts import Burst


class Clock:
    """A loop's clock that only stands or is moved."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, Any]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[..., object]) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, call, (), self)  # type: ignore[arg-type]
        self._due.append((when, handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        self._due = [one for one in self._due if one[1] is not handle]

    def get_debug(self) -> bool:
        return False

    def busy(self, seconds: float) -> None:
        """Move it in one step, as a loop sees it that was held up."""
        self.now += seconds
        self.move(0.0)

    def move(self, seconds: float) -> None:
        until = self.now + seconds
        while self._due and min(self._due, key=lambda one: one[0])[0] <= until:
            when, handle = min(self._due, key=lambda one: one[0])
            self._due.remove((when, handle))
            self.now = max(self.now, when)
            handle._run()
        self.now = until


@pytest.fixture
def clock() -> Clock:
    return Clock()


class CountingScreen(Screen[None]):
    """Notes each size that it is laid out for."""

    def on_resize(self, event: Resize) -> None:
        assert isinstance(self.app, Counting)
        if self.app.laid_out[-1:] != [event.size]:
            self.app.laid_out.append(event.size)


class Counting(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.laid_out: list[Size] = []

    def get_default_screen(self) -> Screen[None]:
        return CountingScreen()


async def storm(pilot: Pilot[None], clock: Clock, sizes: list[Size], apart_s: float) -> list[Size]:
    app, burst = pilot.app, Burst(clock)  # type: ignore[arg-type]
    assert isinstance(app, Counting)
    app.laid_out.clear()
    for size in sizes:
        burst.take(partial(app.post_message, Resize(size, size)))
        await drawn(pilot)
        clock.move(apart_s)
    clock.move(1.0)
    await drawn(pilot)
    return app.laid_out


async def drawn(pilot: Pilot[None]) -> None:
    """Wait until a new size has gone from the app to its screen."""
    await pilot.pause()
    while pilot.app._resize_timer is not None:
        await asyncio.sleep(0)
        await pilot.pause()
    await pilot.pause()


async def test_a_storm_of_sizes_is_laid_out_for_its_first_and_its_last(clock: Clock) -> None:
    sizes = [Size(81 + number % 7, 25 + number % 5) for number in range(40)]
    async with Counting().run_test() as pilot:
        laid_out = await storm(pilot, clock, sizes, apart_s=0.01)
        assert laid_out == [sizes[0], sizes[-1]]


async def test_single_sizes_are_laid_out_at_once(clock: Clock) -> None:
    async with Counting().run_test() as pilot:
        assert await storm(pilot, clock, [Size(90, 30)], apart_s=0.0) == [Size(90, 30)]
        sizes = [Size(91, 30), Size(92, 30)]
        assert await storm(pilot, clock, sizes, apart_s=0.06) == sizes


def test_what_came_while_the_loop_was_busy_belongs_to_the_burst(clock: Clock) -> None:
    seen: list[int] = []
    burst = Burst(clock)  # type: ignore[arg-type]
    burst.take(partial(seen.append, 0))
    for number in range(1, 4):
        clock.busy(0.1)  # drawing; what is heard then is told after the timer
        burst.take(partial(seen.append, number))
    clock.move(1.0)
    assert seen == [0, 3]


def test_who_drags_for_long_sees_it_now_and_then_and_the_last_size_in_the_end(clock: Clock) -> None:
    seen: list[int] = []
    burst = Burst(clock)  # type: ignore[arg-type]
    for number in range(200):  # two seconds
        burst.take(partial(seen.append, number))
        clock.move(0.01)
    clock.move(1.0)
    assert (seen[0], seen[-1], len(seen)) == (0, 199, 5)
