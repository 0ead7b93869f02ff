"""The authentications of the project: what breaks first, who uses them, and what to do about it."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ...state import labels
from ...state.authentication_facts import MethodFacts, read_method
from ...state.authentication_list import AuthenticationList
from ...state.authentication_rows import read_rows
from ...state.authentications import AuthenticationRow, columns, due, row_cells
from ...state.filters import complete_authentication_filter
from ...state.places import ConnectionsPlace, NewConnectionPlace, OperationsPlace
from ...state.refreshing import Refreshing
from ...state.spans import Span
from ...state.table import Column
from ...widgets.bindings import bind
from ..sign_in import SignInDialog
from ..view import Copy
from ..workspace.tab import WorkspaceTab
from .changes import ask_delete, ask_sign_out, reason_against_change
from .detail import AuthenticationDetail
from .refreshing import refresh_all


class AuthenticationsScreen(WorkspaceTab[AuthenticationRow]):
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
    MARKS = True

    def __init__(self) -> None:
        super().__init__(AuthenticationList())
        self._facts: dict[tuple[str, str], MethodFacts] = {}
        self._refreshing: Refreshing | None = None

    # ---- what is shown

    def compose_tab(self) -> ComposeResult:
        """Lay out the list and the detail."""
        yield from self.panes(AuthenticationDetail())

    def columns(self) -> tuple[Column, ...]:
        """Give the columns."""
        return columns()

    def cells(self, index: int) -> list[Span]:
        """Draw one authentication."""
        return row_cells(self._list.rows[index], self.services.now_us())

    def read_rows(self) -> None:
        """Read the authentications, and let the connectors be asked what the database does not know."""
        services = self.services
        self._list.read(lambda: read_rows(services.reading, services.project_id, self._facts))
        if services.engine_is_open:
            self.work(self._ask_methods(), "methods", alone=True)

    async def _ask_methods(self) -> None:
        wanted = {(row.connector, row.method) for row in self._list.all} - self._facts.keys()
        for key in sorted(wanted):
            self._facts[key] = await self.services.call(partial(read_method, key=key))
        if wanted:
            self.read_again()

    def show_detail(self) -> None:
        """Show the detail of the authentication under the cursor."""
        row = self.current
        facts = self._facts.get((row.connector, row.method)) if row is not None else None
        wide = self.has_class("-wide") or self.is_detail_alone
        self.query_one(AuthenticationDetail).show_row(row, facts, self.services.now_us(), wide=wide)

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_authentication_filter(text, self._list.all)

    def opened(self) -> None:
        """Show the detail alone, or the list again; in an empty list, make one with a connection."""
        if self.current is not None:
            self.switch_detail()
        elif not self._list.all and self._list.trouble is None:
            self.action_do("new")

    def do_refresh(self) -> None:
        """Read again, the connectors' files as well."""
        self._facts.clear()
        super().do_refresh()

    # ---- what can be done

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        name, row = key_id.removeprefix("authentications."), self.current
        free = ("new", "sort", "previous_tab", "next_tab")
        if key_id.startswith("authentications.") and name not in free:
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
