"""The connections of the project: which work, which need somebody, and what to do about it."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from ...messages import EngineEvent, EngineFailed, EngineOpened, KeptChanged
from ...state import labels
from ...state.authentication_facts import read_method
from ...state.connection_list import ConnectionList
from ...state.connection_rows import methods_to_ask, read_rows
from ...state.connections import SORTS, ConnectionRow, columns, row_cells
from ...state.filters import FilterProblem, complete_connection_filter
from ...state.kept_shapes import read_connections
from ...state.places import NewConnectionPlace, OperationsPlace, RunPlace
from ...state.spans import Span
from ...widgets.bindings import bind
from ...widgets.line_table import LineTable
from ..exporting import ask_document
from ..sign_in import SignInDialog
from ..view import Copy, View
from .changes import Change, ask_delete, ask_lock, reason_against_change, restore, suspend_or_resume
from .detail import ConnectionDetail
from .testing import RunningTests, verdict_said

_RELATIVE_TIMES_S = 30.0
PRACTICE = "practice"


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
        self._list = ConnectionList()
        self._tests = RunningTests(self.services)
        self._deleted: str | None = None
        self._wanted: str | None = None
        self._stale = False
        self._split = 0
        # The cells of the rows as they were drawn last.
        self._drawn: dict[int, list[Span]] = {}
        self._attended: dict[tuple[str, str], bool] = {}

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Connections",)

    def compose_view(self) -> ComposeResult:
        """Lay out the list and the detail."""
        with Container(classes="panes"):
            yield LineTable(columns(0), id="connections", classes="main")
            yield ConnectionDetail(self.services)

    def on_mount(self) -> None:
        """Show what there is, and look now and then whether it changed."""
        self._table.marked = lambda index: self._list.rows[index].name in self._list.marks
        self.read_again()
        self.set_interval(_RELATIVE_TIMES_S, self._look_at_times)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#connections", LineTable)

    @property
    def current(self) -> ConnectionRow | None:
        """The connection under the cursor."""
        return self._list.at(self._table.cursor)

    def select(self, name: str) -> None:
        """Put the cursor on a connection, now or once it is read."""
        self._wanted = name
        if self.is_mounted:
            self._show_rows()

    def read_again(self) -> None:
        """Read the connections from the database."""
        self._stale = False
        services = self.services
        self._list.read(
            lambda: read_rows(services.reading, services.project_id, services.now_us(), self._attended)
        )
        self._apply()
        if wanted := methods_to_ask(self._list.all, self._attended):
            self.work(self._ask_who_signs_in(wanted), "methods", alone=True)

    async def _ask_who_signs_in(self, wanted: list[tuple[str, str]]) -> None:
        """Ask the connectors what the database does not know."""
        if self.services.engine_is_open:
            for key in wanted:
                facts = await self.services.call(partial(read_method, key=key))
                self._attended[key] = bool(facts.is_attended)
            self.read_again()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Read again, at once when this is what is shown."""
        if self.is_current:
            self.read_again()
        else:
            self._stale = True

    def _apply(self) -> None:
        found, selected = self._list, self.current
        try:
            found.arrange(self.services.now_us())
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        self._show_rows(selected.name if selected else None)
        self.show_filter(found.filter)
        self.show_count(found.count)
        self.show_note(found.note)
        self.show_keys(*(self.BAR if found.all else self.BAR_WHEN_EMPTY))

    def _show_rows(self, selected: str | None = None) -> None:
        rows, width = self._list.rows, self._table.size.width
        cursor = self._list.place_of(self._wanted, selected)
        if self._list.place_of(self._wanted) is not None:
            self._wanted = None
        self._table.show_columns(columns(width), sorted_by=SORTS[self._list.order][1])
        self._table.show_empty(self._list.empty_lines(width))
        self._drawn.clear()
        self._table.show(len(rows), self._draw, cursor=cursor)
        self.set_class(not rows, "-nothing")
        self._show_detail()

    def _cells(self, index: int) -> list[Span]:
        return row_cells(self._list.rows[index], self.services.now_us(), self._table.size.width)

    def _draw(self, index: int) -> list[Span]:
        self._drawn[index] = self._cells(index)
        return self._drawn[index]

    def show_times(self) -> int:
        """Draw the rows again that say something else by now; gives how many."""
        table = self._table
        last = min(table.top + table.page, table.count)
        old = [at for at in range(table.top, last) if self._drawn.get(at) != self._cells(at)]
        for index in old:
            table.refresh_row(index)
        self._show_detail()
        return len(old)

    def _look_at_times(self) -> None:
        if self.is_current and self._list.rows:
            self.show_times()

    def _show_detail(self) -> None:
        row = self.current
        stages = self._tests.stages(row.name) if row else None
        self.query_one(ConnectionDetail).show_row(row, stages, wide=self.has_class("-wide"))

    @on(LineTable.Moved)
    def _moved(self) -> None:
        self._show_detail()

    @on(LineTable.Marked)
    def _marked(self, message: LineTable.Marked) -> None:
        self._list.marks ^= {self._list.rows[message.index].name}
        self._table.refresh_rows()

    def on_resize(self) -> None:
        """Fit the detail to the new width."""
        self.call_after_refresh(self._show_rows)

    def on_screen_resume(self) -> None:
        """Read again after another view was shown."""
        if self._stale:
            self.read_again()
        self._look_at_times()

    # ---- filter and sort

    def start_filter_text(self) -> str:
        """Go on with the filter that is there."""
        return self._list.filter

    def filter_typed(self, text: str) -> None:
        """Filter as it is typed."""
        self._list.filter = text.strip()
        self.say("")
        self._apply()

    def filter_entered(self, text: str) -> None:
        """Keep the filter."""
        self.filter_typed(text)

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_connection_filter(text, self._list.all)

    def close_inner(self) -> bool:
        """Drop the marks, then the filter."""
        if self._list.marks:
            self._list.marks.clear()
            self._table.refresh_rows()
            return True
        if self._list.filter:
            self._list.filter = ""
            self._apply()
            return True
        return False

    def do_sort(self) -> None:
        """Sort by the next of the orders."""
        order = self._list.sort_next()
        self._apply()
        self.say(f"sorted by {order}")

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
        needs_row = {"test", "sign_in", "operations", "suspend", "lock", "delete", "export"}
        name = key_id.removeprefix("connections.")
        row = self.current
        if key_id.startswith("connections.") and name in needs_row:
            if row is None:
                return "there is no connection here yet; n sets one up"
            if name == "test" and row.name in self._tests:
                return f"{row.name} is being tested already"
            if reason := reason_against_change(name, row):
                return reason
        if key_id == "connections.restore" and self._deleted is None:
            return "nothing was deleted in this session"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the name, the address, the id."""
        row = self.current
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
        elif not self._list.all and self._list.trouble is None:
            self.work(self._start_practice())
            self.shell.go(NewConnectionPlace(PRACTICE))

    def do_new(self) -> None:
        """Set up a new one."""
        self.shell.go(NewConnectionPlace())

    def do_sign_in(self) -> None:
        """Sign in to the provider, or open the wizard of this connection where credentials are given."""
        if self.current is not None:
            self.work(self._sign_in(self.current.name))

    async def _sign_in(self, name: str) -> None:
        found = await self.services.call(lambda engine: engine.who_signs_in(name))
        if found is None:
            self.shell.go(NewConnectionPlace(resume=name))
        elif await self.shell.push_screen_wait(SignInDialog(found[0], name)):
            self.say(f"signed in: {found[0]}", "good")
            await self._test(name)

    def do_operations(self) -> None:
        """Show what this connection did."""
        if self.current is not None:
            self.shell.go(OperationsPlace(f"conn:{self.current.name}"))

    async def do_test(self) -> None:
        """Test the marked ones, else the one under the cursor; the stages appear as they end."""
        for name in self._chosen():
            self.work(self._test(name), f"test-{name}")

    async def _test(self, name: str) -> None:
        self._tests.begin(name)
        self._show_detail()
        self.say(f"connect-tui connection test {name}")
        try:
            report = await self._tests.run(name)
        finally:
            self.read_again()
        self.say(*verdict_said(name, report))

    def on_engine_event(self, message: EngineEvent) -> None:
        """Show the stages of running tests as they end."""
        if self._tests.take(message.event):
            self._show_detail()

    def on_engine_opened(self, _message: EngineOpened) -> None:
        """Serve practice connections, and read what a migration may have changed."""
        self.read_again()
        self.work(self._serve_practice())

    def on_engine_failed(self, message: EngineFailed) -> None:
        """Say why nothing can be run."""
        self.say(f"{message.failure.message} · {message.failure.remedy}".removesuffix(" · "), "bad")

    async def _serve_practice(self) -> None:
        from ...practice import wants_practice

        if wants_practice(self._list.all):
            await self._start_practice()

    async def _start_practice(self) -> None:
        said = await self.services.practice.start()
        if said and isinstance(self.shell.screen, View):
            self.shell.screen.say(said, "warn")

    async def do_suspend(self) -> None:
        """Suspend, or resume."""
        if self.current is not None:
            await self._apply_change(suspend_or_resume(self.current))

    async def do_lock(self) -> None:
        """Lock with a reason, or unlock."""
        if self.current is not None:
            await self._apply_change(await ask_lock(self.shell, self.current))

    async def do_delete(self) -> None:
        """Delete, after the name was typed."""
        change = await ask_delete(self.shell, self.current) if self.current is not None else None
        if change is not None:
            self._deleted = change.connection
            await self._apply_change(change)

    async def do_export(self) -> None:
        """Write the marked ones, else all that are listed, to a file."""
        services = self.services
        database, project_id = services.home.database, services.project_id
        names = self._list.marks or {row.name for row in self._list.rows}
        await ask_document(
            self,
            labels.plural(len(names), "connection"),
            "connections.json",
            lambda: read_connections(database, project_id, services.project, names),
        )

    async def do_restore(self) -> None:
        """Bring back what was deleted last."""
        name, self._deleted = self._deleted, None
        if name is not None:
            self._wanted = name
            await self._apply_change(restore(name))

    async def _apply_change(self, change: Change | None) -> None:
        if change is not None:
            await self.services.call(lambda engine: change.apply(engine.workspace))
            self.read_again()
            self.say(change.sentence, "good")

    def _chosen(self) -> list[str]:
        if self._list.marks:
            return sorted(self._list.marks)
        return [self.current.name] if self.current else []
