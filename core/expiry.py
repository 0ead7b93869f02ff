"""Read when something ends, as vendors tell it: in seconds, as seconds since 1970, as a date."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_MILLISECONDS = 100_000_000_000
# What ends later than the calendar does, has no end; it could neither be shown nor kept.
_LATEST_S = 250_000_000_000.0


def ends_in(value: Any, now: float) -> int | None:
    """Give the end, in microseconds, of what lives for ``value`` seconds; None where that is no number."""
    seconds = _number(value)
    return _micros(now + seconds) if seconds is not None and seconds >= 0 else None


def ends_at(value: Any) -> int | None:
    """Give the end, in microseconds, that a number since 1970 or a date says; None where it says none.

    A date without a time zone is in UTC.
    """
    number = _number(value)
    if number is not None:
        seconds = number / 1_000 if number >= _MILLISECONDS else number
        return _micros(seconds) if seconds > 0 else None
    moment = _date(str(value)) if value else None
    return _micros(moment.timestamp()) if moment is not None else None


def _micros(seconds: float) -> int | None:
    return int(seconds * 1_000_000) if seconds < _LATEST_S else None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def _date(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text.strip())
        except (ValueError, OverflowError):
            continue
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return None
