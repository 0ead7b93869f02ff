"""The log of operations: live, filtered, with what one of them did below it."""

import time
from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from storage.records import Operation

from ...messages import KeptChanged
from ...state.copies import operation_copies
from ...state.filters import FilterProblem, check_operation_filter, complete_operation_filter
from ...state.log_questions import LogQuestion
from ...state.operations import columns, row_cells
from ...state.places import ExchangePlace, RunPlace
from ...widgets.bindings import bind
from ...widgets.histogram import Histogram
from ...widgets.line_table import LineTable
from ..exporting import ask_operation_file
from ..view import Copy, View
from .log import Log
from .summary import Summary

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
        self.log_shown = Log(self.services.home.database)
        self._filter = ""
        self._counted = ""
        self._split = 0
        self._stale = False
        self._bars_at = 0.0

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Operations",)

    def compose_view(self) -> ComposeResult:
        """Lay out the bars, the log and the summary."""
        yield Histogram(id="bars")
        with Container(classes="panes"):
            yield LineTable(columns(one_connection=False), id="log", classes="main")
            yield Summary(self.services, lambda: self.current)

    def on_mount(self) -> None:
        """Read the newest."""
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
        self.log_shown.close()

    @property
    def _table(self) -> LineTable:
        return self.query_one("#log", LineTable)

    @property
    def current(self) -> Operation | None:
        """The operation under the cursor."""
        rows = self.log_shown.window.rows
        return rows[self._table.cursor] if rows else None

    def _ask_anew(self) -> None:
        """Drop every question and read the newest rows that pass the filter."""
        only_project = len(self.services.reading.projects()) > 1
        self.log_shown.ask(LogQuestion(self._filter, self.services.project, only_project=only_project))
        self._counted = ""
        self.work(self._fill(), "log", alone=True)

    async def _fill(self) -> None:
        self.show_filter(self._filter)
        scanning = self.set_timer(0.15, lambda: self.show_count("scanning… esc cancels"))
        came = await self.log_shown.fill()
        scanning.stop()
        if came:
            self._table.show_columns(columns(one_connection=self._is_of_one_connection))
            self._show_rows(cursor=len(self.log_shown.window.rows) - 1)
            self.show_count(f"{self.log_shown.took_ms} ms")
            await self._count_and_draw()

    @property
    def _is_of_one_connection(self) -> bool:
        return "conn:" in self._filter and "-conn:" not in self._filter

    async def _count_and_draw(self) -> None:
        chart = self.query_one(Histogram)
        if chart.display:
            now = self.services.now_us()
            bars = await self.log_shown.draw_bars(chart.room, now)
            self._bars_at = time.monotonic()
            if bars is not None:
                chart.show(bars, now)
        counted = await self.log_shown.count()
        if counted is not None:
            passed, every = counted
            of = f" of {every:,}" if self._filter else ""
            self._counted = f"{passed:,}{of}"
            self.show_count(f"{self._counted} · {self.log_shown.took_ms} ms")

    def _show_rows(self, cursor: int | None = None) -> None:
        now, rows = self.services.now_us(), self.log_shown.window.rows
        self._table.show(len(rows), lambda index: row_cells(rows[index], now), cursor=cursor)
        self._show_note()
        self.query_one(Summary).show_soon()

    def _show_note(self) -> None:
        log = self.log_shown
        if log.follows:
            self.show_note([("▶ following", "good")])
        elif log.missed:
            self.show_note([("‖ paused  ", "quiet"), (f"▼ {log.missed:,} new", "accent")])
        else:
            self.show_note([("‖ paused", "quiet")])

    @on(LineTable.Moved)
    def _moved(self, message: LineTable.Moved) -> None:
        log = self.log_shown
        at_end = log.window.at_newest and message.index == len(log.window.rows) - 1
        if log.follows != at_end:
            log.follows = at_end
            log.missed = 0 if at_end else log.missed
            self._show_note()
        self.query_one(Summary).show_soon()

    def on_resize(self) -> None:
        """Fit the summary and the bars to the new width."""
        self.call_after_refresh(self.query_one(Summary).show_now)
        self._bars_at = 0.0
        self.work(self._redraw_bars(), "bars", alone=True)

    # ---- more rows

    @on(LineTable.EdgeNeared)
    def _edge_neared(self, message: LineTable.EdgeNeared) -> None:
        window, reach = self.log_shown.window, 2 * self._table.page
        near_start = message.index < reach and not window.at_oldest
        near_end = message.index >= len(window.rows) - reach and not window.at_newest
        if near_start or near_end:
            self.work(self._extend(older=near_start), "extend")

    async def _extend(self, *, older: bool) -> None:
        shift = await self.log_shown.extend(older=older)
        if shift is not None:
            self._table.shift(shift)
            self._show_rows()

    async def _jump(self, *, newest: bool) -> None:
        if await self.log_shown.jump(newest=newest):
            self._show_rows(cursor=len(self.log_shown.window.rows) - 1 if newest else 0)

    def _go_beyond(self, to_last: bool) -> bool:
        window = self.log_shown.window
        at_end = window.at_newest if to_last else window.at_oldest
        if not at_end:
            self.work(self._jump(newest=to_last), "jump", alone=True)
        return not at_end

    # ---- live

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Read what is new, when this is what is shown."""
        if self.is_current:
            self.work(self._take_newer(), "newer", alone=True)
        else:
            self._stale = True

    def on_screen_resume(self) -> None:
        """Read what came while another view was shown."""
        if self._stale:
            self._stale = False
            self.work(self._take_newer(), "newer", alone=True)

    async def _take_newer(self) -> None:
        log = self.log_shown
        shift = await log.take_newer()
        if shift is not None:
            self._table.shift(shift)
            self._show_rows(cursor=len(log.window.rows) - 1 if log.follows else None)
            await self._redraw_bars()

    async def _redraw_bars(self) -> None:
        if time.monotonic() - self._bars_at >= _BARS_EVERY_S:
            self._bars_at = time.monotonic()
            await self._count_and_draw()

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
        if self.is_mounted:
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
        needs_row = key_id.startswith("operations.") and key_id.split(".")[1] not in ("follow", "histogram")
        if needs_row and self.current is None:
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
        log = self.log_shown
        if log.follows:
            log.follows = False
            self._show_note()
        elif log.window.at_newest:
            log.follows, log.missed = True, 0
            self._show_rows(cursor=len(log.window.rows) - 1)
        else:
            self.work(self._jump(newest=True), "jump", alone=True)

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
        self.call_after_refresh(self.query_one(Summary).show_now)

    def do_refresh(self) -> None:
        """Read again."""
        self._ask_anew()

    def do_next_error(self) -> None:
        """Go to the next one that failed."""
        self._go("newer", "is:error", "no later one failed")

    def do_previous_error(self) -> None:
        """Go to the one before that failed."""
        self._go("older", "is:error", "no earlier one failed")

    def do_next_retry(self) -> None:
        """Go to the next one that was tried again, or met a limit."""
        self._go("newer", "is:retry,limit", "no later one was tried again or met a limit")

    def do_previous_retry(self) -> None:
        """Go to the one before that was tried again, or met a limit."""
        self._go("older", "is:retry,limit", "no earlier one was tried again or met a limit")

    def do_next_slow(self) -> None:
        """Go to the next slow one."""
        self._go("newer", "is:slow", "no later one was slow")

    def do_previous_slow(self) -> None:
        """Go to the slow one before."""
        self._go("older", "is:slow", "no earlier one was slow")

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

    async def do_export(self) -> None:
        """Write this operation to a file."""
        if self.current is not None:
            await ask_operation_file(self, self.current.id)

    def _same(self) -> str:
        from storage.reading import quoted

        return f"op:{quoted(self.current.name)}" if self.current else ""

    def _go(self, direction: str, condition: str, otherwise: str) -> None:
        self.work(self._find(direction, condition, otherwise), "find", alone=True)

    async def _find(self, direction: str, condition: str, otherwise: str) -> None:
        row, window = self.current, self.log_shown.window
        looking = self.set_timer(0.15, lambda: self.say("looking…"))
        place = await self.log_shown.find(row, direction, condition) if row is not None else None
        looking.stop()
        if place is None:
            self.say(otherwise)
            return
        if window is not self.log_shown.window:
            self._show_rows(cursor=place)
        self.say("")
        self._table.move_to(place)
        self._show_note()
