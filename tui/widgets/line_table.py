"""A list drawn line by line: only what is visible is asked for, so a million rows cost a screenful."""

from collections.abc import Callable, Iterator, Sequence

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from ..state.spans import Span, Spans
from ..state.table import GAP, Column, share_width
from .bindings import bind
from .span_lines import SpanLines, fit, strip_of

Cells = Sequence[Span]
RowAt = Callable[[int], Cells]


class LineTable(SpanLines, can_focus=True):
    """A list with a title line, a cursor and marks; ``row_at(index)`` gives the cells of a row to draw.

    Posts `Moved` when the cursor is on another row, `Opened` on enter or a double click, `Marked` on space,
    and `EdgeNeared` when the cursor comes close to an end (for lists that load more). ``marked(index)`` tells
    which rows are; ``beyond(to_last)`` goes to an end that is not loaded, and tells whether it did.
    """

    BINDINGS = bind("list")
    DEFAULT_CSS = "LineTable { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, table: "LineTable", index: int) -> None:
            super().__init__()
            self.table = table
            self.index = index

        @property
        def control(self) -> "LineTable":
            """The table, for ``@on(LineTable.Moved, "#id")``."""
            return self.table

    class Opened(Moved):
        """Enter, or a double click, on a row."""

    class Marked(Moved):
        """Space on a row."""

    class EdgeNeared(Moved):
        """The cursor is within a page of the first or the last row."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
        title: bool = True,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._row_at: RowAt = lambda _index: ()
        self._count = 0
        self._cursor = 0
        self._top = 0
        self._widths: list[int] = []
        self._title_rows = int(title)
        self._sorted_by: int | None = None
        self._empty: Sequence[Spans] = ()
        self.marked: Callable[[int], bool] = lambda _index: False
        self.beyond: Callable[[bool], bool] = lambda _to_last: False

    @property
    def cursor(self) -> int:
        """The row of the cursor, counted from 0; 0 in an empty list."""
        return self._cursor

    @property
    def count(self) -> int:
        """How many rows there are."""
        return self._count

    @property
    def page(self) -> int:
        """How many rows are visible."""
        return max(1, self.size.height - self._title_rows)

    @property
    def top(self) -> int:
        """The first visible row."""
        return self._top

    def show(self, count: int, row_at: RowAt, *, cursor: int | None = None) -> None:
        """Show other rows; the cursor goes to ``cursor`` or stays where it is."""
        self._count, self._row_at = count, row_at
        self._place(self._cursor if cursor is None else cursor)
        self.refresh()

    def show_columns(self, columns: Sequence[Column], *, sorted_by: int | None = None) -> None:
        """Have other columns; ``sorted_by`` gets an arrow beside its title."""
        self._columns, self._sorted_by, self._widths = tuple(columns), sorted_by, []
        self.refresh()

    def show_empty(self, lines: Sequence[Spans]) -> None:
        """Say these lines when there is no row."""
        self._empty = tuple(lines)
        self.refresh()

    def shift(self, rows: int) -> None:
        """Keep cursor and sight on the same rows after ``rows`` came (or went, when negative) before them."""
        self._cursor = max(0, self._cursor + rows)
        self._top = max(0, self._top + rows)

    def move_to(self, index: int) -> None:
        """Put the cursor on a row and show it."""
        before = self._cursor, self._top
        self._place(index)
        if self._top != before[1]:
            self.refresh()
        elif self._cursor != before[0]:
            self.refresh_row(before[0])
            self.refresh_row(self._cursor)
        if self._cursor != before[0]:
            self.post_message(self.Moved(self, self._cursor))
        self._tell_edge()

    def refresh_rows(self) -> None:
        """Draw the visible rows again."""
        self.refresh()

    def visible_rows(self) -> Iterator[tuple[int, int]]:
        """Give each row that can be seen, with its line in the widget."""
        for index in range(self._top, min(self._count, self._top + self.page)):
            yield index, index - self._top + self._title_rows

    def refresh_row(self, index: int) -> None:
        """Draw a row again, if it is visible."""
        y = index - self._top + self._title_rows
        if self._title_rows <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def line(self, y: int) -> Spans:
        """Give the text of a row of the widget, as for a plain dump."""
        return [] if y < self._title_rows else self._cells(y - self._title_rows + self._top)

    def render_line(self, y: int) -> Strip:
        """Draw the title line, a row, or nothing."""
        width = self.size.width
        if y < self._title_rows:
            return strip_of(self._title_spans() if self._count else (), width, self.tones())
        index = y - self._title_rows + self._top
        if index >= self._count:
            return strip_of(self._empty_line(y - self._title_rows), width, self.tones())
        if index == self._cursor:
            return strip_of(
                self._cells(index), width, self.tones("cursor" if self.has_focus else "cursor-off")
            )
        return strip_of(self._cells(index), width, self.tones())

    def _empty_line(self, y: int) -> Spans:
        return self.spelled(self._empty[y]) if not self._count and y < len(self._empty) else ()

    def _title_spans(self) -> Spans:
        spans: list[Span] = [(" ", "")]
        for index, (column, width) in enumerate(zip(self._columns, self._column_widths(), strict=True)):
            if width:
                title = column.title + ("↓" if index == self._sorted_by else "")
                spans.append((fit(title, width, column.align) + " " * GAP, "quiet"))
        return spans

    def _cells(self, index: int) -> Spans:
        gap = " " * GAP
        spans: list[Span] = [("▌" if index == self._cursor else "▪" if self.marked(index) else " ", "accent")]
        if self.marked(index):
            spans = [("▪", "mark")]
        widths = self._column_widths()
        for column, width, (text, tone) in zip(self._columns, widths, self._row_at(index), strict=True):
            if width:
                spans.append((fit(text, width, column.align) + gap, tone))
        return spans

    def _column_widths(self) -> list[int]:
        if not self._widths:
            self._widths = share_width(self._columns, max(1, self.size.width - 2))
        return self._widths

    def _place(self, index: int) -> None:
        self._cursor = max(0, min(index, self._count - 1))
        lowest = max(0, self._cursor - self.page + 1)
        self._top = max(lowest, min(self._top, self._cursor))
        self._top = max(0, min(self._top, self._count - self.page))

    def _tell_edge(self) -> None:
        if self._cursor < self.page or self._cursor >= self._count - self.page:
            self.post_message(self.EdgeNeared(self, self._cursor))

    def action_do(self, name: str) -> None:
        """Run one of the keys of the context ``list``."""
        page = self.page
        steps = {
            "down": 1, "up": -1, "half_down": page // 2, "half_up": -(page // 2), "page_down": page,
            "page_up": -page, "first": -self._count, "last": self._count,
        }  # fmt: skip
        if name in ("first", "last") and self.beyond(name == "last"):
            return
        if name in steps:
            self.move_to(self._cursor + steps[name])
        elif name == "open" and (self._count or self._empty):
            self.post_message(self.Opened(self, self._cursor))
        elif self._count and name == "mark":
            self.post_message(self.Marked(self, self._cursor))
            self.move_to(self._cursor + 1)

    def on_resize(self) -> None:
        """Share the new width, and keep the cursor in sight."""
        self._widths = []
        self._place(self._cursor)
        self.refresh()

    def on_focus(self) -> None:
        """Draw the cursor as the one that keys move."""
        self.refresh_row(self._cursor)

    def on_blur(self) -> None:
        """Draw the cursor as resting."""
        self.refresh_row(self._cursor)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is; twice opens."""
        index = event.y - self._title_rows + self._top
        if event.y >= self._title_rows and index < self._count:
            self.move_to(index)
            if event.chain == 2:
                self.post_message(self.Opened(self, index))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move three rows down with the wheel."""
        event.stop()
        self.move_to(self._cursor + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move three rows up with the wheel."""
        event.stop()
        self.move_to(self._cursor - 3)
