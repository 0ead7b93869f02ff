"""Read the operation log by key: blocks, neighbours, counts, a histogram; never by offset.

A ``where`` is the condition that a filter became, with its parameters.
"""

import json
from dataclasses import dataclass, fields
from sys import intern
from typing import Any, Final, Literal

from ..records import Counts, Operation
from ..schema import ERROR_STATES
from .filter_sql import Sql
from .source import Source

Direction = Literal["newer", "older"]
_NAMES: Final = tuple(item.name for item in fields(Operation))
_COUNT_NAMES: Final = tuple(item.name for item in fields(Counts))
_INPUT: Final = _NAMES.index("input")
_COUNTS: Final = _NAMES.index("counts")


def _places(*names: str) -> tuple[int, ...]:
    """Give where columns are in a row, in which every count is a column of its own."""
    return tuple(
        place + (len(_COUNT_NAMES) - 1 if place > _COUNTS else 0)
        for place, name in enumerate(_NAMES)
        if name in names
    )


_FLAGS: Final = _places("writes", "error_retryable")
_REPEATED: Final = _places(
    "project_id", "kind", "name", "state", "actor", "process", "connection_id", "connection", "connector",
    "connector_hash", "method", "result", "error_class", "error_message", "error_remedy",
)  # fmt: skip
# The columns in the order of the record, which is built by position: a block of a list is read often.
_WITHOUT_INPUT: Final = ", ".join(
    {"input": "NULL", "counts": ", ".join(_COUNT_NAMES)}.get(name, name) for name in _NAMES
)
_WHOLE: Final = _WITHOUT_INPUT.replace("NULL", "input")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: its start, how many operations began in it, and how many went wrong."""

    start_us: int
    calls: int
    errors: int


def operation(source: Source, operation_id: str) -> Operation | None:
    """Give an operation with its input, or nothing."""
    row = source.row(f"SELECT {_WHOLE} FROM operation WHERE id = ?", (operation_id,))  # noqa: S608 - our own names
    if row is None:
        return None
    return _record(row, None if row[_INPUT] is None else json.loads(row[_INPUT]))


def block(
    source: Source, where: Sql, before_seq: int | None, after_seq: int | None, limit: int
) -> tuple[Operation, ...]:
    """Give up to ``limit`` operations, newest first, without their inputs.

    With ``before_seq`` they are the next older ones, with ``after_seq`` the next newer ones.
    """
    condition, parameters = where
    bounds = "".join([
        " AND seq < ?" if before_seq is not None else "",
        " AND seq > ?" if after_seq is not None else "",
    ])  # fmt: skip
    keys = [key for key in (before_seq, after_seq) if key is not None]
    upwards = after_seq is not None and before_seq is None
    order = "ASC" if upwards else "DESC"
    query = f"SELECT {_WITHOUT_INPUT} FROM operation WHERE {condition}{bounds} ORDER BY seq {order} LIMIT ?"  # noqa: S608 - values are parameters
    rows = source.rows(query, (*parameters, *keys, limit))
    return tuple(_record(row) for row in (reversed(rows) if upwards else rows))


def nearest(source: Source, where: Sql, from_seq: int, direction: Direction) -> int | None:
    """Give the number of the next operation in a direction, or nothing."""
    condition, parameters = where
    step, order = (">", "ASC") if direction == "newer" else ("<", "DESC")
    query = f"SELECT seq FROM operation WHERE {condition} AND seq {step} ? ORDER BY seq {order} LIMIT 1"  # noqa: S608 - values are parameters
    row = source.row(query, (*parameters, from_seq))
    return None if row is None else int(row[0])


def count(source: Source, where: Sql, cap: int | None) -> int:
    """Count what passes; ``cap + 1`` says that there are more than ``cap``."""
    condition, parameters = where
    if cap is None:
        row = source.row(f"SELECT count(*) FROM operation WHERE {condition}", parameters)  # noqa: S608 - values are parameters
    else:
        query = f"SELECT count(*) FROM (SELECT 1 FROM operation WHERE {condition} LIMIT ?)"  # noqa: S608 - values are parameters
        row = source.row(query, (*parameters, cap + 1))
    return 0 if row is None else int(row[0])


def newest_seq(source: Source) -> int:
    """Give the number of the newest operation, 0 where there is none."""
    row = source.row("SELECT max(seq) FROM operation")
    return 0 if row is None or row[0] is None else int(row[0])


def histogram(source: Source, where: Sql, start_us: int, end_us: int, buckets: int) -> tuple[Bar, ...]:
    """Count the operations that began from ``start_us`` to before ``end_us`` in bars of the same width."""
    width = max(1, -(-(end_us - start_us) // buckets))
    starts = [start_us + number * width for number in range(buckets)]
    if where[0] == "1":
        return tuple(_bar(source, start, min(start + width, end_us)) for start in starts)
    condition, parameters = where
    query = (
        f"SELECT (started_us - ?) / ? AS bar, count(*), sum({ERROR_STATES}) FROM operation"  # noqa: S608 - values are parameters
        f" WHERE {condition} AND started_us >= ? AND started_us < ? GROUP BY bar"
    )
    found = {row[0]: row[1:] for row in source.rows(query, (start_us, width, *parameters, start_us, end_us))}
    return tuple(Bar(start, *found.get(number, (0, 0))) for number, start in enumerate(starts))


def _bar(source: Source, start_us: int, end_us: int) -> Bar:
    """Count without a filter: the index has all of it, and counting it in pieces spares SQLite a sort."""
    query = f"SELECT count(*), sum({ERROR_STATES}) FROM operation WHERE started_us >= ? AND started_us < ?"  # noqa: S608 - our own words
    row = source.row(query, (start_us, end_us))
    return Bar(start_us, row[0], row[1] or 0) if row else Bar(start_us, 0, 0)


def _record(row: tuple[Any, ...], given: Any = None) -> Operation:
    facts = list(row)
    for place in _FLAGS:
        if facts[place] is not None:
            facts[place] = bool(facts[place])
    for place in _REPEATED:
        # A window of the log says the same few words again and again; each is kept once.
        if facts[place]:
            facts[place] = intern(facts[place])
    facts[_INPUT] = given
    facts[_COUNTS : _COUNTS + len(_COUNT_NAMES)] = [Counts(*facts[_COUNTS : _COUNTS + len(_COUNT_NAMES)])]
    return Operation(*facts)
