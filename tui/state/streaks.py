"""Since when something fails: the operations of the same connection and name before a failed one."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from storage.records import Operation

from . import labels

if TYPE_CHECKING:
    from storage.reading import Reading

LOOKED_BACK = 1_000


@dataclass(frozen=True, slots=True)
class Streak:
    """How long the same class of error goes on, up to one operation.

    ``times`` counts it and those before it; ``ends`` says that what came before was looked at, back to the
    last success or the first operation. ``success_us`` is when the last success began.
    """

    first_us: int
    times: int
    ends: bool
    success_us: int | None


def read_streak(database: Path, row: Operation) -> Streak | None:
    """Find the streak of a failed operation in a reading of its own; nothing for one that did not fail."""
    from storage.reading import open_reading

    if row.error_class is None or not row.connection:
        return None
    with open_reading(database) as reading:
        return find_streak(reading, row)


def find_streak(reading: "Reading", row: Operation) -> Streak:
    """Look back from an operation, by key and at most `LOOKED_BACK` of them."""
    from storage.reading import parse_filter, quoted

    same = parse_filter(f"conn:{quoted(row.connection or '')} op:{quoted(row.name)}")
    before = reading.operations_block(same, before_seq=row.seq, limit=LOOKED_BACK)
    first_us, times = row.started_us, 1
    for one in before:
        if one.project_id != row.project_id:
            continue
        if one.state == "success":
            return Streak(first_us, times, ends=True, success_us=one.started_us)
        if one.error_class == row.error_class:
            first_us, times = one.started_us, times + 1
    return Streak(first_us, times, ends=len(before) < LOOKED_BACK, success_us=None)


def streak_said(streak: Streak, now_us: int) -> str:
    """Give the streak in one line."""
    first = labels.clock(streak.first_us, now_us)
    if streak.success_us is not None:
        last = f"the last success was {labels.clock(streak.success_us, now_us)}"
    else:
        last = "it never succeeded before" if streak.ends else "no success among them"
    again = streak.times - 1
    if not again:
        return f"for the first time; {last}"
    if not streak.ends:
        return f"since before {first}, more than {again:,} times; {last}"
    return f"first seen {first}, {'once' if again == 1 else f'{again:,} times'} since; {last}"
