"""What a result looks like as a table: which columns, how wide, and the text of one cell."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from core.bodies.exact import json_of

from .labels import ago

ColumnKind = Literal["text", "number", "time"]
Measure = Callable[[str], int]

SAMPLE: Final = 200
WIDEST: Final = 40
_LONG: Final = 60
# Characters that decide about a width; an endless text has millions.
_MEASURED: Final = 200
_NAMING: Final = ("name", "title", "subject", "label", "key", "login", "email", "id")
_FIRST: Final = ("id", "key", "name", "title", "subject", "summary")
_TECHNICAL: Final = ("version", "etag", "hash", "url", "self", "links")
_LAST: Final = ("updated", "updated_at", "modified", "created", "created_at")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its value is in a record, its head, and how it is written."""

    path: tuple[str, ...]
    title: str
    width: int
    kind: ColumnKind = "text"

    @property
    def right(self) -> bool:
        """Whether it is aligned to the right."""
        return self.kind != "text"


def choose_columns(records: Sequence[Any], measure: Measure = len) -> tuple[Column, ...]:
    """Give the columns by the first records: what names one first, references late, long text last."""
    sample = records[:SAMPLE]
    paths: dict[tuple[str, ...], list[Any]] = {}
    for record in sample:
        for path in _paths(record):
            paths.setdefault(path, []).append(find_value(record, path))
    columns = [_column(path, values, measure) for path, values in paths.items() if _says_something(values)]
    return tuple(sorted(columns, key=lambda column: _rank(column, paths[column.path])))


def widen(columns: tuple[Column, ...], records: Sequence[Any], measure: Measure = len) -> tuple[Column, ...]:
    """Give the same columns wide enough for more records too."""
    return tuple(
        Column(column.path, column.title, max(column.width, _width(column, records, measure)), column.kind)
        for column in columns
    )


def find_value(record: Any, path: tuple[str, ...]) -> Any:
    """Give what stands at a path in a record, None when nothing does."""
    for step in path:
        record = record.get(step) if isinstance(record, Mapping) else None
    return record


def cell_text(value: Any, kind: ColumnKind = "text", now_us: int | None = None) -> str:
    """Give the text of one cell, not yet sanitized; a moment is told as its distance to now."""
    if value is None:
        return ""
    if isinstance(value, str):
        return since(value, now_us) if kind == "time" else value
    if isinstance(value, list | tuple):
        return f"[{len(value)}]" if any(isinstance(item, list | dict) for item in value) else _joined(value)
    if isinstance(value, Mapping):
        name = next((value[key] for key in _NAMING if isinstance(value.get(key), str | int)), None)
        return str(name) if name is not None else "{…}"
    return json_of(value)


def encode_value(value: Any) -> bytes:
    """Give a value as JSON bytes, its numbers digit by digit as they came; text and bytes as they are."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace")
    return json_of(value, default=str).encode()


def since(text: str, now_us: int | None = None) -> str:
    """Give how long ago a moment was, as ``12m``, or how far off, as ``in 3h``; other text stays as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    then_us = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1_000_000)
    here_us = time.time_ns() // 1_000 if now_us is None else now_us
    return f"in {ago(here_us, then_us)}" if then_us > here_us else ago(then_us, here_us)


def _paths(record: Any) -> list[tuple[str, ...]]:
    """Give the places of one record; a nested object stands for itself by the field that names it."""
    if not isinstance(record, Mapping):
        return [()]
    return [(key, *_naming(value)) for key, value in record.items()]


def _naming(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        found = next((key for key in _NAMING if isinstance(value.get(key), str | int)), None)
        return (found,) if found else ()
    return ()


def _says_something(values: Sequence[Any]) -> bool:
    return any(value is not None and value not in ("", [], {}) for value in values)


def _column(path: tuple[str, ...], values: Sequence[Any], measure: Measure) -> Column:
    kind = _kind(values)
    plain = Column(path, _title(path), 0, kind)
    widest = max((measure(cell_text(value, kind)[:_MEASURED]) for value in values), default=0)
    return Column(path, plain.title, min(WIDEST, max(measure(plain.title), widest)), kind)


def _width(column: Column, records: Sequence[Any], measure: Measure) -> int:
    texts = (cell_text(find_value(record, column.path), column.kind) for record in records)
    return min(WIDEST, max((measure(text[:_MEASURED]) for text in texts), default=0))


def _kind(values: Sequence[Any]) -> ColumnKind:
    given = [value for value in values if value is not None]
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in given):
        return "number"
    if all(isinstance(value, str) and _MOMENT.fullmatch(value) for value in given):
        return "time"
    return "text"


def _title(path: tuple[str, ...]) -> str:
    if not path:
        return "VALUE"
    return path[0].replace("_", " ").upper()


def _rank(column: Column, values: Sequence[Any]) -> tuple[int, int]:
    name = column.path[0].lower() if column.path else ""
    if name in _FIRST:
        return (0, _FIRST.index(name))
    if name in _LAST or column.kind == "time":
        return (2, _LAST.index(name) if name in _LAST else len(_LAST))
    if any(isinstance(value, str) and len(value) > _LONG for value in values):
        return (4, 0)
    nested = any(isinstance(value, Mapping | list) for value in values)
    return (3 if nested or name.endswith("id") or name in _TECHNICAL else 1, 0)


def _joined(values: Sequence[Any]) -> str:
    return ", ".join(value if isinstance(value, str) else json_of(value) for value in values)
