"""Write records as they come, page after page: as JSON, JSON lines, CSV or a table."""

import csv
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TextIO

from core.bodies.exact import json_of
from tui.sanitize import sanitize
from tui.state.result import Column, cell_text, choose_columns, find_value

from .json_text import json_text
from .table import GAP, align, clip, width_of


class RecordWriter(Protocol):
    """Takes the pages of one operation, then its end."""

    def write(self, records: Sequence[Any]) -> None:
        """Write one page."""

    def end(self) -> None:
        """Write what closes the whole."""


class JsonWriter:
    """One JSON array; it is closed even when the operation was cut short."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._some = False

    def write(self, records: Sequence[Any]) -> None:
        """Write one page."""
        for record in records:
            self._out.write(",\n" if self._some else "[\n")
            self._out.write(json_text(record))
            self._some = True

    def end(self) -> None:
        """Close the array."""
        self._out.write("\n]\n" if self._some else "[]\n")


class JsonLinesWriter:
    """One object a line; every line is complete."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, records: Sequence[Any]) -> None:
        """Write one page and let it go."""
        for record in records:
            self._out.write(json_text(record) + "\n")
        self._out.flush()

    def end(self) -> None:
        """Nothing closes JSON lines."""


class CsvWriter:
    """One row a record, under the names of the first page; a name that comes later is told.

    On a terminal names and cells are made harmless; anywhere else they are exactly what came.
    """

    def __init__(self, out: TextIO, note: Callable[[str], None], *, on_terminal: bool) -> None:
        self._writer = csv.writer(out)
        self._shown: Callable[[str], str] = partial(sanitize, newlines=False) if on_terminal else str
        self._note = note
        self._names: list[str] | None = None
        self._lost: set[str] = set()

    def write(self, records: Sequence[Any]) -> None:
        """Write one page; a nested value stands as JSON, a record that is no object as ``value``."""
        rows = [record if isinstance(record, Mapping) else {"value": record} for record in records]
        if self._names is None and rows:
            self._names = list(dict.fromkeys(key for row in rows for key in row))
            self._writer.writerow([self._shown(str(name)) for name in self._names])
        for row in rows:
            self._writer.writerow([self._shown(_csv_cell(row.get(name))) for name in self._names or ()])
            self._lost.update(key for key in row if key not in (self._names or ()))

    def end(self) -> None:
        """Say which names came too late for a column."""
        if self._lost:
            self._note(f"not in the first page, so without a column: {', '.join(sorted(self._lost))}")


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json_of(value)


class TableWriter:
    """Aligned columns for people, chosen from the first page; on a terminal a line fits into it."""

    def __init__(self, out: TextIO, limit: int | None) -> None:
        self._out = out
        self._limit = limit
        self._columns: tuple[Column, ...] | None = None

    def write(self, records: Sequence[Any]) -> None:
        """Write one page; the headings stand over the first."""
        if not records:
            return
        first = self._columns is None
        columns = self._columns = self._columns or self._chosen(records)
        rows = [[_cell(record, column) for column in columns] for record in records]
        lines = align([sanitize(column.title, newlines=False) for column in columns], rows, self._limit)
        for line in lines if first else lines[1:]:
            self._out.write(GAP.join(line).rstrip() + "\n")

    def end(self) -> None:
        """Nothing closes a table."""

    def _chosen(self, records: Sequence[Any]) -> tuple[Column, ...]:
        """Take the most telling columns that a line has room for."""
        columns = choose_columns(records, width_of)
        if self._limit is None:
            return columns
        kept, used = 0, 0
        for column in columns:
            used += column.width + len(GAP)
            if used > self._limit + len(GAP) and kept:
                break
            kept += 1
        return columns[:kept]


def _cell(record: Any, column: Column) -> str:
    text = sanitize(cell_text(find_value(record, column.path), column.kind), newlines=False)
    return clip(text, column.width) if column.width else text
