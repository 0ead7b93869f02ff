"""The questions the log screen asks of what is kept; each runs in the thread of a `LogReader`."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from storage.records import Operation

from .log_window import BLOCK, LogWindow, oldest_first

if TYPE_CHECKING:
    from storage.reading import Bar, Filter, Reading

_DAY_US = 86_400_000_000
_LOOKED_AGAIN = 50


class LogQuestion:
    """A filter as it was typed, kept to the project when there are several."""

    def __init__(self, text: str, project: str, *, only_project: bool) -> None:
        from storage.reading import parse_filter, quoted

        kept_to = f"project:{quoted(project)} " if only_project else ""
        self.filter: Filter = parse_filter(kept_to + text)
        self.everything: Filter = parse_filter(kept_to)


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """A window of the log, and how long it took to find."""

    window: LogWindow
    took_ms: int


@dataclass(frozen=True, slots=True)
class LogNews:
    """What came after the last row: its first block, how many there are, and rows that changed meanwhile."""

    rows: Sequence[Operation]
    count: int
    changed: Sequence[Operation]


def ask_log(
    reading: "Reading", question: LogQuestion, make: Callable[["Reading", "Filter"], LogWindow]
) -> LogAnswer:
    """Read a window and take the time."""
    started = time.perf_counter()
    window = make(reading, question.filter)
    return LogAnswer(window, round((time.perf_counter() - started) * 1000))


def count_log(reading: "Reading", question: LogQuestion) -> tuple[int, int]:
    """Count what passes, and everything."""
    every = reading.count(question.everything, cap=None)
    passed = (
        reading.count(question.filter, cap=None)
        if question.filter.text != question.everything.text
        else every
    )
    return passed, every


def read_newer(
    reading: "Reading", question: LogQuestion, last_seq: int, unfinished: Sequence[str]
) -> LogNews:
    """Read what is newer than a row, and again the rows that had not ended."""
    rows = oldest_first(reading.operations_block(question.filter, after_seq=last_seq, limit=BLOCK))
    changed = [reading.operation(one) for one in unfinished[-_LOOKED_AGAIN:]]
    return LogNews(rows, len(rows), [row for row in changed if row is not None])


def find_near(
    reading: "Reading", question: LogQuestion, seq: int, direction: str, condition: str
) -> int | None:
    """Find the next row in a direction that also passes another filter."""
    from storage.reading import parse_filter

    way = cast("Literal['newer', 'older']", direction)
    return reading.nearest(question.filter, seq, way, parse_filter(condition))


def draw_bars(reading: "Reading", question: LogQuestion, bars: int, now_us: int) -> tuple["Bar", ...]:
    """Count in bars from the beginning the filter names (else a day ago) until now."""
    return reading.histogram(question.filter, _begin_us(question.filter, now_us), now_us, bars)


def _begin_us(wanted: "Filter", now_us: int) -> int:
    from storage.reading.terms import Moment

    begins = [
        value.resolve(now_us, wanted.zone, end=False)
        for term in wanted.terms
        if term.field is not None and term.field.key == "since" and not term.negated
        for value in term.values
        if isinstance(value, Moment)
    ]
    return min(max(begins, default=now_us - _DAY_US), now_us - 60_000_000)
