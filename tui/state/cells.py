"""Measure, fill and wrap text by the cells it takes on a terminal, after it was made harmless.

What is measured first and made harmless later is longer than its place: ``⟨U+009B⟩`` is one character.
"""

import textwrap
import unicodedata

from ..sanitize import sanitize

_BLANKS = str.maketrans(dict.fromkeys("\t\n\x0b\x0c\r", " "))
_WIDE_FROM = "\u1100"
# Wide since Unicode 16, which not every Python knows and the drawing library does.
_WIDE_SINCE_16 = frozenset(
    chr(code)
    for first, last in (
        (0x2630, 0x2637),
        (0x268A, 0x268F),
        (0x4DC0, 0x4DFF),
        (0x1D300, 0x1D356),
        (0x1D360, 0x1D376),
    )
    for code in range(first, last + 1)
)


def safe_line(text: str) -> str:
    """Give a text as the one harmless line that will be drawn."""
    return sanitize(text, newlines=False)


def count_cells(text: str) -> int:
    """Give how many cells a text takes when it is drawn, or a few more for marks that take none."""
    safe = safe_line(text)
    return len(safe) if safe.isascii() else sum(map(_width, safe))


def filled(text: str, width: int) -> str:
    """Give a text with blanks behind it up to ``width`` cells; a longer one stays as long as it is."""
    safe = safe_line(text)
    return safe + " " * (width - count_cells(safe))


def fitted(text: str, width: int) -> str:
    """Give a text in at most ``width`` cells, cut with ``…`` when it is longer."""
    safe = safe_line(text)
    if count_cells(safe) <= width:
        return safe
    return _chopped(safe, max(0, width - 1))[0] + "…"


def wrap(text: str, width: int) -> list[str]:
    """Give a text in harmless lines of at most ``width`` cells, at least one."""
    safe = safe_line(text.translate(_BLANKS))
    if count_cells(safe) == len(safe):
        return textwrap.wrap(safe, width) or [""]
    lines: list[str] = []
    for word in safe.split(" "):
        if not word:
            continue
        if lines and count_cells(lines[-1]) + 1 + count_cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += _chopped(word, width)
    return lines or [""]


def chop(text: str, width: int) -> list[str]:
    """Give all of a text in harmless pieces of at most ``width`` cells, at least one."""
    return _chopped(safe_line(text), width)


def _chopped(word: str, width: int) -> list[str]:
    """Cut a word into pieces of at most ``width`` cells; a character that is wider stands alone."""
    pieces, used = [""], 0
    for char in word:
        cells = _width(char)
        if pieces[-1] and used + cells > width:
            pieces.append("")
            used = 0
        pieces[-1] += char
        used += cells
    return pieces


def _width(char: str) -> int:
    if char < _WIDE_FROM:
        return 1
    return 2 if unicodedata.east_asian_width(char) in "WF" or char in _WIDE_SINCE_16 else 1
