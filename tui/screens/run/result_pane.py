"""What came: as a table, as JSON, or raw; or what went wrong."""

from collections.abc import Sequence
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Vertical

from core.errors import Failure
from storage.records import Exchange

from ...state.exchanges import response_head
from ...state.labels import plural
from ...state.result import encode_value
from ...state.run import error_lines
from ...state.spans import Span, Spans
from ...widgets.body_view import BodyView
from ...widgets.result_table import ResultTable
from ...widgets.span_lines import SpanText

VIEWS: Final = ("table", "JSON", "raw")


class Said(SpanText, can_focus=True):
    """Lines that can have the focus, so that the keys they name work."""


class ResultPane(Vertical):
    """Shows one result in one of its views; a row of the table opens as JSON over it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.view = "table"
        self._records: Sequence[Any] = ()
        self._value: Any = None
        self._exchange: Exchange | None = None
        self._row: int | None = None
        self.failure: Failure | None = None

    def compose(self) -> ComposeResult:
        """Lay out the line of views, and each of them."""
        yield SpanText(id="views")
        yield ResultTable(id="table")
        yield BodyView(id="value")
        yield Said(id="said")

    def on_mount(self) -> None:
        """Begin with nothing."""
        self.clear()

    @property
    def table(self) -> ResultTable:
        """The table."""
        return self.query_one(ResultTable)

    @property
    def body(self) -> BodyView:
        """The JSON and the raw answer."""
        return self.query_one(BodyView)

    @property
    def failed(self) -> bool:
        """Whether it ended without a result."""
        return self.failure is not None

    @property
    def answer(self) -> bytes:
        """The bytes of the answer, empty as long as the log does not have it."""
        body = self._exchange.response_body if self._exchange else None
        return body.content if body else b""

    @property
    def has_result(self) -> bool:
        """Whether there is something to look at."""
        return bool(self._records) or self._value is not None

    @property
    def records(self) -> Sequence[Any]:
        """The records that came."""
        return self._records

    @property
    def current(self) -> Any:
        """The record that is open or under the cursor, else the whole value."""
        if self._records:
            return self._records[self._row if self._row is not None else self.table.cursor]
        return self._value

    @property
    def whole(self) -> Any:
        """All that came: the decoded body, else the records."""
        return self._value if self._value is not None else list(self._records)

    @property
    def is_row_open(self) -> bool:
        """Whether one record lies over the table."""
        return self._row is not None

    @property
    def can_export(self) -> bool:
        """Whether there are records, or a download, to write to a file."""
        return bool(self._records) or isinstance(self._value, bytes)

    @property
    def media_type(self) -> str:
        """The content type of the answer, empty as long as the log does not have it."""
        headers = self._exchange.response_headers if self._exchange else ()
        return next((value for name, value in headers if name.lower() == "content-type"), "")

    def clear(self, said: Sequence[Spans] = ()) -> None:
        """Show nothing but some lines."""
        self._records, self._value, self._exchange, self._row, self.failure = (), None, None, None, None
        self.table.show_records(())
        self.query_one("#said", SpanText).show(said)
        self._lay_out()

    def add_records(self, records: Sequence[Any]) -> None:
        """Show records while more are on their way."""
        self.table.add_records(records)
        self._records, self.view = self.table.records, "table"
        self._lay_out()

    def show_result(self, records: Sequence[Any], value: Any) -> None:
        """Show a whole result: several records as a table, anything else as JSON."""
        if len(records) != len(self._records):
            self.table.show_records(records)
        self._records, self._value, self._row = records, value, None
        self.show_view("table" if len(records) > 1 else "JSON")

    def show_failure(self, failure: Failure, operation: str | None) -> None:
        """Show why there is no result."""
        self.clear(error_lines(failure, self.size.width or 80, operation=operation))
        self.failure, self.view = failure, "error"
        self._lay_out()
        self.focus_view()

    def on_result_table_view_left(self, message: ResultTable.ViewLeft) -> None:
        """Show the next view."""
        message.stop()
        self.next_view()

    def take_exchange(self, exchange: Exchange | None) -> None:
        """Take the last request and answer, for the raw view."""
        self._exchange = exchange
        if self.view == "raw":
            self._fill_body()
        self._lay_out()

    def views(self) -> tuple[str, ...]:
        """Give the views that there are now."""
        if self.failed:
            return ("error", "raw") if self._exchange else ("error",)
        return VIEWS if self._records else VIEWS[1:] if self._value is not None else ()

    def show_view(self, view: str) -> None:
        """Show one of the views."""
        had_focus = self.has_focus_within
        self.view, self._row = view, None
        self._fill_body()
        self._lay_out()
        if had_focus:
            self.focus_view()

    def next_view(self) -> None:
        """Show the next view."""
        views = self.views()
        if len(views) > 1:
            at = views.index(self.view) if self.view in views else -1
            self.show_view(views[(at + 1) % len(views)])

    def open_row(self, index: int) -> None:
        """Show one record as JSON."""
        self._row = index
        self._fill_body()
        self._lay_out()
        self.focus_view()

    def close_row(self) -> bool:
        """Go back to the table; tell whether a record was open."""
        if self._row is None:
            return False
        self._row = None
        self._lay_out()
        self.focus_view()
        return True

    def search(self, text: str) -> None:
        """Look for a text in the view that is shown."""
        (self.table if self.table.display else self.body).search(text)

    def focus_view(self) -> bool:
        """Go to what is shown; tell whether there is anything."""
        target = (
            self.body if self.body.display else self.table if self.table.display else self.query_one(Said)
        )
        if target.display:
            target.focus()
        return target.display

    def _lay_out(self) -> None:
        shows_said = self.view == "error" if self.failed else not self.has_result
        shows_body = not shows_said and (self.view != "table" or self._row is not None)
        self.table.display = not shows_said and not shows_body
        self.body.display = shows_body
        self.query_one("#said").display = shows_said
        self.query_one("#views").display = bool(self.views())
        self.query_one("#views", SpanText).show([self._views_line()])

    def _fill_body(self) -> None:
        if self._row is not None:
            self.body.show_body(encode_value(self._records[self._row]))
        elif self.view == "JSON":
            self.body.show_body(encode_value(self.whole))
        elif self.view == "raw":
            self._fill_raw()

    def _fill_raw(self) -> None:
        if self._exchange is None:
            self.body.show_body(b"", [[("the answer is not in the log yet; tab and back shows it", "quiet")]])
        else:
            body = self._exchange.response_body
            media = body.content_type if body else ""
            self.body.show_body(body.content if body else b"", response_head(self._exchange), media=media)

    def _views_line(self) -> list[Span]:
        if self._row is not None:
            place = f"record {self._row + 1:,} of {len(self._records):,}"
            return [
                (" ", ""),
                (place, "strong"),
                ("   ", ""),
                ("esc", "key"),
                (" back to the table", "quiet"),
            ]
        spans: list[Span] = [(" ", "")]
        for view in self.views():
            spans += [(f" {view} ", "selected" if view == self.view else "quiet"), (" ", "")]
        if self._records:
            spans += [("  ", ""), (plural(len(self._records), "record"), "quiet")]
        return spans
