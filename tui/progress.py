"""Thin out the engine's events for a screen: progress ten times a second, verdicts and endings at once."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from core.events import (
    Event,
    OperationEnded,
    OperationStarted,
    RecordsRead,
    RequestSent,
    ResponseReceived,
    StageEnded,
)

INTERVAL_S = 0.1
_AT_ONCE = (OperationStarted, StageEnded, OperationEnded)
_NEWEST_ONLY = (RequestSent, ResponseReceived)


class Coalescer:
    """Collects events and tells them in order; of a burst of requests only the newest, of records one sum.

    ``later(delay_s, function)`` calls the function once after the delay.
    """

    def __init__(
        self, tell: Callable[[Event], object], later: Callable[[float, Callable[[], None]], None]
    ) -> None:
        self._tell = tell
        self._later = later
        self._lock = threading.Lock()
        self._waiting: list[Event] = []
        self._timer_runs = False
        self._told_at = 0.0

    def add(self, event: Event) -> None:
        """Take one event; it is told now, or within a tenth of a second."""
        with self._lock:
            self._put(event)
            quiet = time.monotonic() - self._told_at >= INTERVAL_S
            now = quiet or isinstance(event, _AT_ONCE)
            starts_timer = not now and not self._timer_runs
            self._timer_runs = self._timer_runs or starts_timer
        if now:
            self.flush()
        elif starts_timer:
            self._later(INTERVAL_S, self._tick)

    def flush(self) -> None:
        """Tell everything that waits."""
        with self._lock:
            events, self._waiting = self._waiting, []
            self._told_at = time.monotonic()
            for event in events:
                self._tell(event)

    def _tick(self) -> None:
        with self._lock:
            self._timer_runs = False
        self.flush()

    def _put(self, event: Event) -> None:
        for index in range(len(self._waiting) - 1, -1, -1):
            merged = _merge(self._waiting[index], event)
            if merged is not None:
                del self._waiting[index]
                self._waiting.append(merged)
                return
        self._waiting.append(event)


def _merge(earlier: Event, later: Event) -> Event | None:
    """Give the one event that stands for both, or nothing when each must be told."""
    if type(earlier) is not type(later) or earlier.operation != later.operation:
        return None
    if isinstance(later, _NEWEST_ONLY):
        return later
    if isinstance(earlier, RecordsRead) and isinstance(later, RecordsRead):
        return replace(later, records=earlier.records + later.records)
    return None
