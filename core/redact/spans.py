"""Cut places out of a text: where they are, and what stands there instead."""

from collections.abc import Iterable
from typing import NamedTuple

MARKER = "•••"


class Span(NamedTuple):
    """One place to cut out; ``around`` is the quote that a bare value needs to stay valid where it stands."""

    start: int
    end: int
    around: str = ""


def replace_spans(text: str, spans: Iterable[Span], marker: str) -> str:
    """Give the text with a marker at every place; places that touch or overlap become one."""
    parts: list[str] = []
    done = 0
    for span in _merged(spans):
        parts += (text[done : span.start], span.around, marker, span.around)
        done = span.end
    return "".join((*parts, text[done:])) if parts else text


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end, not one.around)):
        last = merged[-1] if merged else None
        if last is None or span.start > last.end:
            merged.append(span)
        elif span.end > last.end:
            merged[-1] = Span(last.start, span.end, last.around)
    return merged
