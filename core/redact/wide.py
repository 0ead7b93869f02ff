"""Cut places out of bytes that hold text of two or four bytes a character (UTF-16, UTF-32)."""

from collections.abc import Callable
from itertools import compress

from .spans import Span, replace_spans

# The usual marker has the bytes of quotes and spaces in UTF-16.
_MARKER = "***"


def replace_wide(text: str, find: Callable[[str], list[Span]]) -> str:
    """Find places in what is left without the zero bytes, and cut them out of the bytes as they are.

    ``text`` holds one byte a character.
    """
    found = find(text.replace("\0", ""))
    if not found:
        return text
    places = list(compress(range(len(text)), text.encode("latin-1")))
    first = places[found[0].start]
    # The zero bytes of a character stand after it in the one byte order, before it in the other.
    after = _zeros(text, first + 1)
    before = 0 if after else _zeros(text[max(0, first - 3) : first][::-1], 0)

    def widen(narrow: str) -> str:
        return "".join("\0" * before + char + "\0" * after for char in narrow)

    spans = [
        Span(
            max(0, places[span.start] - before),
            min(len(text), places[span.end - 1] + 1 + after),
            widen(span.around),
        )
        for span in found
    ]
    return replace_spans(text, spans, widen(_MARKER))


def _zeros(text: str, at: int) -> int:
    """Count the zero bytes from a place on, three at most."""
    part = text[at : at + 3]
    return len(part) - len(part.lstrip("\0"))
