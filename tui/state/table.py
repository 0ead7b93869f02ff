"""Columns of a list and how they share the width."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``width`` is what it asks for, ``share`` its part of what is left over.

    ``drop`` says how early it goes when the width does not suffice: higher goes first, 0 never.
    """

    title: str
    width: int
    align: Literal["left", "right"] = "left"
    share: int = 0
    drop: int = 0


def share_width(columns: Sequence[Column], width: int) -> list[int]:
    """Give the width of each column within ``width``; a dropped one gets 0."""
    kept = [column.width > 0 for column in columns]
    while _needed(columns, kept) > width:
        candidates = [index for index, column in enumerate(columns) if kept[index] and column.drop]
        if not candidates:
            break
        kept[max(candidates, key=lambda index: columns[index].drop)] = False
    spare = max(0, width - _needed(columns, kept))
    shares = sum(column.share for column, keep in zip(columns, kept, strict=True) if keep)
    widths = [
        (column.width + (spare * column.share // shares if shares else 0)) if keep else 0
        for column, keep in zip(columns, kept, strict=True)
    ]
    if shares:
        most = max(
            (index for index, keep in enumerate(kept) if keep),
            key=lambda index: (columns[index].share, index),
        )
        widths[most] += spare - sum(
            spare * columns[at].share // shares for at, keep in enumerate(kept) if keep
        )
    return _shrink(columns, widths, width)


def _needed(columns: Sequence[Column], kept: Sequence[bool]) -> int:
    widths = [column.width for column, keep in zip(columns, kept, strict=True) if keep]
    return sum(widths) + GAP * max(0, len(widths) - 1)


def _shrink(columns: Sequence[Column], widths: list[int], width: int) -> list[int]:
    """Take what is still too much from the widest shared column, which stays at least 4 cells."""
    visible = [one for one in widths if one]
    excess = sum(visible) + GAP * max(0, len(visible) - 1) - width
    if excess > 0:
        index = max(range(len(widths)), key=lambda at: (bool(columns[at].share), widths[at]), default=0)
        widths[index] = max(4, widths[index] - excess)
    return widths
