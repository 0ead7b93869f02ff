"""The log of operations: live, filtered, with what one of them did below it."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.timer import Timer

from storage.records import Operation

from ..log_reader import LogReader
from ..messages import KeptChanged
from ..state.copies import operation_copies
from ..state.filters import FilterProblem, check_operation_filter, complete_operation_filter
from ..state.log_questions import LogAnswer, LogQuestion, ask_log, count_log, draw_bars, find_near, read_newer
from ..state.log_window import BLOCK, LogWindow, newest_window, oldest_first, oldest_window, window_around
from ..state.operations import columns, row_cells, summary_lines, wide_lines
from ..state.places import ExchangePlace, RunPlace
from ..widgets.bindings import bind
from ..widgets.histogram import Histogram
from ..widgets.line_table import LineTable
from ..widgets.span_lines import SpanText
from .view import Copy, View

if TYPE_CHECKING:
    from storage.reading import Filter

_SETTLE_S = 0.06
_BARS_EVERY_S = 2.0


class OperationsScreen(View):
    """A window of the log around the cursor; what lies beyond is read by key as the cursor comes near."""

    CONTEXT = "operations"
    COMMAND = "connect-tui operation list"
    BINDINGS: ClassVar[list[BindingType]] = bind("operations")
    BAR = (
        "operations.follow", "list.open", "operations.next_error", "app.filter", "app.copy",
        "operations.next_same", "operations.run_again",
    )  # fmt: skip
    CSS_PATH = "operations.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._window = LogWindow()
        self._filter = ""
        self._question: LogQuestion | None = None
        self._follows = True
        self._missed = 0
        self._counted = ""
        self._split = 0
        self._stale = False
        self._busy = False
        self._bars_at = 0.0
        self._settle: Timer | None = None
        self._reader: LogReader | None = None
        self._counter: LogReader | None = None

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Operations",)

    def compose_view(self) -> ComposeResult:
        """Lay out the bars, the log and the summary."""
        yield Histogram(id="bars")
        with Container(classes="panes"):
            with Container(classes="main"):
                yield LineTable(columns(one_connection=False), id="log")
            with Container(classes="detail"):
                yield SpanText(id="summary")

    def on_mount(self) -> None:
        """Read the newest."""
        self._reader = LogReader(self.services.home.database)
        self._counter = LogReader(self.services.home.database)
        self._table.beyond = self._go_beyond
        self._table.show_empty(
            [
                [],
                [
                    ("   Nothing happened yet. ", ""),
                    ("Test a connection or run an operation: ", "quiet"),
                    ("5", "key"),
                ],
            ]
        )
        self._ask_anew()

    def on_unmount(self) -> None:
        """Stop the threads that read."""
        for reader in (self._reader, self._counter):
            if reader is not None:
                reader.close()

    @property
    def _table(self) -> LineTable:
        return self.query_one("#log", LineTable)

    @property
    def reader(self) -> LogReader:
        """The thread that reads rows."""
        if self._reader is None:
            raise RuntimeError("the log is read once the screen is mounted")
        return self._reader

    @property
    def counter(self) -> LogReader:
        """The thread that counts and draws bars, which may take long, so that rows never wait for it."""
        if self._counter is None:
            raise RuntimeError("the log is read once the screen is mounted")
        return self._counter

    @property
    def current(self) -> Operation | None:
        """The operation under the cursor."""
        rows = self._window.rows
        return rows[self._table.cursor] if rows else None

    def _ask_anew(self) -> None:
        """Drop every question and read the newest rows that pass the filter."""
        self.reader.cancel()
        self.counter.cancel()
        self._question = LogQuestion(
            self._filter, self.services.project, only_project=len(self.services.reading.projects()) > 1
        )
        self._follows, self._missed, self._counted = True, 0, ""
        self.work(self._fill(), "log", alone=True)

    async def _fill(self) -> None:
        question = self._question
        if question is None:
            return
        self.show_filter(self._filter)
        scanning = self.set_timer(0.15, lambda: self.show_count("scanning… esc cancels"))
        answer = await self.reader.ask(lambda reading: ask_log(reading, question, newest_window))
        scanning.stop()
        if answer is not None and question is self._question:
            self._show_answer(answer)
            await self._count_and_draw(question)

    def _show_answer(self, answer: LogAnswer) -> None:
        self._window = answer.window
        self._took_ms = answer.took_ms
        self._show_columns()
        self._show_rows(cursor=len(answer.window.rows) - 1)
        self.show_count(f"{answer.took_ms} ms")

    async def _count_and_draw(self, question: LogQuestion) -> None:
        width = self.query_one(Histogram).room
        if self.query_one(Histogram).display:
            bars = await self.counter.ask(lambda reading: draw_bars(reading, question, width))
            self._bars_at = time.monotonic()
            if bars is not None:
                self.query_one(Histogram).show(bars)
        counted = await self.counter.ask(lambda reading: count_log(reading, question))
        if counted is not None and question is self._question:
            passed, every = counted
            of = f" of {every:,}" if self._filter else ""
            self._counted = f"{passed:,}{of}"
            self.show_count(f"{self._counted} · {self._took_ms} ms")

    _took_ms = 0

    def _show_columns(self) -> None:
        self._table.show_columns(
            columns(one_connection="conn:" in self._filter and "-conn:" not in self._filter)
        )

    def _show_rows(self, cursor: int | None = None) -> None:
        now = time.time_ns() // 1_000
        rows = self._window.rows
        self._table.show(len(rows), lambda index: row_cells(rows[index], now), cursor=cursor)
        self._show_note()
        self._show_summary_soon()

    def _show_note(self) -> None:
        if self._follows:
            self.show_note([("▶ following", "good")])
        elif self._missed:
            self.show_note([("‖ paused  ", "quiet"), (f"▼ {self._missed:,} new", "accent")])
        else:
            self.show_note([("‖ paused", "quiet")])

    # ---- the summary

    def _show_summary_soon(self) -> None:
        if self._settle is not None:
            self._settle.stop()
        self._settle = self.set_timer(_SETTLE_S, self._show_summary)

    def _show_summary(self) -> None:
        text = self.query_one("#summary", SpanText)
        row = self.current
        if row is None:
            text.show([])
            return
        reading = self.services.reading
        width = max(30, text.size.width or self.size.width - 4)
        lines = summary_lines(row, reading.exchanges(row.id), width)
        if self.has_class("-wide"):
            full = reading.operation(row.id) or row
            lines = [*lines, *wide_lines(full, len(reading.log_lines(row.id)))]
        text.show(lines)

    @on(LineTable.Moved)
    def _moved(self, message: LineTable.Moved) -> None:
        at_end = self._window.at_newest and message.index == len(self._window.rows) - 1
        if self._follows != at_end:
            self._follows = at_end
            self._missed = 0 if at_end else self._missed
            self._show_note()
        self._show_summary_soon()

    def on_resize(self) -> None:
        """Fit the summary and the bars to the new width."""
        self.call_after_refresh(self._show_summary)
        if self._question is not None:
            self._bars_at = 0.0
            self.work(self._redraw_bars(), "bars", alone=True)

    # ---- more rows

    @on(LineTable.EdgeNeared)
    def _edge_neared(self, message: LineTable.EdgeNeared) -> None:
        near_start = message.index < 2 * self._table.page and not self._window.at_oldest
        near_end = (
            message.index >= len(self._window.rows) - 2 * self._table.page and not self._window.at_newest
        )
        if not self._busy and (near_start or near_end):
            self._busy = True
            self.work(self._extend(older=near_start), "extend")

    async def _extend(self, *, older: bool) -> None:
        question, window = self._question, self._window
        if question is None:
            return
        wanted = question.filter
        try:
            if older:
                block = await self.reader.ask(
                    lambda reading: reading.operations_block(wanted, before_seq=window.first_seq, limit=BLOCK)
                )
            else:
                block = await self.reader.ask(
                    lambda reading: reading.operations_block(wanted, after_seq=window.last_seq, limit=BLOCK)
                )
        finally:
            self._busy = False
        if block is not None and window is self._window:
            rows = oldest_first(block)
            self._table.shift(window.add_older(rows) if older else window.add_newer(rows))
            self._show_rows()

    def _jump(self, *, newest: bool) -> None:
        self.work(self._jump_to(newest=newest), "jump", alone=True)

    async def _jump_to(self, *, newest: bool) -> None:
        question = self._question
        if question is None:
            return
        make = newest_window if newest else oldest_window
        answer = await self.reader.ask(lambda reading: ask_log(reading, question, make))
        if answer is not None:
            self._window = answer.window
            self._follows = newest
            self._missed = 0 if newest else self._missed
            self._show_rows(cursor=len(answer.window.rows) - 1 if newest else 0)

    # ---- live

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Read what is new, when this is what is shown."""
        if not self.is_current:
            self._stale = True
        elif self._question is not None:
            self.work(self._take_newer(), "newer", alone=True)

    def on_screen_resume(self) -> None:
        """Read what came while another view was shown."""
        if self._stale and self._question is not None:
            self._stale = False
            self.work(self._take_newer(), "newer", alone=True)

    async def _take_newer(self) -> None:
        question, window = self._question, self._window
        if question is None:
            return
        unfinished = window.unfinished()
        news = await self.reader.ask(
            lambda reading: read_newer(reading, question, window.last_seq, unfinished)
        )
        if news is None or window is not self._window:
            return
        changed = window.replace(news.changed)
        if window.at_newest and news.rows:
            self._table.shift(window.add_newer(news.rows))
            self._missed = 0 if self._follows else self._missed + len(news.rows)
        elif news.rows:
            self._missed = news.count
        if news.rows or changed:
            self._show_rows(cursor=len(window.rows) - 1 if self._follows else None)
            await self._redraw_bars()

    async def _redraw_bars(self) -> None:
        question = self._question
        if question is not None and time.monotonic() - self._bars_at >= _BARS_EVERY_S:
            self._bars_at = time.monotonic()
            await self._count_and_draw(question)

    # ---- filter

    def start_filter_text(self) -> str:
        """Go on with the filter that is there."""
        return self._filter

    def filter_typed(self, text: str) -> None:
        """Say what is wrong with a filter while it is typed; it is used on enter."""
        try:
            check_operation_filter(text)
        except FilterProblem as problem:
            self.say(str(problem), "warn")
        else:
            self.say("")

    def filter_entered(self, text: str) -> None:
        """Use a filter."""
        try:
            check_operation_filter(text)
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        self._filter = text.strip()
        if self._reader is not None:
            self._ask_anew()

    def filter_left(self, before: str) -> None:  # noqa: ARG002
        """Keep the filter that was there."""
        self.say("")

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_operation_filter(text, self.services.connection_names)

    def close_inner(self) -> bool:
        """End a scan, or drop the filter."""
        if self._filter:
            self._filter = ""
            self._ask_anew()
            return True
        return False

    # ---- keys

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        needs_row = ("next_error", "previous_error", "next_same", "previous_same", "run_again")
        if key_id.startswith("operations.") and key_id.split(".")[1] in needs_row and self.current is None:
            return "there is no operation here"
        if key_id == "operations.run_again" and self.current is not None and not self.current.connection:
            return "this operation had no connection"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the id, the request as curl, the operation as JSON."""
        row = self.current
        if row is None:
            return {}
        exchanges = self.services.reading.exchanges(row.id, bodies=True)
        return {key: Copy(word, text) for key, (word, text) in operation_copies(row, exchanges).items()}

    @on(LineTable.Opened)
    def _opened(self) -> None:
        row = self.current
        if row is not None:
            self.shell.go(ExchangePlace(row.id))

    def do_follow(self) -> None:
        """Hold still, or go to the end and follow."""
        if self._follows:
            self._follows = False
            self._show_note()
        elif self._window.at_newest:
            self._follows, self._missed = True, 0
            self._show_rows(cursor=len(self._window.rows) - 1)
        else:
            self._jump(newest=True)

    def do_histogram(self) -> None:
        """Show or hide the bars."""
        bars = self.query_one(Histogram)
        bars.display = not bars.display
        self._bars_at = 0.0
        self.work(self._redraw_bars(), "bars", alone=True)

    def do_split(self) -> None:
        """Go round: log and summary, log alone, summary alone."""
        self._split = (self._split + 1) % 3
        self.set_class(self._split == 1, "-split-list")
        self.set_class(self._split == 2, "-split-detail")
        self.call_after_refresh(self._show_summary)

    def do_refresh(self) -> None:
        """Read again."""
        self._ask_anew()

    def do_next_error(self) -> None:
        """Go to the next one that failed."""
        self._go("newer", "is:error", "no later one failed")

    def do_previous_error(self) -> None:
        """Go to the one before that failed."""
        self._go("older", "is:error", "no earlier one failed")

    def do_next_same(self) -> None:
        """Go to the next one of the same operation."""
        self._go("newer", self._same(), "no later one of this operation")

    def do_previous_same(self) -> None:
        """Go to the one before of the same operation."""
        self._go("older", self._same(), "no earlier one of this operation")

    def do_run_again(self) -> None:
        """Open Run with this operation."""
        row = self.current
        if row is not None and row.connection:
            self.shell.go(RunPlace(row.connection, row.name))

    def _go_beyond(self, to_last: bool) -> bool:
        at_end = self._window.at_newest if to_last else self._window.at_oldest
        if not at_end:
            self._jump(newest=to_last)
        return not at_end

    def _same(self) -> str:
        from storage.reading import quoted

        return f"op:{quoted(self.current.name)}" if self.current else ""

    def _go(self, direction: str, condition: str, otherwise: str) -> None:
        self.work(self._find(direction, condition, otherwise), "find", alone=True)

    async def _find(self, direction: str, condition: str, otherwise: str) -> None:
        question, row = self._question, self.current
        if question is None or row is None:
            return
        seq = await self.reader.ask(
            lambda reading: find_near(reading, question, row.seq, direction, condition)
        )
        if seq is None:
            self.say(otherwise)
            return
        index = self._window.index_of(seq)
        if index is None:
            wanted: Filter = question.filter
            window = await self.reader.ask(lambda reading: window_around(reading, wanted, seq))
            if window is None:
                return
            self._window, self._follows = window, False
            index = window.index_of(seq)
            self._show_rows(cursor=index)
        self._follows = False
        self._table.move_to(index or 0)
        self._show_note()
