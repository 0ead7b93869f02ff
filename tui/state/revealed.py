"""Lay a secret out for a screen that is left soon: harmless, whole, in as many pages as it needs."""

from collections.abc import Sequence
from typing import Final

from .cells import chop

REVEAL_S: Final = 20
"""For how many seconds a secret is shown where nobody says another time."""


def revealed_lines(value: str, width: int) -> list[str]:
    """Give the value in lines of at most ``width`` cells; nothing of it is left out."""
    return [piece for line in value.removesuffix("\n").split("\n") for piece in chop(line, width)]


def pages_of(lines: Sequence[str], height: int) -> list[Sequence[str]]:
    """Give the lines in pages of at most ``height``."""
    size = max(1, height)
    return [lines[at : at + size] for at in range(0, len(lines), size)]
