"""The facets of the catalog: what the list can be narrowed by, with counts, and the filter that does so."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .spans import Span
from .table import Column

COLUMNS: Final = (Column("NARROW BY", 12, share=1), Column("", 6, "right"))
_TITLES: Final = {
    "type": "type", "category": "category", "auth": "sign in", "can": "can", "source": "from",
    "status": "state", "tag": "tag",
}  # fmt: skip
_MOST: Final = {"category": 16, "can": 12}
_USUAL: Final = 8
_PIECE = re.compile(r'(?:"(?:\\.|[^"\\])*"?|\S)+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_VALUE = re.compile(r'"(?:\\.|[^"\\])*"?|[^,]+')


@dataclass(frozen=True, slots=True)
class FacetLine:
    """One line of the pane; without a value it is the title of what follows, or counts what is left out."""

    key: str
    value: str = ""
    count: int = 0
    chosen: bool = False


def facet_lines(facets: Mapping[str, Mapping[str, int]], filter_text: str) -> list[FacetLine]:
    """Give the lines: the commonest values of each facet that something fits, and what is chosen."""
    lines: list[FacetLine] = []
    for key, title in _TITLES.items():
        chosen = chosen_values(filter_text, key)
        values = sorted(facets.get(key, {}).items(), key=lambda item: (-item[1], item[0]))
        fitting = [item for item in values if item[1]]
        shown = fitting[: _MOST.get(key, _USUAL)]
        shown += [item for item in values if item[0] in chosen and item not in shown]
        if shown and (len(values) > 1 or chosen):
            lines.append(FacetLine(title))
            lines += [FacetLine(key, value, count, value in chosen) for value, count in shown]
            left = len(fitting) - sum(1 for item in shown if item[1])
            lines += [FacetLine(key, count=left)] if left else []
    return lines


def facet_cells(line: FacetLine) -> list[Span]:
    """Give the cells of a line."""
    if not line.value:
        said = f"{line.count:,} more: /{line.key}:"
        return [(said, "quiet"), ("", "")] if line.count else [(line.key, "title"), ("", "")]
    mark = "▣ " if line.chosen else "▢ "
    return [(f"{mark}{line.value}", "strong" if line.chosen else ""), (f"{line.count:,}", "quiet")]


def chosen_values(text: str, key: str) -> frozenset[str]:
    """Give the values of a key that a filter asks for."""
    pieces = (piece for piece in _PIECE.findall(text) if piece.lower().startswith(f"{key}:"))
    return frozenset(_bare(value) for piece in pieces for value in _values(piece, key))


def toggled(text: str, key: str, value: str) -> str:
    """Give the filter with a value of a key taken in, or left out where it is in."""
    kept, found = [], False
    for piece in _PIECE.findall(text):
        if not piece.lower().startswith(f"{key}:"):
            kept.append(piece)
            continue
        values = _values(piece, key)
        others = [one for one in values if _bare(one) != value]
        if not found and len(others) == len(values):
            others.append(_written(value))
        found = True
        if others:
            kept.append(f"{key}:{','.join(others)}")
    return " ".join(kept if found else [*kept, f"{key}:{_written(value)}"])


def _values(piece: str, key: str) -> list[str]:
    return _VALUE.findall(piece[len(key) + 1 :])


def _bare(value: str) -> str:
    inner = _QUOTED.fullmatch(value)
    return re.sub(r"\\(.)", r"\1", inner[1]) if inner else value


def _written(value: str) -> str:
    """Write a value so that the filter reads it as it is."""
    if re.fullmatch(r'[^\s,"*]+', value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
