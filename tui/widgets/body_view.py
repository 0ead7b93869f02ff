"""Scroll through a long text line by line: wrapped or cut, pretty or raw, folded, with a search."""

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from ..state.body_document import Reading, build_document
from ..state.document import Document, TextDocument
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
        self._reading = Reading()
        self._wraps = True
        self._top = 0
        # The row of the cursor; it is drawn from the first key on that moves it.
        self._row = 0
        self._shows_cursor = False
        self._rows: Sequence[int] | None = None
        self._wanted = ""
        self._found: int | None = None

    @property
    def place(self) -> str:
        """Where in the text the cursor is, as ``line 12 of 340``, and the path of the value there."""
        if not len(self._document):
            return ""
        line, _ = self._line_of(self._row)
        path = self._document.path(line)
        said = f"line {line + 1:,} of {len(self._document):,}"
        return f"{said} · {path}" if path else said

    @property
    def document(self) -> Document:
        """What is shown."""
        return self._document

    def show_body(self, content: bytes, head: Sequence[Spans] = (), *, media: str = "") -> None:
        """Show bytes in their best reading, after some lines; ``media`` is the type that they claim."""
        self._content, self._head, self._reading = content, head, Reading(media=media)
        self._build()

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
            self._go_to_match(line - 1 if self._top else -1, 1)

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        row = self._top + y
        if row >= self._row_count():
            return strip_of((), self.size.width, self.tones())
        tones = self.tones("cursor" if self._shows_cursor and row == self._row and self.has_focus else "")
        return strip_of(self._marked(self._row_spans(row)), self.size.width, tones)

    def line(self, y: int) -> Spans:
        """Give the row ``y`` from the top."""
        return self._row_spans(self._top + y) if self._top + y < self._row_count() else ()

    # ---- rows: a line that is wrapped has several

    def _build(self) -> None:
        self._show(build_document(self._content, head=self._head, reading=self._reading))

    def _show(self, document: Document) -> None:
        self._document, self._top, self._row, self._rows, self._found = document, 0, 0, None, None
        self._shows_cursor = False
        self.refresh()

    def _row_count(self) -> int:
        return self._starts()[-1] if self._wraps else len(self._document)

    def _starts(self) -> Sequence[int]:
        """Give the row at which each line begins, and the end."""
        if self._rows is None:
            width = max(1, self.size.width)
            self._document.narrow(width)
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
        """Move by rows, within the text; the cursor stays in sight."""
        self._scroll_to_row(self._top + count)

    def _scroll_to_row(self, row: int) -> None:
        top = max(0, min(row, self._row_count() - self.size.height))
        at = max(top, min(self._row, top + max(0, self.size.height - 1)))
        if (top, at) != (self._top, self._row):
            self._top, self._row = top, at
            self.refresh()
            self.post_message(self.Told(self.place))

    def _move(self, count: int, *, with_page: bool) -> None:
        """Move the cursor by rows; the text follows where it would leave the sight, or with it by pages."""
        at = max(0, min(self._row + count, self._row_count() - 1))
        top = self._top + count if with_page else self._top
        top = min(max(top, at - self.size.height + 1), at)
        self._top = max(0, min(top, self._row_count() - self.size.height))
        self._row, self._shows_cursor = at, True
        self.refresh()
        self.post_message(self.Told(self.place))

    def action_do(self, name: str) -> None:
        """Run a key of the contexts ``list`` and ``body``."""
        page = max(1, self.size.height - 1)
        whole = self._row_count() if name in ("first", "last") else 0
        steps = {
            "down": 1, "up": -1, "half_down": page // 2, "half_up": -(page // 2), "page_down": page,
            "page_up": -page, "first": -whole, "last": whole,
        }  # fmt: skip
        if name in steps and len(self._document):
            self._move(steps[name], with_page=abs(steps[name]) > 1)
        elif name in ("next_match", "previous_match"):
            self._next_match(1 if name == "next_match" else -1)
        elif name == "wrap":
            self._change_wrap()
        elif name in ("raw", "hex", "hidden"):
            self._change_reading(name)
        elif name in ("fold", "fold_all"):
            self._change_folds(whole=name == "fold_all")

    def _change_wrap(self) -> None:
        line, _ = self._line_of(self._row)
        self._wraps, self._rows = not self._wraps, None
        self._place_line(line)
        self.post_message(self.Told("long lines are wrapped" if self._wraps else "long lines are cut"))

    def _change_reading(self, name: str) -> None:
        now = self._reading
        if name == "hex":
            self._reading = replace(now, as_hex=None if now.as_hex else True, shows_hidden=False)
        elif name == "hidden":
            self._reading = replace(now, shows_hidden=not now.shows_hidden, as_hex=False)
        else:
            self._reading = replace(
                now, raw=not now.raw, shows_hidden=False, as_hex=None if not now.as_hex else False
            )
        if not self._content:
            self.post_message(self.Told("there is no body here"))
            return
        self._build()
        chosen = self._reading
        said = "bytes" if chosen.as_hex else "hidden characters are shown" if chosen.shows_hidden else ""
        self.post_message(self.Told(said or ("as it came" if chosen.raw else "pretty")))

    def _change_folds(self, *, whole: bool) -> None:
        line, _ = self._line_of(self._row)
        if whole:
            said, goes_to = self._document.toggle_folds(), 0
        else:
            found = self._document.toggle_fold(line) if len(self._document) else None
            said, goes_to = ("" if found is None else "folded"), found or 0
        if not said:
            self.post_message(self.Told("there is nothing to fold here; z folds JSON that is shown pretty"))
            return
        self._rows, self._found, self._shows_cursor = None, None, True
        self._place_line(goes_to)
        self.post_message(self.Told(said if whole else self.place))

    def _place_line(self, line: int) -> None:
        """Put the cursor on a line and keep it in sight."""
        if len(self._document):
            self._row = self._row_of(min(line, len(self._document) - 1))
            top = min(max(self._top, self._row - self.size.height + 1), self._row)
            self._top = max(0, min(top, self._row_count() - self.size.height))
        self.refresh()

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
        self._found, self._rows = found, None
        row = self._row = self._row_of(found)
        if not self._top <= row < self._top + self.size.height:
            self._top = max(0, min(row - self.size.height // 3, self._row_count() - self.size.height))
        self.refresh()
        self.post_message(self.Told(self.place))

    def on_resize(self) -> None:
        """Wrap to the new width, keeping the lines of the top and of the cursor."""
        if self._rows is None or not len(self._document):
            self._rows = None
            return
        line, at = self._line_of(self._top)[0], self._line_of(self._row)[0]
        self._rows = None
        self._top = max(0, min(self._row_of(line), self._row_count() - self.size.height))
        self._row = self._row_of(at)
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
    if document.longest() <= width:
        return range(len(document) + 1)
    lengths = document.lengths()
    if document.is_ascii:
        head = [_row_total(document.text(line), width) for line in range(document.head_lines)]
        rest = (-(-length // width) or 1 for length in lengths[document.head_lines :])
        return array("Q", accumulate([*head, *rest], initial=0))
    rows = (
        1 if length <= width else _row_total(document.text(line), width)
        for line, length in enumerate(lengths)
    )
    return array("Q", accumulate(rows, initial=0))


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
