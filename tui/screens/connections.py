"""The connections of the project: which work, which need somebody, and what to do about it."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from storage.records import Operation

from ..messages import EngineEvent, EngineFailed, EngineOpened, KeptChanged
from ..state.connection_rows import read_rows
from ..state.connections import (
    SORTS,
    ConnectionRow,
    columns,
    detail_lines,
    note,
    row_cells,
    sort_rows,
    wide_lines,
)
from ..state.failures import failure_lines
from ..state.filters import FilterProblem, complete_connection_filter, filter_connections
from ..state.greeting import greeting_lines
from ..state.places import NewConnectionPlace, OperationsPlace, RunPlace
from ..widgets.bindings import bind
from ..widgets.line_table import LineTable
from ..widgets.span_lines import SpanText
from .view import Copy, View

if TYPE_CHECKING:
    from core.errors import Failure

_RELATIVE_TIMES_S = 30.0
PRACTICE = "practice"
_LAST = 12


class ConnectionsScreen(View):
    """The list with the detail of one connection; it reads again when the database changed."""

    CONTEXT = "connections"
    COMMAND = "connect-tui connection list"
    BINDINGS: ClassVar[list[BindingType]] = bind("connections")
    BAR = (
        "connections.new",
        "connections.test",
        "list.open",
        "connections.sign_in",
        "app.filter",
    )
    BAR_WHEN_EMPTY = ("list.open", "connections.new", "app.catalog", "app.quit")
    CSS_PATH = "connections.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._all: list[ConnectionRow] = []
        self._rows: list[ConnectionRow] = []
        self._filter = ""
        self._order = 0
        self._marks: set[str] = set()
        self._live: dict[str, list[Mapping[str, Any]]] = {}
        self._tests: dict[str, str] = {}
        self._deleted: str | None = None
        self._wanted: str | None = None
        self._stale = False
        self._trouble: Failure | None = None
        self._split = 0

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Connections",)

    def compose_view(self) -> ComposeResult:
        """Lay out the list and the detail."""
        with Container(classes="panes"):
            with Container(classes="main"):
                yield LineTable(columns(0), id="connections")
            with Container(classes="detail"):
                yield SpanText(id="detail")

    def on_mount(self) -> None:
        """Show what there is, and look now and then whether it changed."""
        self._table.marked = lambda index: self._rows[index].name in self._marks
        self.read_again()
        self.set_interval(_RELATIVE_TIMES_S, self._show_times)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#connections", LineTable)

    @property
    def current(self) -> ConnectionRow | None:
        """The connection under the cursor."""
        return self._rows[self._table.cursor] if self._rows else None

    def select(self, name: str) -> None:
        """Put the cursor on a connection, now or once it is read."""
        self._wanted = name
        if self.is_mounted:
            self._show_rows()

    def read_again(self) -> None:
        """Read the connections from the database."""
        from core.errors import failure_of

        self._stale = False
        try:
            self._all = read_rows(self.services.reading, self.services.project_id, _now_us())
            self._trouble = None
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._all, self._trouble = [], failure_of(error)
        self._apply()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Read again, at once when this is what is shown."""
        if self.is_current:
            self.read_again()
        else:
            self._stale = True

    def _apply(self) -> None:
        try:
            found = filter_connections(self._all, self._filter, _now_us())
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        selected = self.current.name if self._rows and self.current else None
        self._rows = sort_rows(found, self._order)
        self._show_rows(selected)
        self.show_filter(self._filter)
        self.show_count(f"{len(self._rows):,} of {len(self._all):,}" if self._filter else "")
        self.show_note(note(self._all) if self._all else ())
        self.show_keys(*(self.BAR if self._all else self.BAR_WHEN_EMPTY))

    def _show_rows(self, selected: str | None = None) -> None:
        now = _now_us()
        names = {row.name: index for index, row in enumerate(self._rows)}
        wanted = names.get(self._wanted or "", names.get(selected or ""))
        if self._wanted in names:
            self._wanted = None
        width = self._table.size.width
        self._table.show_columns(columns(width), sorted_by=SORTS[self._order][1])
        self._table.show_empty(self._empty_lines())
        self._table.show(
            len(self._rows), lambda index: row_cells(self._rows[index], now, width), cursor=wanted
        )
        self.set_class(not self._rows, "-nothing")
        self._show_detail()

    def _show_times(self) -> None:
        if self.is_current and self._rows:
            self._show_rows()

    def _empty_lines(self) -> list[Any]:
        if self._all:
            return [
                [],
                [("   nothing here fits ", "quiet"), (self._filter, "accent")],
                [("   esc ", "key"), ("shows all", "quiet")],
            ]
        if self._trouble is not None:
            return failure_lines(self._trouble, "the database", max(40, self._table.size.width))
        return greeting_lines()

    def _show_detail(self) -> None:
        row = self.current if self._rows else None
        text = self.query_one("#detail", SpanText)
        if row is None:
            text.show([])
            return
        width = max(30, text.size.width or self.size.width - 4)
        lines = detail_lines(row, _now_us(), width, self._live.get(row.name))
        if self.has_class("-wide"):
            lines = [*lines, *wide_lines(row, self._last_operations(row), _now_us())]
        text.show(lines)

    def _last_operations(self, row: ConnectionRow) -> tuple[Operation, ...]:
        from storage.reading import parse_filter, quoted

        return self.services.reading.operations_block(parse_filter(f"conn:{quoted(row.name)}"), limit=_LAST)

    @on(LineTable.Moved)
    def _moved(self) -> None:
        self._show_detail()

    @on(LineTable.Marked)
    def _marked(self, message: LineTable.Marked) -> None:
        self._marks ^= {self._rows[message.index].name}
        self._table.refresh_rows()

    def on_resize(self) -> None:
        """Fit the detail to the new width."""
        self.call_after_refresh(self._show_rows)

    def on_screen_resume(self) -> None:
        """Read again after another view was shown."""
        if self._stale:
            self.read_again()

    # ---- filter and sort

    def start_filter_text(self) -> str:
        """Go on with the filter that is there."""
        return self._filter

    def filter_typed(self, text: str) -> None:
        """Filter as it is typed."""
        self._filter = text.strip()
        self.say("")
        self._apply()

    def filter_entered(self, text: str) -> None:
        """Keep the filter."""
        self.filter_typed(text)

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_connection_filter(text, self._all)

    def close_inner(self) -> bool:
        """Drop the marks, then the filter."""
        if self._marks:
            self._marks.clear()
            self._table.refresh_rows()
            return True
        if self._filter:
            self._filter = ""
            self._apply()
            return True
        return False

    def do_sort(self) -> None:
        """Sort by the next of the orders."""
        self._order = (self._order + 1) % len(SORTS)
        self._apply()
        self.say(f"sorted by {SORTS[self._order][0]}")

    def do_split(self) -> None:
        """Go round: list and detail, list alone, detail alone."""
        self._split = (self._split + 1) % 3
        self.set_class(self._split == 1, "-split-list")
        self.set_class(self._split == 2, "-split-detail")
        self.call_after_refresh(self._show_detail)

    def do_refresh(self) -> None:
        """Read again."""
        self.read_again()
        self.say("read again", "good")

    # ---- what can be done

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        needs_row = {"test", "sign_in", "operations", "suspend", "lock", "delete"}
        name = key_id.removeprefix("connections.")
        row = self.current if self._rows else None
        if key_id.startswith("connections.") and name in needs_row:
            if row is None:
                return "there is no connection here yet; n sets one up"
            if name == "delete" and row.locked:
                return f"{row.name} is locked: {row.locked}; L unlocks it"
            if name == "test" and row.name in self._live:
                return f"{row.name} is being tested already"
            if name == "suspend" and row.state not in (
                "active",
                "inactive",
                "error",
                "authorization_required",
            ):
                return f"{row.name} is a draft: there is nothing to suspend"
        if key_id == "connections.restore" and self._deleted is None:
            return "nothing was deleted in this session"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the name, the address, the id."""
        row = self.current if self._rows else None
        if row is None:
            return {}
        copies = {"y": Copy("name", row.name), "i": Copy("id", row.id)}
        if row.base_url:
            copies["u"] = Copy("URL", row.base_url)
        copies["c"] = Copy("command", f"connect-tui connection show {row.name}")
        return copies

    @on(LineTable.Opened)
    def _opened(self) -> None:
        row = self.current
        if row is None:
            self._try_practice()
        elif row.state == "draft":
            self.shell.go(NewConnectionPlace(resume=row.name))
        elif row.state == "inactive":
            self.shell.go(OperationsPlace(f"conn:{row.name}"))
        else:
            self.shell.go(RunPlace(row.name))

    def _try_practice(self) -> None:
        """Start the practice service and open the wizard for it, when nothing is set up yet."""
        reason = self.reason_against("connections.new")
        if reason:
            self.say(reason, "warn")
        elif not self._all and self._trouble is None:
            self.work(self._start_practice())
            self.shell.go(NewConnectionPlace(PRACTICE))

    def do_new(self) -> None:
        """Set up a new one."""
        self.shell.go(NewConnectionPlace())

    def do_sign_in(self) -> None:
        """Open the wizard of this connection where credentials are given."""
        if self.current is not None:
            self.shell.go(NewConnectionPlace(resume=self.current.name))

    def do_operations(self) -> None:
        """Show what this connection did."""
        if self.current is not None:
            self.shell.go(OperationsPlace(f"conn:{self.current.name}"))

    async def do_test(self) -> None:
        """Test the marked ones, else the one under the cursor; the stages appear as they end."""
        for name in self._chosen():
            self.work(self._test(name), f"test-{name}")

    async def _test(self, name: str) -> None:
        self._live[name] = []
        self._show_detail()
        self.say(f"connect-tui connection test {name}")
        try:
            report = await self.services.submit(lambda engine: engine.test(name))
        finally:
            self._live.pop(name, None)
            self.read_again()
        tone = {"passed": "good", "warned": "warn", "failed": "bad"}.get(report.verdict, "quiet")
        said = report.error.message if report.error else f"{report.verdict} in {report.took_ms} ms"
        self.say(f"{name}: {said}", tone)

    def on_engine_event(self, message: EngineEvent) -> None:
        """Add the stages of running tests as they end."""
        from core.events import OperationEnded, OperationStarted, StageEnded

        event = message.event
        if isinstance(event, OperationStarted) and event.kind == "test" and event.connection:
            self._tests[event.operation] = event.connection
        elif isinstance(event, StageEnded) and (name := self._tests.get(event.operation)) in self._live:
            self._live[name].append(asdict(event))
            self._show_detail()
        elif isinstance(event, OperationEnded):
            self._tests.pop(event.operation, None)

    def on_engine_opened(self, _message: EngineOpened) -> None:
        """Serve practice connections, and read what a migration may have changed."""
        self.read_again()
        self.work(self._serve_practice())

    def on_engine_failed(self, message: EngineFailed) -> None:
        """Say why nothing can be run."""
        self.say(f"{message.failure.message} · {message.failure.remedy}".removesuffix(" · "), "bad")

    async def _serve_practice(self) -> None:
        from ..practice import wants_practice

        if wants_practice(self._all):
            await self._start_practice()

    async def _start_practice(self) -> None:
        said = await self.services.practice.start()
        if said and isinstance(self.shell.screen, View):
            self.shell.screen.say(said, "warn")

    def do_suspend(self) -> None:
        """Suspend, or resume."""
        row = self.current
        if row is not None and row.state == "inactive":
            self._change(
                "resumed", f"connection resume {row.name}", lambda engine: engine.workspace.resume(row.name)
            )
        elif row is not None:
            self._change(
                "suspended",
                f"connection suspend {row.name}",
                lambda engine: engine.workspace.suspend(row.name),
            )

    async def do_lock(self) -> None:
        """Lock with a reason, or unlock."""
        row = self.current
        if row is None:
            return
        if row.locked:
            self._change(
                "unlocked", f"connection unlock {row.name}", lambda engine: engine.workspace.unlock(row.name)
            )
            return
        from .dialog import AskText

        reason = await self.shell.push_screen_wait(
            AskText(
                f"Lock {row.name}", [[("It keeps working, and nobody edits or deletes it. Why?", "quiet")]]
            )
        )
        if reason:
            self._change(
                "locked",
                f"connection lock {row.name}",
                lambda engine: engine.workspace.lock(row.name, reason),
            )

    async def do_delete(self) -> None:
        """Delete, after the name was typed."""
        row = self.current
        if row is None:
            return
        from .dialog import AskText

        typed = await self.shell.push_screen_wait(
            AskText(
                f"Delete {row.name}",
                [
                    [
                        ("Type its name to delete it. Its history stays, and ", "quiet"),
                        ("u", "key"),
                        (" brings it back.", "quiet"),
                    ]
                ],
                must_be=row.name,
                danger=True,
            )
        )
        if typed == row.name:
            self._deleted = row.name
            self._change(
                "deleted, u brings it back",
                f"connection delete {row.name}",
                lambda engine: engine.workspace.delete(row.name),
            )

    def do_restore(self) -> None:
        """Bring back what was deleted last."""
        name, self._deleted = self._deleted, None
        if name is not None:
            self._wanted = name
            self._change(
                "is back", f"connection restore {name}", lambda engine: engine.workspace.restore(name), name
            )

    def _chosen(self) -> list[str]:
        if self._marks:
            return sorted(self._marks)
        return [self.current.name] if self.current else []

    def _change(self, said: str, command: str, function: Any, name: str | None = None) -> None:
        name = name or (self.current.name if self.current else "")
        self.work(self._apply_change(name, said, command, function))

    async def _apply_change(self, name: str, said: str, command: str, function: Any) -> None:
        await self.services.call(function)
        self.read_again()
        self.say(f"{name} {said}   connect-tui {command}", "good")


def _now_us() -> int:
    return time.time_ns() // 1_000
