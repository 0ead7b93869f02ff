"""Scroll through a long text line by line: wrapped or cut, pretty or raw, with a search."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from ..state.document import Document, TextDocument, build_document
from ..state.spans import Span, Spans
from .bindings import bind
from .span_lines import SpanLines, strip_of


class BodyView(SpanLines, can_focus=True):
    """A body with lines before it; only the visible lines are made."""

    CONTEXT = "body"
    BINDINGS: ClassVar[list[BindingType]] = [*bind("list"), *bind("body")]
    DEFAULT_CSS = "BodyView { height: 1fr; width: 1fr; padding: 0 1; }"

    class Told(Message):
        """Something to say about the view (a search without a match, a change of form)."""

        def __init__(self, text: str, tone: str = "quiet") -> None:
            super().__init__()
            self.text = text
            self.tone = tone

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._document: Document = TextDocument("")
        self._content = b""
        self._head: Sequence[Spans] = ()
        self._raw = False
        self._hex: bool | None = None
        self._wraps = True
        self._top = 0
        self._rows: Sequence[int] | None = None
        self._wanted = ""
        self._found: int | None = None

    @property
    def place(self) -> str:
        """Where in the text this is, as ``line 12 of 340``."""
        line, _ = self._line_of(self._top)
        return f"line {line + 1:,} of {len(self._document):,}" if len(self._document) else ""

    def show_body(self, content: bytes, head: Sequence[Spans] = ()) -> None:
        """Show bytes in their best reading, after some lines."""
        self._content, self._head, self._raw, self._hex = content, head, False, None
        self._show(build_document(content, head=head))

    def show_document(self, document: Document) -> None:
        """Show a document as it is."""
        self._content, self._head = b"", ()
        self._show(document)

    def search(self, wanted: str) -> None:
        """Look for a text from here on; an empty one ends the search."""
        self._wanted, self._found = wanted, None
        self.refresh()
        if wanted:
            line, _ = self._line_of(self._top)
            self._go_to_match(line - 1, 1)

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        row = self._top + y
        if row >= self._row_count():
            return strip_of((), self.size.width, self.tones())
        return strip_of(self._marked(self._row_spans(row)), self.size.width, self.tones())

    def line(self, y: int) -> Spans:
        """Give the row ``y`` from the top."""
        return self._row_spans(self._top + y) if self._top + y < self._row_count() else ()

    # ---- rows: a line that is wrapped has several

    def _show(self, document: Document) -> None:
        self._document, self._top, self._rows, self._found = document, 0, None, None
        self.refresh()

    def _row_count(self) -> int:
        return self._starts()[-1] if self._wraps else len(self._document)

    def _starts(self) -> Sequence[int]:
        """Give the row at which each line begins, and the end."""
        if self._rows is None:
            width = max(1, self.size.width)
            self._rows = _row_starts(self._document, width)
        return self._rows

    def _line_of(self, row: int) -> tuple[int, int]:
        """Give the line in which a row is, and which of its rows."""
        if not self._wraps:
            return row, 0
        starts = self._starts()
        line = min(bisect_right(starts, row) - 1, len(self._document) - 1)
        return max(0, line), row - starts[max(0, line)]

    def _row_of(self, line: int) -> int:
        return self._starts()[line] if self._wraps else line

    def _row_spans(self, row: int) -> Spans:
        line, part = self._line_of(row)
        spans = self._document.line(line)
        if part == 0 and sum(len(text) for text, _ in spans) <= self.size.width // 2:
            return spans
        return _cut(spans, self._document.text(line), part, max(1, self.size.width)) if self._wraps else spans

    def _marked(self, spans: Spans) -> Spans:
        if not self._wanted:
            return spans
        wanted, marked = self._wanted.lower(), list[Span]()
        for text, tone in spans:
            at, lowered = 0, text.lower()
            while (found := lowered.find(wanted, at)) >= 0 and len(lowered) == len(text):
                marked += [(text[at:found], tone), (text[found : found + len(wanted)], "found")]
                at = found + len(wanted)
            marked.append((text[at:], tone))
        return [span for span in marked if span[0]]

    # ---- keys

    def scroll_rows(self, count: int) -> None:
        """Move by rows, within the text."""
        top = max(0, min(self._top + count, self._row_count() - self.size.height))
        if top != self._top:
            self._top = top
            self.refresh()
            self.post_message(self.Told(self.place))

    def action_do(self, name: str) -> None:
        """Run a key of the contexts ``list`` and ``body``."""
        page = max(1, self.size.height - 1)
        steps = {
            "down": 1, "up": -1, "half_down": page // 2, "half_up": -(page // 2), "page_down": page,
            "page_up": -page, "first": -self._row_count(), "last": self._row_count(),
        }  # fmt: skip
        if name in steps:
            self.scroll_rows(steps[name])
        elif name in ("next_match", "previous_match"):
            self._next_match(1 if name == "next_match" else -1)
        elif name in ("wrap", "raw", "hex"):
            self._change_form(name)

    def _change_form(self, name: str) -> None:
        line, _ = self._line_of(self._top)
        if name == "wrap":
            self._wraps, self._rows = not self._wraps, None
            self._top = (
                min(self._row_of(line), max(0, self._row_count() - self.size.height))
                if len(self._document)
                else 0
            )
            self.refresh()
            self.post_message(self.Told("long lines are wrapped" if self._wraps else "long lines are cut"))
            return
        if name == "hex":
            self._hex = None if self._hex else True
        else:
            self._raw, self._hex = not self._raw, None if not self._hex else False
        self._show(build_document(self._content, head=self._head, raw=self._raw, as_hex=self._hex))
        said = "bytes" if self._hex else "as it came" if self._raw else "pretty"
        self.post_message(self.Told(said))

    def _next_match(self, step: int) -> None:
        if not self._wanted:
            self.post_message(self.Told("nothing is searched for; / searches"))
            return
        line = self._found if self._found is not None else self._line_of(self._top)[0]
        self._go_to_match(line, step)

    def _go_to_match(self, line: int, step: int) -> None:
        found = self._document.find(self._wanted, line, step)
        if found is None:
            self.post_message(
                self.Told(f"no {'more' if self._found is not None else 'match of'} {self._wanted}", "warn")
            )
            return
        self._found = found
        row = self._row_of(found)
        if not self._top <= row < self._top + self.size.height:
            self._top = max(0, min(row - self.size.height // 3, self._row_count() - self.size.height))
        self.refresh()
        self.post_message(self.Told(f"line {found + 1:,} of {len(self._document):,}"))

    def on_resize(self) -> None:
        """Wrap to the new width, keeping the line that is on top."""
        line = self._line_of(self._top)[0] if self._rows is not None and len(self._document) else 0
        self._rows = None
        if self._wraps and len(self._document):
            self._top = min(self._row_of(line), max(0, self._row_count() - self.size.height))
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll three rows down."""
        event.stop()
        self.scroll_rows(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll three rows up."""
        event.stop()
        self.scroll_rows(-3)


def _row_starts(document: Document, width: int) -> Sequence[int]:
    """Give the row at which each line begins when it is wrapped, and the end; quick for what is plain."""
    lengths = document.lengths()
    sure = width if document.is_ascii else width // 2
    if max(lengths, default=0) <= min(sure, width // 2 if document.head_lines else sure):
        return range(len(lengths) + 1)
    head = [_row_total(document.text(line), width) for line in range(document.head_lines)]
    rest = lengths[document.head_lines :]
    if document.is_ascii:
        rows = [-(-length // width) or 1 for length in rest]
    else:
        rows = [
            1 if length <= sure else _row_total(document.text(line), width)
            for line, length in enumerate(rest, document.head_lines)
        ]
    return [0, *accumulate([*head, *rows])]


def _row_total(text: str, width: int) -> int:
    if text.isascii():
        return max(1, -(-len(text) // width))
    return 1 if cell_len(text) <= width else len(chop_cells(text, width))


def _cut(spans: Spans, text: str, part: int, width: int) -> Spans:
    """Give the ``part``-th piece of a wrapped line, with the tones it has."""
    if text.isascii():
        begin, end = part * width, (part + 1) * width
    elif cell_len(text) <= width:
        begin, end = 0, len(text)
    else:
        pieces = chop_cells(text, width)
        begin = sum(len(piece) for piece in pieces[:part])
        end = begin + len(pieces[part])
    cut: list[Span] = []
    at = 0
    for piece, tone in spans:
        if at < end and at + len(piece) > begin:
            cut.append((piece[max(0, begin - at) : end - at], tone))
        at += len(piece)
    return cut
