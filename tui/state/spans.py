"""What a line says, before it is drawn: pieces of text, each with a tone (see `tui.theme`)."""

from collections.abc import Iterable, Sequence

from .cells import count_cells, filled, wrap

Span = tuple[str, str]
Spans = Sequence[Span]
Lines = list[Spans]


def label_lines(label: str, text: str, tone: str = "", *, width: int, indent: int = 9) -> Lines:
    """Give a quiet label and its text beside it, the text wrapped to ``width`` cells."""
    room = max(10, width - indent)
    pieces = [piece for line in text.splitlines() or [""] for piece in wrap(line, room)]
    first: Spans = [(filled(label, indent), "quiet"), (pieces[0], tone)]
    return [first, *([(" " * indent, ""), (piece, tone)] for piece in pieces[1:])]


def join_spans(parts: Iterable[Spans], gap: str = "   ") -> list[Span]:
    """Give the parts one after the other with a gap between."""
    joined: list[Span] = []
    for part in parts:
        if part:
            joined += [(gap, "")] if joined else []
            joined += part
    return joined


def span_width(spans: Spans) -> int:
    """Give the number of cells that spans take when they are drawn."""
    return sum(count_cells(text) for text, _ in spans)


def wrap_parts(parts: Sequence[Spans], width: int, *, gap: str = "  ", indent: int = 0) -> Lines:
    """Lay parts out in lines of at most ``width``, never breaking a part; later lines are indented."""
    lines: list[list[Span]] = []
    used = 0
    for part in parts:
        if lines and used + len(gap) + span_width(part) <= width:
            lines[-1] += [(gap, ""), *part]
            used += len(gap) + span_width(part)
        else:
            before: list[Span] = [(" " * indent, "")] if lines and indent else []
            lines.append([*before, *part])
            used = span_width(lines[-1])
    return list(lines)
