"""Lay rows out in aligned columns of plain text, by the width each character takes in a terminal."""

import unicodedata
from collections.abc import Sequence

GAP = "  "


def width_of(text: str) -> int:
    """Give how many columns of a terminal ``text`` takes."""
    return len(text) if text.isascii() else sum(_cells(char) for char in text)


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def clip(text: str, width: int) -> str:
    """Cut ``text`` to ``width`` columns; an ellipsis says that something is missing."""
    if width_of(text) <= width:
        return text
    kept, used = [], 0
    for char in text:
        used += _cells(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def align(
    headings: Sequence[str], rows: Sequence[Sequence[str]], limit: int | None = None
) -> list[list[str]]:
    """Pad every cell to its column; with a ``limit`` the widest columns give way until a line fits into it.

    The first line of what comes back is the headings; the last column is not padded.
    """
    lines = [list(headings), *[list(row) for row in rows]]
    widths = [max(width_of(line[at]) for line in lines) for at in range(len(headings))]
    if limit is not None:
        _shrink(widths, [width_of(heading) for heading in headings], limit)
    last = len(widths) - 1
    return [
        [_fit(cell, widths[at], pad=at < last) for at, cell in enumerate(line)]
        for line in lines
    ]  # fmt: skip


def _shrink(widths: list[int], least: Sequence[int], limit: int) -> None:
    """Take columns away from the widest until the line fits, never below what a heading needs."""
    room = limit - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        spare = [width - floor for width, floor in zip(widths, least, strict=True)]
        widest = max(range(len(widths)), key=lambda at: (spare[at] > 0, widths[at]))
        if spare[widest] <= 0:
            return
        widths[widest] -= 1


def _fit(cell: str, width: int, *, pad: bool) -> str:
    cell = clip(cell, width)
    return cell + " " * (width - width_of(cell)) if pad else cell
