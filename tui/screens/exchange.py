"""What one operation sent and received: request, response, timeline and log lines."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from storage.records import Body, Exchange, LogLine, Operation

from ..messages import KeptChanged
from ..state.copies import operation_copies
from ..state.document import TextDocument
from ..state.exchanges import TABS, log_lines, request_head, response_head, tab_spans, timeline_lines
from ..state.operations import short_id, summary_lines
from ..state.places import RunPlace
from ..state.spans import Lines
from ..state.streaks import Streak, read_streak, streak_said
from ..widgets.bindings import bind
from ..widgets.body_view import BodyView
from ..widgets.span_lines import SpanText
from .exporting import ask_operation_file
from .view import Copy, View

_RESPONSE = 1


class ExchangeScreen(View):
    """The exchanges of one operation, one at a time, in tabs."""

    CONTEXT = "exchange"
    COMMAND = "connect-tui operation show ID --exchanges --bodies"
    BINDINGS: ClassVar[list[BindingType]] = bind("exchange")
    BAR = ("exchange.next_tab", "app.filter", "body.wrap", "body.raw", "body.hex", "app.copy", "app.back")
    CSS_PATH = "exchange.tcss"

    def __init__(self, operation_id: str) -> None:
        super().__init__()
        self._operation_id = operation_id
        self._operation: Operation | None = None
        self._exchanges: tuple[Exchange, ...] = ()
        self._lines: tuple[LogLine, ...] = ()
        self._streak: Streak | None = None
        self._tab = _RESPONSE
        self._at = 0

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        name = self._operation.name if self._operation else short_id(self._operation_id)
        return ("Operations", name)

    def compose_view(self) -> ComposeResult:
        """Lay out the summary, the tabs and the text."""
        yield SpanText(id="facts")
        yield SpanText(id="tabs")
        yield BodyView(id="body")

    def on_mount(self) -> None:
        """Read the operation, and show the last answer."""
        self._read()
        self._at = max(0, len(self._exchanges) - 1)
        if not self._exchanges:
            self._tab = TABS.index("log")
        self._show()

    def _read(self) -> None:
        reading = self.services.reading
        self._operation = reading.operation(self._operation_id)
        self._exchanges = reading.exchanges(self._operation_id, bodies=True)
        self._lines = reading.log_lines(self._operation_id)
        self.work(self._read_streak(), "streak", alone=True)

    async def _read_streak(self) -> None:
        if self._operation is not None:
            database = self.services.home.database
            self._streak = await asyncio.to_thread(read_streak, database, self._operation)
            self._show_facts()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Follow an operation that still runs."""
        if self._operation is None or self._operation.ended_us is None:
            before = (self._operation, len(self._exchanges), len(self._lines))
            self._read()
            if before != (self._operation, len(self._exchanges), len(self._lines)):
                self._show()

    def on_resize(self) -> None:
        """Wrap the summary to the new width."""
        self.call_after_refresh(self._show_facts)

    def _show(self) -> None:
        self.show_place()
        self._show_facts()
        body, tab = self.query_one(BodyView), TABS[self._tab]
        self.query_one("#tabs", SpanText).show(
            [tab_spans(self._tab, self._at, len(self._exchanges), len(self._lines))]
        )
        exchange = self._exchanges[self._at] if self._exchanges else None
        if tab == "timeline" and self._operation is not None:
            body.show_document(TextDocument("", head=timeline_lines(self._operation, self._exchanges)))
        elif tab == "log":
            body.show_document(TextDocument("", head=log_lines(self._lines)))
        elif exchange is None:
            body.show_document(TextDocument("", head=[[("no request was sent", "quiet")]]))
        elif tab == "request":
            self._show_body(exchange.request_body, request_head(exchange))
        else:
            self._show_body(exchange.response_body, response_head(exchange))
        body.focus()

    def _show_body(self, body: Body | None, head: Lines) -> None:
        view = self.query_one(BodyView)
        view.show_body(body.content if body else b"", head, media=body.content_type if body else "")

    def _show_facts(self) -> None:
        if self._operation is not None:
            since = streak_said(self._streak, self.services.now_us()) if self._streak else ""
            lines = summary_lines(self._operation, (), max(30, self.size.width - 2), since)
            self.query_one("#facts", SpanText).show(lines)

    # ---- search

    @property
    def searches(self) -> bool:
        """The text of the tab is searched."""
        return True

    def filter_typed(self, text: str) -> None:
        """Search as it is typed."""
        self.query_one(BodyView).search(text)

    def filter_entered(self, text: str) -> None:
        """Keep the search for n and N."""
        self.show_filter(text)

    def filter_left(self, before: str) -> None:  # noqa: ARG002
        """End the search."""
        self.show_filter("")
        self.query_one(BodyView).search("")

    @on(BodyView.Told)
    def _told(self, message: BodyView.Told) -> None:
        self.say(message.text, message.tone)

    # ---- keys

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        if key_id in ("exchange.next_exchange", "exchange.previous_exchange") and len(self._exchanges) < 2:
            return "there is no other request in this operation"
        if key_id == "exchange.run_again" and (self._operation is None or not self._operation.connection):
            return "this operation had no connection"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the body, the id, curl, JSON or the address."""
        if self._operation is None:
            return {}
        shown = self._exchanges[self._at : self._at + 1]
        copies = {
            key: Copy(word, text) for key, (word, text) in operation_copies(self._operation, shown).items()
        }
        if shown:
            body = shown[0].request_body if TABS[self._tab] == "request" else shown[0].response_body
            if body is not None:
                copies["y"] = Copy("body", body.content.decode("utf-8", "replace"))
        return copies

    def do_next_tab(self) -> None:
        """Show the next tab."""
        self._go_to_tab(self._tab + 1)

    def do_previous_tab(self) -> None:
        """Show the tab before."""
        self._go_to_tab(self._tab - 1)

    def _go_to_tab(self, tab: int) -> None:
        self._tab = tab % len(TABS)
        self.say("")
        self._show()

    def do_next_exchange(self) -> None:
        """Show the next request."""
        self._at = (self._at + 1) % len(self._exchanges)
        self._show()

    def do_previous_exchange(self) -> None:
        """Show the request before."""
        self._at = (self._at - 1) % len(self._exchanges)
        self._show()

    async def do_export(self) -> None:
        """Write this operation to a file."""
        await ask_operation_file(self, self._operation_id)

    def do_run_again(self) -> None:
        """Open Run with this operation."""
        if self._operation is not None and self._operation.connection:
            self.shell.go(RunPlace(self._operation.connection, self._operation.name))
