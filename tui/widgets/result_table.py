"""Records as a table that opens at once however many there are: only what is visible is formatted."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from ..state.result import Column, cell_text, choose_columns, find_value, widen
from ..state.spans import Span, Spans
from .bindings import bind
from .line_table import LineTable
from .span_lines import Tones, fit, strip_of

_GAP = 2
_WIDE = 110
# Characters of a cell that can be in sight; an endless text has millions.
_DRAWN = 1_000
_NARROW_TEXT = 28
# A column is not begun where fewer cells of it than these would be seen.
_SLIVER = 6


class ResultTable(LineTable):
    """A list of records with columns of its own choosing; all but the first scroll sideways."""

    BINDINGS: ClassVar[list[BindingType]] = bind("result")
    DEFAULT_CSS = "ResultTable { height: 1fr; width: 1fr; }"

    class ViewLeft(Message):
        """The next view of the same result is wanted."""

    class Told(Message):
        """What a search found."""

        def __init__(self, text: str, tone: str = "quiet") -> None:
            super().__init__()
            self.text = text
            self.tone = tone

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__((), id=id)
        self._records: Sequence[Any] = ()
        self._chosen: tuple[Column, ...] = ()
        self._first_column = 0
        self._wanted = ""
        self._searched_from = 0

    @property
    def records(self) -> Sequence[Any]:
        """What is shown."""
        return self._records

    def show_records(self, records: Sequence[Any]) -> None:
        """Show records from the first one."""
        self._records = records
        self._chosen = choose_columns(records, cell_len)
        self._first_column, self._wanted = 0, ""
        self.show(len(records), lambda _index: (), cursor=0)

    def add_records(self, records: Sequence[Any]) -> None:
        """Show more records behind those that are there; cursor and sight stay."""
        if not self._records:
            self.show_records(tuple(records))
            return
        self._records = (*self._records, *records)
        self._chosen = widen(self._chosen, records[:50], cell_len)
        self.show(len(self._records), lambda _index: ())

    def line(self, y: int) -> Spans:
        """Give the text of a row, as for a plain dump."""
        return self._title_spans() if y == 0 else self._cells(y - 1 + self.top)

    def action_do(self, name: str) -> None:
        """Run one of the keys of the contexts ``list`` and ``result``."""
        if name in ("earlier_columns", "later_columns"):
            self._scroll_columns(1 if name == "later_columns" else -1)
        elif name in ("next_match", "previous_match"):
            self._next_match(1 if name == "next_match" else -1)
        elif name == "next_view":
            self.post_message(self.ViewLeft())
        else:
            super().action_do(name)

    def search(self, wanted: str) -> None:
        """Go to the first record from the cursor on that has this text in a cell; an empty one ends it.

        Without a match the cursor is where it was when the text began to be typed.
        """
        if not self._wanted or (len(wanted) == 1 and not self._wanted.startswith(wanted)):
            self._searched_from = self.cursor
        self._wanted, start = wanted, self._searched_from
        if wanted and not self._go_to_match(range(start, start + self.count)):
            self.move_to(start)

    def _next_match(self, step: int) -> None:
        if self._wanted:
            start = self.cursor + step
            self._go_to_match(range(start, start + step * self.count, step))
        else:
            self.post_message(self.Told("nothing is searched for; / searches"))

    def _go_to_match(self, places: range) -> bool:
        """Go to the first match among rows, numbered on beyond the ends; tell whether there is one."""
        found = next((place % self.count for place in places if self._matches(place % self.count)), None)
        if found is None:
            self.post_message(self.Told(f"no match of {self._wanted}", "warn"))
            return False
        self.move_to(found)
        self.post_message(self.Told(f"record {found + 1:,} of {self.count:,}"))
        return True

    def _matches(self, index: int) -> bool:
        record, wanted = self._records[index], self._wanted.lower()
        values = ((find_value(record, column.path), column.kind) for column in self._chosen)
        return any(wanted in cell_text(value, kind).lower() for value, kind in values)

    def _scroll_columns(self, step: int) -> None:
        first = max(0, min(self._first_column + step, len(self._chosen) - 2))
        if first != self._first_column and not (step > 0 and self._fits()):
            self._first_column = first
            self.refresh()

    def _fits(self) -> bool:
        """Tell whether the last column is in sight already."""
        return sum(self._width(column) + _GAP for column in self._in_sight()) <= self.size.width

    def _in_sight(self) -> Sequence[Column]:
        """Give the first column, which says which record it is, and all from the first one in sight."""
        return (*self._chosen[:1], *self._chosen[max(1, self._first_column + 1) :])

    def _width(self, column: Column) -> int:
        """Give the width of a column here: on a narrow terminal long texts leave room for others."""
        return min(column.width, _NARROW_TEXT) if self.size.width < _WIDE else column.width

    def _title_spans(self) -> Spans:
        more = "‹" if self._first_column else " "
        return [(more, "accent"), *(self._title(column) for column in self._visible())]

    def _title(self, column: Column) -> Span:
        return fit(
            column.title, self._width(column), "right" if column.right else "left"
        ) + " " * _GAP, "quiet"

    def _cells(self, index: int) -> Spans:
        record = self._records[index]
        spans: list[Span] = [("▌" if index == self.cursor else " ", "accent")]
        for place, column in enumerate(self._visible()):
            text = cell_text(find_value(record, column.path), column.kind)[:_DRAWN]
            tone = "quiet" if column.kind == "time" else "strong" if place == 0 else ""
            spans.append(
                (fit(text, self._width(column), "right" if column.right else "left") + " " * _GAP, tone)
            )
        return spans

    def _visible(self) -> Sequence[Column]:
        """Give the first column and those from the first one in sight; the last takes what is left."""
        columns, used = list[Column](), 1
        for column in self._in_sight():
            if used + min(_SLIVER, self._width(column)) > self.size.width:
                break
            columns.append(column)
            used += self._width(column) + _GAP
        return columns

    def render_line(self, y: int) -> Strip:
        """Draw the title line, a row, or nothing; an arrow says that there are more columns."""
        strip = super().render_line(y)
        if y == 0 and not self._fits():
            strip = Strip([*strip.crop(0, self.size.width - 1), _arrow(self.tones())], self.size.width)
        return strip


def _arrow(tones: Tones) -> Segment:
    return next(iter(strip_of([("›", "accent")], 1, tones)))
