"""Read CSV (RFC 4180) as one mapping for each row; every value stays text."""

import csv
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final

from .aside import Stop, Stopped, never
from .problem import BodyProblem, too_many

MAX_COLUMNS: Final = 10_000
MAX_CELLS: Final = 800_000
_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 50
_LOOK_EVERY: Final = 1_024
_SAMPLE: Final = 64 * 1024
_NOWHERE: Final = "\x1f"
_NAMED: Final = {"\t": "tab"}
_DECIMAL: Final = re.compile(r"[+-]?\d{1,3}(\.?\d{3})*,\d+|[+-]?\d+,\d+")
_LONE_CR: Final = re.compile(r"\r(?!\n)")
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")

Notes = tuple[str, ...]


def read_csv(
    text: str, *, delimiter: str | None = None, header: bool = True, stop: Stop = never
) -> tuple[list[dict[str, Any]], Notes]:
    """Give the rows by the names of the first one, or by ``column_1`` … without a header; and what is odd.

    A cell that a short row does not have is null. A row ends with LF, CR LF or CR.

    Raises:
        BodyProblem: there are too many columns or cells.
    """
    text = text.removeprefix("\ufeff")
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    used = delimiter or find_delimiter(text)
    rows = _rows(text, used)
    first = next(rows, None)
    if first is None:
        return [], ()
    if len(first) > MAX_COLUMNS:
        raise too_many("columns", MAX_COLUMNS)
    names, notes = _names(first) if header else (_numbered(len(first)), [])
    records: list[dict[str, Any]] = [] if header else [dict(zip(names, first, strict=True))]
    beyond, cells, longer = _beyond(names), len(first), 0
    for number, row in enumerate(rows):
        if number % _LOOK_EVERY == 0 and stop():
            raise Stopped
        cells += max(len(row), len(names))
        if cells > MAX_CELLS:
            raise too_many("cells", MAX_CELLS)
        record: dict[str, Any] = dict.fromkeys(names)
        record.update(zip(names, row, strict=False))
        if len(row) > len(names):
            longer += 1
            record.update((beyond(at), row[at]) for at in range(len(names), len(row)))
        records.append(record)
    if longer:
        rows_have = "1 row has" if longer == 1 else f"{longer:,} rows have"
        notes.append(
            f"{rows_have} more cells than the first one; the delimiter is {_NAMED.get(used, used)!r}"
        )
    return records, tuple(notes)


def find_delimiter(text: str) -> str:
    """Give the delimiter by which the first lines fall into the same number of cells, and most of them.

    One column of numbers with a decimal comma has none; what stands nowhere in it is given then.
    """
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    best, most = _DELIMITERS[0], 1
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row, _ in zip(_rows(sample, delimiter), range(_SAMPLE_LINES), strict=False)]
        except BodyProblem:
            continue
        widths = {len(row) for row in rows}
        if len(widths) == 1 and max(widths) > most:
            best, most = delimiter, max(widths)
    if most > 1:
        return best
    first, *others = (found[0] for found in _LINE.finditer(sample))
    if not any(one in first for one in _DELIMITERS) and _is_decimal_column(others[:_SAMPLE_LINES]):
        return _NOWHERE
    return max(_DELIMITERS, key=first.count)


def _is_decimal_column(lines: Sequence[str]) -> bool:
    """Tell whether every line with a comma is one number as much of Europe writes it."""
    with_comma = [line.strip() for line in lines if "," in line]
    return bool(with_comma) and all(_DECIMAL.fullmatch(line) for line in with_comma)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Give the rows that are not empty; a quote may hold line breaks."""
    try:
        for row in csv.reader(_lines(text), delimiter=delimiter):
            if row:
                yield row
    except csv.Error as error:
        raise BodyProblem(f"is not CSV: {error}") from None


def _lines(text: str) -> Iterator[str]:
    """Give line after line without a list of them all."""
    if _LONE_CR.search(text):
        yield from (found[0] for found in _LINE.finditer(text) if found[0])
        return
    at, size = 0, len(text)
    while at < size:
        feed = text.find("\n", at)
        end = size if feed < 0 else feed + 1
        yield text[at:end]
        at = end


def _names(first: list[str]) -> tuple[list[str], list[str]]:
    """Give each column a name of its own."""
    names: dict[str, None] = {}
    doubles: dict[str, int] = {}
    for at, cell in enumerate(first):
        name = wanted = cell.strip() or f"column_{at + 1}"
        while name in names:
            doubles[wanted] = doubles.get(wanted, 1) + 1
            name = f"{wanted}_{doubles[wanted]}"
        names[name] = None
    shown = ", ".join(f"`{name[:40]}`" for name in list(doubles)[:5])
    return list(names), [f"columns of the same name were numbered: {shown}"] if doubles else []


def _beyond(names: Collection[str]) -> Callable[[int], str]:
    """Give how cells behind the last column are called: so that none takes the place of another."""
    taken = frozenset(names)

    def name(at: int) -> str:
        found = f"column_{at + 1}"
        while found in taken:
            found += "_2"
        return found

    return name


def _numbered(count: int) -> list[str]:
    return [f"column_{at + 1}" for at in range(count)]
