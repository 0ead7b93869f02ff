"""A part of the log in memory: rows that follow each other, oldest first; more is read at both ends."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from storage.records import Operation

if TYPE_CHECKING:
    from storage.reading import Filter, Reading

BLOCK = 300
LONGEST = 900
_UNFINISHED = frozenset({"queued", "running"})


class LogWindow:
    """Operations in the order of their ``seq``; ``at_newest`` and ``at_oldest`` say which ends are in it."""

    def __init__(
        self, rows: Sequence[Operation] = (), *, at_oldest: bool = True, at_newest: bool = True
    ) -> None:
        self.rows: list[Operation] = list(rows)
        self.at_oldest = at_oldest
        self.at_newest = at_newest

    @property
    def first_seq(self) -> int | None:
        """The key of the oldest row here."""
        return self.rows[0].seq if self.rows else None

    @property
    def last_seq(self) -> int:
        """The key of the newest row here, 0 when there is none."""
        return self.rows[-1].seq if self.rows else 0

    def index_of(self, seq: int) -> int | None:
        """Give the place of the row with this key, when it is here."""
        index = bisect_left(self.rows, seq, key=lambda row: row.seq)
        return index if index < len(self.rows) and self.rows[index].seq == seq else None

    def add_older(self, block: Sequence[Operation]) -> int:
        """Put a block before the first row; give how many rows came, for the list to shift by."""
        self.at_oldest = len(block) < BLOCK
        self.rows[:0] = block
        if len(self.rows) > LONGEST:
            del self.rows[LONGEST:]
            self.at_newest = False
        return len(block)

    def add_newer(self, block: Sequence[Operation]) -> int:
        """Put a block after the last row; give how many rows went at the start (as a negative shift)."""
        self.at_newest = len(block) < BLOCK
        self.rows.extend(block)
        dropped = max(0, len(self.rows) - LONGEST)
        if dropped:
            del self.rows[:dropped]
            self.at_oldest = False
        return -dropped

    def unfinished(self) -> list[str]:
        """Give the ids of the newest rows that had not ended when they were read."""
        return [row.id for row in self.rows[-BLOCK:] if row.state in _UNFINISHED]

    def replace(self, changed: Iterable[Operation]) -> bool:
        """Put newer states of rows in their places; tell whether any differs."""
        differs = False
        for row in changed:
            index = self.index_of(row.seq)
            if index is not None and self.rows[index] != row:
                self.rows[index] = row
                differs = True
        return differs


def newest_window(reading: "Reading", wanted: "Filter") -> LogWindow:
    """Read the newest rows that pass."""
    block = oldest_first(reading.operations_block(wanted, limit=BLOCK))
    return LogWindow(block, at_oldest=len(block) < BLOCK)


def oldest_window(reading: "Reading", wanted: "Filter") -> LogWindow:
    """Read the oldest rows that pass."""
    block = oldest_first(reading.operations_block(wanted, after_seq=0, limit=BLOCK))
    return LogWindow(block, at_newest=len(block) < BLOCK)


def window_around(reading: "Reading", wanted: "Filter", seq: int) -> LogWindow:
    """Read the row with this key and those about it."""
    older = oldest_first(reading.operations_block(wanted, before_seq=seq + 1, limit=BLOCK))
    newer = oldest_first(reading.operations_block(wanted, after_seq=seq, limit=BLOCK))
    return LogWindow([*older, *newer], at_oldest=len(older) < BLOCK, at_newest=len(newer) < BLOCK)


def oldest_first(block: Sequence[Operation]) -> list[Operation]:
    """Turn a block, which storage gives newest first, round."""
    return list(reversed(block))
