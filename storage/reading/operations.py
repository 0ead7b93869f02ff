"""Read the operation log by key: blocks, neighbours, counts, a histogram; never by offset."""

import json
import time
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from ..records import Counts, Operation
from ..schema import ERROR_STATES
from .filter_sql import to_sql
from .source import Source
from .terms import Filter

Direction = Literal["newer", "older"]
_COUNTS: Final = tuple(item.name for item in fields(Counts))
_COLUMNS: Final = tuple(item.name for item in fields(Operation) if item.name not in {"input", "counts"})
_SELECTED: Final = ", ".join(_COLUMNS + _COUNTS)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram: its start, how many operations began in it, and how many went wrong."""

    start_us: int
    calls: int
    errors: int


def operation(source: Source, operation_id: str) -> Operation | None:
    """Give an operation with its input, or nothing."""
    row = source.row(f"SELECT input, {_SELECTED} FROM operation WHERE id = ?", (operation_id,))  # noqa: S608 - our own names
    if row is None:
        return None
    return _record(row[1:], None if row[0] is None else json.loads(row[0]))


def block(
    source: Source, filter_: Filter, before_seq: int | None, after_seq: int | None, limit: int
) -> tuple[Operation, ...]:
    """Give up to ``limit`` operations, newest first, without their inputs.

    With ``before_seq`` they are the next older ones, with ``after_seq`` the next newer ones.
    """
    where, parameters = to_sql(filter_, _now_us())
    bounds = "".join([
        " AND seq < ?" if before_seq is not None else "",
        " AND seq > ?" if after_seq is not None else "",
    ])  # fmt: skip
    keys = [key for key in (before_seq, after_seq) if key is not None]
    upwards = after_seq is not None and before_seq is None
    order = "ASC" if upwards else "DESC"
    query = f"SELECT {_SELECTED} FROM operation WHERE {where}{bounds} ORDER BY seq {order} LIMIT ?"  # noqa: S608 - values are parameters
    rows = source.rows(query, (*parameters, *keys, limit))
    return tuple(_record(row) for row in (reversed(rows) if upwards else rows))


def nearest(
    source: Source, filter_: Filter, from_seq: int, direction: Direction, condition: Filter
) -> int | None:
    """Give the number of the next operation in a direction that passes both filters, or nothing."""
    now = _now_us()
    where, parameters = to_sql(filter_, now)
    also, more = to_sql(condition, now)
    step, order = (">", "ASC") if direction == "newer" else ("<", "DESC")
    query = (
        f"SELECT seq FROM operation WHERE {where} AND {also} AND seq {step} ? ORDER BY seq {order} LIMIT 1"  # noqa: S608 - values are parameters
    )
    row = source.row(query, (*parameters, *more, from_seq))
    return None if row is None else int(row[0])


def count(source: Source, filter_: Filter, cap: int | None) -> int:
    """Count what passes; ``cap + 1`` says that there are more than ``cap``."""
    where, parameters = to_sql(filter_, _now_us())
    if cap is None:
        row = source.row(f"SELECT count(*) FROM operation WHERE {where}", parameters)  # noqa: S608 - values are parameters
    else:
        query = f"SELECT count(*) FROM (SELECT 1 FROM operation WHERE {where} LIMIT ?)"  # noqa: S608 - values are parameters
        row = source.row(query, (*parameters, cap + 1))
    return 0 if row is None else int(row[0])


def newest_seq(source: Source) -> int:
    """Give the number of the newest operation, 0 where there is none."""
    row = source.row("SELECT max(seq) FROM operation")
    return 0 if row is None or row[0] is None else int(row[0])


def histogram(source: Source, filter_: Filter, start_us: int, end_us: int, buckets: int) -> tuple[Bar, ...]:
    """Count the operations that began from ``start_us`` to before ``end_us`` in bars of the same width."""
    width = max(1, -(-(end_us - start_us) // buckets))
    where, parameters = to_sql(filter_, _now_us())
    query = (
        f"SELECT (started_us - ?) / ? AS bar, count(*), sum({ERROR_STATES}) FROM operation"  # noqa: S608 - values are parameters
        f" WHERE {where} AND started_us >= ? AND started_us < ? GROUP BY bar"
    )
    found = {row[0]: row[1:] for row in source.rows(query, (start_us, width, *parameters, start_us, end_us))}
    return tuple(Bar(start_us + number * width, *found.get(number, (0, 0))) for number in range(buckets))


def _now_us() -> int:
    return time.time_ns() // 1000


def _record(row: tuple[Any, ...], given: Any = None) -> Operation:
    values = dict(zip(_COLUMNS, row, strict=False))
    values["writes"] = bool(values["writes"])
    if values["error_retryable"] is not None:
        values["error_retryable"] = bool(values["error_retryable"])
    return Operation(**values, counts=Counts(*row[len(_COLUMNS) :]), input=given)
