"""Say when something happened: exactly for programs, roughly for people."""

import time
from datetime import UTC, datetime
from typing import Final

from tui.state.labels import ago, duration

_SECOND: Final = 1_000_000


def now_us() -> int:
    """Give the time in microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


def rfc3339(at_us: int | None) -> str | None:
    """Give a moment (microseconds since 1970) in UTC as ``2026-11-22T04:52:00.123456Z``."""
    if at_us is None:
        return None
    seconds, rest = divmod(at_us, _SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"


def since(at_us: int | None) -> str:
    """Give how long ago a moment was, for people."""
    return "never" if at_us is None else f"{ago(at_us, now_us())} ago"


def expires(at_us: int | None) -> str:
    """Give how soon something ends, for people."""
    if at_us is None:
        return "not known"
    now = now_us()
    return f"{ago(at_us, now)} ago" if at_us <= now else f"in {ago(now, at_us)}"


def took(milliseconds: int | None) -> str:
    """Give a duration for people."""
    return duration(None if milliseconds is None else milliseconds * 1000)
