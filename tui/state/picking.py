"""A list to pick from: its rows, and those that fit what is typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from .spans import Span, Spans


@dataclass(frozen=True, slots=True)
class PickRow:
    """One row: its key, its cells, the lower-case words it is found by, and the lines that explain it."""

    key: str
    cells: Sequence[Span]
    words: str
    preview: Sequence[Spans] = ()


def find_rows(rows: Sequence[PickRow], text: str) -> list[PickRow]:
    """Give the rows in which every word of the text occurs."""
    words = text.lower().split()
    return [row for row in rows if all(word in row.words for word in words)]
