"""Bound a filter with a window of time by ``seq``, so that nothing outside of the window is looked at."""

from dataclasses import dataclass

from .source import Source
from .terms import Filter, Moment

_FRESH_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Start:
    """No operation before ``seq`` began at or after ``since_us``."""

    since_us: int
    seq: int


class Bounds:
    """Remembers the last bound: looking for it costs as much as the window is long.

    An old bound stays true for every later time, because new operations only get higher numbers.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._start: Start | None = None

    def first_seq(self, filter_: Filter, now_us: int) -> int | None:
        """Give the number before which nothing can pass, or nothing where no start of a window is known."""
        since_us = _since(filter_, now_us)
        if since_us is None:
            return None
        known = self._start
        slack = max(_FRESH_US, (now_us - since_us) // 20)
        if known is None or not 0 <= since_us - known.since_us <= slack:
            first = self._find(since_us)
            if first is None:
                return self._find_end()
            known = self._start = Start(since_us, first)
        return known.seq

    def _find(self, since_us: int) -> int | None:
        # The plus keeps SQLite from walking through all numbers from the first one.
        row = self._source.row("SELECT min(+seq) FROM operation WHERE started_us >= ?", (since_us,))
        return None if row is None or row[0] is None else int(row[0])

    def _find_end(self) -> int:
        row = self._source.row("SELECT max(seq) FROM operation")
        return 0 if row is None or row[0] is None else int(row[0]) + 1


def _since(filter_: Filter, now_us: int) -> int | None:
    starts = [
        value.resolve(now_us, filter_.zone, end=False)
        for term in filter_.terms
        if term.field is not None
        and term.field.kind == "since"
        and not term.negated
        and len(term.values) == 1
        for value in term.values
        if isinstance(value, Moment)
    ]
    return max(starts, default=None)
