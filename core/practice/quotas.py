"""How many calls a caller may make: fixed windows, and the headers that tell about them."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left in a caller's window; ``reset_s`` is the whole seconds until it starts anew."""

    limit: int
    remaining: int
    reset_s: int
    allowed: bool

    def as_headers(self) -> tuple[tuple[str, str], ...]:
        """The three usual headers, and Retry-After when the call was one too many."""
        headers = (
            ("X-RateLimit-Limit", str(self.limit)),
            ("X-RateLimit-Remaining", str(self.remaining)),
            ("X-RateLimit-Reset", str(self.reset_s)),
        )
        return headers if self.allowed else (*headers, ("Retry-After", str(self.reset_s)))


class Window:
    """So many calls for each caller in each span of seconds, counted from the caller's first call."""

    def __init__(self, limit: int, clock: Callable[[], float], span_s: float = 60.0) -> None:
        self.limit = limit
        self._clock = clock
        self._span_s = span_s
        self._lock = threading.Lock()
        self._used: dict[str, tuple[float, int]] = {}

    def take(self, caller: str) -> Quota:
        """Count one call of ``caller``."""
        with self._lock:
            now = self._clock()
            started, used = self._used.get(caller, (now, 0))
            if not 0 <= now - started < self._span_s:
                started, used = now, 0
            allowed = used < self.limit
            used += allowed
            self._used[caller] = (started, used)
        reset_s = max(1, math.ceil(started + self._span_s - now))
        return Quota(self.limit, self.limit - used, reset_s, allowed)
