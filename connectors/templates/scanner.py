"""Find the templates in a text: what stands between ``{{`` and ``}}``."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ..errors import TemplateError

MAX_LENGTH: Final = 65_536
_QUOTES: Final = frozenset("'\"`")


@dataclass(frozen=True, slots=True)
class Piece:
    """One template: the expression between its braces and where the expression begins in the text."""

    expression: str
    offset: int


@lru_cache(maxsize=4096)
def scan(text: str) -> tuple[str | Piece, ...]:
    """Split a text into plain strings and templates.

    Braces of JMESPath hashes are counted, and what stands in quotes or backticks is passed over.

    Raises:
        TemplateError: for a template that is empty or never closed.
    """
    if len(text) > MAX_LENGTH:
        raise TemplateError(f"a template may have at most {MAX_LENGTH} characters, this text has {len(text)}")
    pieces: list[str | Piece] = []
    done = 0
    while (start := text.find("{{", done)) != -1:
        end = _end_of(text, start + 2)
        if start > done:
            pieces.append(text[done:start])
        pieces.append(_piece(text, start + 2, end))
        done = end + 2
    if done < len(text):
        pieces.append(text[done:])
    return tuple(pieces)


def _piece(text: str, start: int, end: int) -> Piece:
    expression = text[start:end]
    stripped = expression.strip()
    if not stripped:
        raise TemplateError("the template is empty: an expression belongs between {{ and }}", start)
    return Piece(stripped, start + expression.index(stripped[0]))


def _end_of(text: str, start: int) -> int:
    depth = 0
    place = start
    while place < len(text):
        char = text[place]
        if char in _QUOTES:
            place = _after_quote(text, place)
            continue
        if char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "}" and text.startswith("}}", place):
            return place
        place += 1
    raise TemplateError("the template is never closed: {{ without its }}", start - 2)


def _after_quote(text: str, start: int) -> int:
    quote = text[start]
    place = start + 1
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        if text[place] == quote:
            return place + 1
        place += 1
    raise TemplateError(f"the quote {quote} is never closed", start)
