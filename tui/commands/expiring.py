"""``--expiring TIME``: only what ends within a time from now."""

import re
from typing import Annotated, Final

import typer

from core.errors import InputError

Expiring = Annotated[
    str | None,
    typer.Option("--expiring", metavar="TIME", help="Only what ends within this time: 45m, 24h, 7d."),
]
_UNITS_S: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_WINDOW = re.compile(r"(\d{1,6})([smhdw])")


def read_window(text: str | None) -> int | None:
    """Give a length of time in microseconds.

    Raises:
        InputError: it is none.
    """
    if text is None:
        return None
    found = _WINDOW.fullmatch(text.strip())
    if found is None:
        raise InputError(f"--expiring {text!r} is no length of time", "write it as 45m, 24h or 7d")
    return int(found[1]) * _UNITS_S[found[2]] * 1_000_000
