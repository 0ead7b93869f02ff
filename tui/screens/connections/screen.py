"""The connections of the project: which work, which need somebody, and what to do about it."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ...messages import EngineEvent, EngineFailed, EngineOpened
from ...state import labels
from ...state.authentication_facts import read_method
from ...state.connection_list import ConnectionList
from ...state.connection_rows import methods_to_ask, read_rows
from ...state.connections import ConnectionRow, columns, row_cells
from ...state.filters import complete_connection_filter
from ...state.kept_shapes import read_connections
from ...state.places import NewConnectionPlace, OperationsPlace, RunPlace
from ...state.spans import Span
from ...state.table import Column
from ...widgets.bindings import bind
from ..exporting import ask_document
from ..list_view import ListView
from ..sign_in import SignInDialog
from ..view import Copy, View
from .changes import Change, ask_delete, ask_lock, reason_against_change, restore, suspend_or_resume
from .detail import ConnectionDetail
from .testing import RunningTests, verdict_said

PRACTICE = "practice"


class ConnectionsScreen(ListView[ConnectionRow]):
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
    MARKS = True

    def __init__(self) -> None:
        super().__init__(ConnectionList())
        self._tests = RunningTests(self.services)
        self._deleted: str | None = None
        # The cells of the rows as they were drawn last.
        self._drawn: dict[int, list[Span]] = {}
        self._attended: dict[tuple[str, str], bool] = {}

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Connections",)

    def compose_view(self) -> ComposeResult:
        """Lay out the list and the detail."""
        yield from self.panes(ConnectionDetail(self.services))

    def columns(self) -> tuple[Column, ...]:
        """Give the columns that have room."""
        return columns(self.table.size.width if self.is_mounted else 0)

    def cells(self, index: int) -> list[Span]:
        """Draw one connection, and remember how."""
        self._drawn[index] = self._cells(index)
        return self._drawn[index]

    def _cells(self, index: int) -> list[Span]:
        return row_cells(self._list.rows[index], self.services.now_us(), self.table.size.width)

    def read_rows(self) -> None:
        """Read the connections, and let the connectors be asked what the database does not know."""
        services = self.services
        self._list.read(
            lambda: read_rows(services.reading, services.project_id, services.now_us(), self._attended)
        )
        if wanted := methods_to_ask(self._list.all, self._attended):
            self.work(self._ask_who_signs_in(wanted), "methods", alone=True)

    async def _ask_who_signs_in(self, wanted: list[tuple[str, str]]) -> None:
        """Ask the connectors what the database does not know."""
        if self.services.engine_is_open:
            for key in wanted:
                facts = await self.services.call(partial(read_method, key=key))
                self._attended[key] = bool(facts.is_attended)
            self.read_again()

    def show_rows(self, selected: str | None = None) -> None:
        """Draw every row anew."""
        self._drawn.clear()
        super().show_rows(selected)

    def look_at_times(self) -> None:
        """Draw the rows again that say something else by now."""
        self.show_times()

    def show_times(self) -> int:
        """Draw the rows again that say something else by now; gives how many."""
        table = self.table
        last = min(table.top + table.page, table.count)
        old = [at for at in range(table.top, last) if self._drawn.get(at) != self._cells(at)]
        for index in old:
            table.refresh_row(index)
        self.show_detail()
        return len(old)

    def show_detail(self) -> None:
        """Show the detail of the connection under the cursor, with the stages of a test that runs."""
        row = self.current
        stages = self._tests.stages(row.name) if row else None
        self.query_one(ConnectionDetail).show_row(row, stages, wide=self.has_class("-wide"))

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_connection_filter(text, self._list.all)

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

    def opened(self) -> None:
        """Run something of the connection, or go on with what it needs; without one, the practice desk."""
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
        self.show_detail()
        self.say(f"connect-tui connection test {name}")
        try:
            report = await self._tests.run(name)
        finally:
            self.read_again()
        self.say(*verdict_said(name, report))

    def on_engine_event(self, message: EngineEvent) -> None:
        """Show the stages of running tests as they end."""
        if self._tests.take(message.event):
            self.show_detail()

    def on_engine_opened(self, _message: EngineOpened) -> None:
        """Serve practice connections."""
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
