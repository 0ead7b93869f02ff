"""Write CSV as a table of plain text: columns below each other, each as wide as its cells allow."""

from collections.abc import Sequence
from itertools import islice

from core.bodies.csv_body import read_csv
from core.bodies.problem import BodyProblem

from ..sanitize import sanitize

_MOST = 4 * 1024 * 1024
_WIDEST = 40
_SAMPLE = 500
_GAP = "  "


def table_lines(text: str) -> list[str] | None:
    """Give the heads and then a line for each row; None for what is too large or no table."""
    if len(text) > _MOST:
        return None
    try:
        rows, _ = read_csv(text, header=False)
    except BodyProblem:
        return None
    cells = [[sanitize(str(cell or ""), newlines=False) for cell in row.values()] for row in rows]
    if not cells:
        return None
    widths = _widths(cells)
    return [_GAP.join(_fit(cell, widths[at]) for at, cell in enumerate(row)).rstrip() for row in cells]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    count = max(len(row) for row in rows)
    sample = list(islice(rows, _SAMPLE))
    return [
        min(_WIDEST, max((len(row[at]) for row in sample if at < len(row)), default=1)) for at in range(count)
    ]


def _fit(cell: str, width: int) -> str:
    return f"{cell:<{width}}" if len(cell) <= width else cell[: width - 1] + "…"
