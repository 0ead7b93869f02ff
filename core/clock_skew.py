"""How far the clock of this machine is from that of a server, by its Date (RFC 9110, section 6.6.1)."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime

from .errors import Failure
from .request import Response

# Signatures and tokens are good for a few minutes at least; less than this is no reason to refuse them.
_HARMLESS_S = 300
# What an answer may have been under way.
_WAY_S = 60


def seconds_ahead(response: Response, local: float) -> float | None:
    """Give how many seconds a server is ahead of the local time; None when it tells no date.

    Raises:
        ValueError: its date cannot be read.
    """
    text = response.header("date")
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except OverflowError as error:
        raise ValueError("its time zone is none") from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - local


def clock_offset(response: Response, now: float) -> float:
    """Give how many seconds our clock is ahead of a server's; 0 where that may be the way between."""
    try:
        ahead = seconds_ahead(response, now)
    except ValueError:
        return 0.0
    return -ahead if ahead is not None and abs(ahead) > _WAY_S else 0.0


def with_clock(failure: Failure, response: Response, now: Callable[[], float] = time.time) -> Failure:
    """Say in the remedy of a refusal that the clock of this machine is wrong, if it is."""
    if response.status != 401:
        return failure
    try:
        ahead = seconds_ahead(response, now())
    except ValueError:
        return failure
    if ahead is None or abs(ahead) <= _HARMLESS_S:
        return failure
    where = "behind" if ahead > 0 else "ahead of"
    off = f"the clock of this machine is {_shown(abs(ahead))} {where} the server's"
    remedy = f"{off}, and signatures and tokens depend on it: set it (NTP), then try again"
    return replace(failure, remedy=f"{remedy}; else {failure.remedy}" if failure.remedy else remedy)


def _shown(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 120:
        return f"{minutes} minutes"
    hours = round(seconds / 3600)
    return f"{hours} hours" if hours < 48 else f"{round(seconds / 86_400):,} days"
