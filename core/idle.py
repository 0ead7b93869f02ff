"""Tell when something was used for the last time long enough ago, also on a machine that slept meanwhile."""

import threading
import time
from collections.abc import Callable


def boot_clock() -> float:
    """Give seconds that go on while the machine sleeps, where the system counts them."""
    number = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if number is None else time.clock_gettime(number)


class Idle:
    """Calls ``when_over`` in a thread of its own once nothing was used for so long; one lock guards it all.

    Whoever calls a method holds ``turn``, and ``when_over`` is called without it.
    """

    def __init__(
        self, turn: threading.RLock, when_over: Callable[[], None], clock: Callable[[], float] = boot_clock
    ) -> None:
        self._turn = turn
        self._when_over = when_over
        self._clock = clock
        self._limit_s: float | None = None
        self._used = 0.0
        self._timer: threading.Timer | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing was used for so long."""
        return self._limit_s is not None and self._timer is not None and self._left_s() <= 0

    def limit(self, limit_s: float | None) -> None:
        """Wait for so long from now on; None waits for ever."""
        self.stop()
        self._limit_s = limit_s

    def use(self) -> None:
        """Begin to wait anew."""
        self._used = self._clock()
        # One timer looks at the clock when its time is over: using is far more frequent than that.
        if self._timer is None and self._limit_s is not None:
            self._start(self._limit_s)

    def stop(self) -> None:
        """Wait for nothing until the next use."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _left_s(self) -> float:
        return self._used + (self._limit_s or 0.0) - self._clock()

    def _start(self, wait_s: float) -> None:
        timer = threading.Timer(min(wait_s, threading.TIMEOUT_MAX), lambda: self._look(timer))
        timer.daemon = True
        self._timer = timer
        timer.start()

    def _look(self, timer: threading.Timer) -> None:
        with self._turn:
            if self._timer is not timer:
                return
            left_s = self._left_s()
            if left_s > 0:
                self._start(left_s)
                return
        self._when_over()
