"""Do once what is asked for many times in a row: the first time at once, the last time when it is over."""

import asyncio
from collections.abc import Callable

# Sizes of a window that is dragged come closer to each other than this,
_QUIET_S = 0.05
# and whoever drags it for long sees now and then what it will look like.
_MOST_S = 0.5


class Burst:
    """The calls of one burst, of which the first is made at once and the last when it pauses."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, quiet_s: float = _QUIET_S, most_s: float = _MOST_S
    ) -> None:
        self._loop = loop
        self._quiet_s = quiet_s
        self._most_s = most_s
        self._ends = self._due = 0.0
        self._pause: asyncio.TimerHandle | None = None
        self._last: Callable[[], object] | None = None

    def take(self, call: Callable[[], object]) -> None:
        """Make this call now, or in place of the one that waits; to be used in the thread of the loop."""
        now = self._loop.time()
        if self._pause is None:
            self._ends = now + self._most_s
            call()
        else:
            self._pause.cancel()
            self._last = call
        self._wait(now)

    def _wait(self, now: float) -> None:
        self._due = min(now + self._quiet_s, self._ends)
        self._pause = self._loop.call_at(self._due, self._paused)

    def _paused(self) -> None:
        now = self._loop.time()
        if self._due + self._quiet_s / 2 < now < self._ends:
            # The loop was busy, perhaps with drawing the first; what came meanwhile is not heard yet.
            self._wait(now)
            return
        self._pause = None
        last, self._last = self._last, None
        if last is not None:
            # What follows soon belongs to this burst still, so it waits in its turn.
            self.take(last)
