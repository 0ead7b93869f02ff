"""The authentications of the project: what breaks first, who uses them, and what to do about it."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from ...messages import EngineOpened, KeptChanged
from ...state import labels
from ...state.authentication_facts import MethodFacts, read_method
from ...state.authentication_list import AuthenticationList
from ...state.authentication_rows import read_rows
from ...state.authentications import SORTS, AuthenticationRow, columns, due, row_cells
from ...state.filters import FilterProblem, complete_authentication_filter
from ...state.places import ConnectionsPlace, NewConnectionPlace, OperationsPlace
from ...state.refreshing import Refreshing
from ...widgets.bindings import bind
from ...widgets.line_table import LineTable
from ..sign_in import SignInDialog
from ..view import Copy
from ..workspace.tab import WorkspaceTab
from .changes import ask_delete, ask_sign_out, reason_against_change
from .detail import AuthenticationDetail
from .refreshing import refresh_all

_RELATIVE_TIMES_S = 30.0
_DETAIL_ALONE = 2


class AuthenticationsScreen(WorkspaceTab):
    """The list with the detail of one authentication; it reads again when the database changed."""

    CONTEXT = "authentications"
    TAB = "Authentications"
    COMMAND = "connect-tui auth list"
    BINDINGS: ClassVar[list[BindingType]] = bind("authentications")
    BAR = (
        "list.open",
        "authentications.sign_in",
        "authentications.refresh_now",
        "authentications.refresh_due",
        "authentications.users",
        "app.filter",
    )
    BAR_WHEN_EMPTY = ("authentications.new", "app.catalog", "app.back")
    CSS_PATH = "authentications.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._list = AuthenticationList()
        self._facts: dict[tuple[str, str], MethodFacts] = {}
        self._refreshing: Refreshing | None = None
        self._wanted: str | None = None
        self._stale = False
        self._split = 0

    # ---- what is shown

    def compose_tab(self) -> ComposeResult:
        """Lay out the list and the detail."""
        with Container(classes="panes"):
            yield LineTable(columns(), id="authentications", classes="main")
            yield AuthenticationDetail()

    def on_mount(self) -> None:
        """Show what there is, and look now and then how near an end came."""
        self._table.marked = lambda index: self._list.rows[index].name in self._list.marks
        self.read_again()
        self.call_later(self._show_bar)  # what is here is not what every view begins with
        self.set_interval(_RELATIVE_TIMES_S, self._show_times)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#authentications", LineTable)

    @property
    def current(self) -> AuthenticationRow | None:
        """The authentication under the cursor."""
        return self._list.at(self._table.cursor)

    def select(self, name: str) -> None:
        """Put the cursor on an authentication, now or once it is read."""
        self._wanted = name
        if self.is_mounted:
            self._show_rows()

    def read_again(self) -> None:
        """Read the authentications from the database."""
        self._stale = False
        services = self.services
        self._list.read(lambda: read_rows(services.reading, services.project_id, self._facts))
        self._apply()
        if services.engine_is_open:
            self.work(self._ask_methods(), "methods", alone=True)

    async def _ask_methods(self) -> None:
        """Ask the connectors what the database does not know, one after the other."""
        wanted = {(row.connector, row.method) for row in self._list.all} - self._facts.keys()
        if not wanted:
            return
        for key in sorted(wanted):
            self._facts[key] = await self.services.call(partial(read_method, key=key))
        services = self.services
        self._list.read(lambda: read_rows(services.reading, services.project_id, self._facts))
        self._apply()

    def on_engine_opened(self, _message: EngineOpened) -> None:
        """Ask the connectors, and read what a migration may have changed."""
        self.read_again()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Read again, at once when this is what is shown."""
        if self.is_current:
            self.read_again()
        else:
            self._stale = True

    def _apply(self) -> None:
        found, selected, now = self._list, self.current, self.services.now_us()
        try:
            found.arrange(now)
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        self._show_rows(selected.name if selected else None)
        self.show_filter(found.filter)
        self.show_count(found.count)
        self.show_note(found.note(now))
        self._show_bar()

    def _show_bar(self) -> None:
        self.show_keys(*(self.BAR if self._list.all else self.BAR_WHEN_EMPTY))

    def _show_rows(self, selected: str | None = None) -> None:
        now, rows = self.services.now_us(), self._list.rows
        cursor = self._list.place_of(self._wanted, selected)
        if self._list.place_of(self._wanted) is not None:
            self._wanted = None
        self._table.show_columns(columns(), sorted_by=SORTS[self._list.order][1])
        self._table.show_empty(self._list.empty_lines(self._table.size.width))
        self._table.show(len(rows), lambda index: row_cells(rows[index], now), cursor=cursor)
        self.set_class(not rows, "-nothing")
        self._show_detail()

    def _show_times(self) -> None:
        if self.is_current and self._list.rows:
            self._apply()

    def _show_detail(self) -> None:
        row = self.current
        facts = self._facts.get((row.connector, row.method)) if row is not None else None
        wide = self.has_class("-wide") or self._split == _DETAIL_ALONE
        self.query_one(AuthenticationDetail).show_row(row, facts, self.services.now_us(), wide=wide)

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

    # ---- filter and sort

    def start_filter_text(self) -> str:
        """Go on with the filter that is there."""
        return self._list.filter

    def filter_typed(self, text: str) -> None:
        """Filter as it is typed."""
        self._list.filter = text.strip()
        self.say("")
        if self.is_mounted:
            self._apply()

    def filter_entered(self, text: str) -> None:
        """Keep the filter."""
        self.filter_typed(text)

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_authentication_filter(text, self._list.all)

    def close_inner(self) -> bool:
        """Leave the detail that stands alone, then drop the marks, then the filter."""
        if self._split == _DETAIL_ALONE:
            self._split_to(0)
        elif self._list.marks:
            self._list.marks.clear()
            self._table.refresh_rows()
        elif self._list.filter:
            self._list.filter = ""
            self._apply()
        else:
            return False
        return True

    def do_sort(self) -> None:
        """Sort by the next of the orders."""
        order = self._list.sort_next()
        self._apply()
        self.say(f"sorted by {order}")

    def do_split(self) -> None:
        """Go round: list and detail, list alone, detail alone."""
        self._split_to((self._split + 1) % 3)

    @on(LineTable.Opened)
    def _opened(self) -> None:
        if self.current is not None:
            self._split_to(0 if self._split == _DETAIL_ALONE else _DETAIL_ALONE)
        elif not self._list.all and self._list.trouble is None:
            self.action_do("new")

    def _split_to(self, split: int) -> None:
        self._split = split
        self.set_class(split == 1, "-split-list")
        self.set_class(split == _DETAIL_ALONE, "-split-detail")
        self.call_after_refresh(self._show_detail)

    def do_refresh(self) -> None:
        """Read again, the connectors' files as well."""
        self._facts.clear()
        self.read_again()
        self.say("read again", "good")

    # ---- what can be done

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        name, row = key_id.removeprefix("authentications."), self.current
        if key_id.startswith("authentications.") and name not in ("new", "sort"):
            if row is None and name != "refresh_due":
                return "there is no authentication here yet; n makes one with a connection"
            if name in ("refresh_now", "refresh_due") and self._refreshing is not None:
                return self._refreshing.progress
            marked = name == "refresh_now" and self._list.marks
            if row is not None and not marked and (reason := reason_against_change(name, row)):
                return reason
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the name, the id, the command, the scopes."""
        row = self.current
        if row is None:
            return {}
        copies = {"y": Copy("name", row.name), "i": Copy("id", row.id)}
        if row.scopes:
            copies["s"] = Copy("scopes", " ".join(row.scopes))
        copies["c"] = Copy("command", f"connect-tui auth show {row.name}")
        return copies

    def do_new(self) -> None:
        """Set up a connection, which makes one on the way."""
        self.shell.go(NewConnectionPlace())

    async def do_sign_in(self) -> None:
        """Sign in at the provider; the authentication and all that uses it stay."""
        row = self.current
        if row is not None and await self.shell.push_screen_wait(SignInDialog(row.name)):
            self.read_again()
            self.say(f"signed in: {row.name}   connect-tui auth sign-in {row.name}", "good")

    async def do_refresh_now(self) -> None:
        """Get new tokens for the marked ones, else for the one under the cursor."""
        names = sorted(self._list.marks) or ([self.current.name] if self.current else [])
        await self._refresh(names)

    async def do_refresh_due(self) -> None:
        """Get new tokens for everything that ends within a day."""
        able, unable = due(self._list.all, self.services.now_us())
        left = f"; {labels.plural(len(unable), 'other')} cannot be refreshed" if unable else ""
        if able:
            await self._refresh([row.name for row in able], left)
        else:
            self.say(f"no token ends within 24 h{left}", "warn" if unable else "good")

    async def _refresh(self, names: list[str], left: str = "") -> None:
        run = self._refreshing = Refreshing(names)
        self.say(run.progress)
        try:
            await refresh_all(self.services, run, lambda: self.say(run.progress))
        finally:
            self._refreshing = None
        self._list.marks.clear()
        self.read_again()
        said, tone = run.result
        self.say(said + left, tone)

    def do_users(self) -> None:
        """Show the connections that use it."""
        from storage.reading import quoted

        if self.current is not None:
            self.shell.go(ConnectionsPlace(filter=f"uses:{quoted(self.current.name)}"))

    def do_operations(self) -> None:
        """Show what was asked of the provider for it."""
        from storage.reading import quoted

        if self.current is not None:
            self.shell.go(OperationsPlace(f"kind:auth {quoted(self.current.name)}"))

    async def do_sign_out(self) -> None:
        """Revoke and forget the tokens, after a question."""
        row = self.current
        if row is None or not await ask_sign_out(self.shell, row):
            return
        told = await self.services.submit(lambda engine: engine.revoke(row.name))
        self.read_again()
        if told:
            self.say(f"signed out: {row.name}   connect-tui auth revoke {row.name}", "good")
        else:
            self.say(f"{row.name} forgot its tokens; the provider was not told, sign out there too", "warn")

    async def do_delete(self) -> None:
        """Delete, after the name was typed."""
        row = self.current
        if row is not None and await ask_delete(self.shell, row):
            await self.services.call(lambda engine: engine.workspace.authentications.delete(row.name))
            self.read_again()
            self.say(f"{row.name} deleted   connect-tui auth delete {row.name}", "good")
