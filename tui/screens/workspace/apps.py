"""The provider apps of the project: clients that are registered where people sign in, and who uses them."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from ...state.places import AuthenticationsPlace
from ...state.provider_apps import APPS, AppGiven, AppRow, app_form, read_app
from ...widgets.bindings import bind
from ..dialog import AskText
from ..form_dialog import FormDialog
from ..view import Copy
from .listing import ListTab

if TYPE_CHECKING:
    from core import Engine


class AppsScreen(ListTab[AppRow]):
    """The list with the detail of one app; a form makes and changes one."""

    CONTEXT = "apps"
    TAB = "Provider apps"
    COMMAND = "connect-tui app list"
    BINDINGS: ClassVar[list[BindingType]] = bind("apps")
    BAR = ("apps.new", "apps.edit", "apps.users", "apps.delete", "app.filter")
    BAR_WHEN_EMPTY = ("apps.new", "app.back")

    def __init__(self) -> None:
        super().__init__(APPS)

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        row = self.current
        if key_id in ("apps.edit", "apps.users", "apps.delete") and row is None:
            return "there is no provider app here yet; n keeps one"
        if key_id == "apps.users" and row is not None and not row.used_by:
            return f"no authentication was made with {row.name}"
        if key_id == "apps.delete" and row is not None and row.used_by:
            return f"{row.name} is used by {', '.join(row.used_by)}; give them another first, or delete them"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the name, the id, the client id, the command."""
        row = self.current
        if row is None:
            return {}
        return {
            "y": Copy("name", row.name),
            "i": Copy("id", row.id),
            "j": Copy("client id", row.client_id),
            "c": Copy("command", f"connect-tui app show {row.name}"),
        }

    def open_nothing(self) -> None:
        """Keep the first one."""
        self.action_do("new")

    async def do_new(self) -> None:
        """Keep a new app."""
        await self._ask("Keep a provider app", None)

    async def do_edit(self) -> None:
        """Change the one under the cursor."""
        if self.current is not None:
            await self._ask(f"Edit {self.current.name} · {self.current.provider}", self.current)

    async def _ask(self, title: str, row: AppRow | None) -> None:
        form = app_form(row)

        async def keep(values: Mapping[str, Any]) -> str:
            given = read_app(form, values, row)
            await self.services.call(partial(_keep, given=given, is_new=row is None))
            self._wanted = given.name
            verb, done = ("add", "kept") if row is None else ("edit", "changed")
            return f"{done} {given.name}   connect-tui app {verb} --help"

        said = await self.shell.push_screen_wait(FormDialog(title, [], form, keep))
        if said:
            self.read_again()
            self.say(said, "good")

    def do_users(self) -> None:
        """Show the authentications that were made with it."""
        from storage.reading import quoted

        if self.current is not None:
            self.shell.go(AuthenticationsPlace(filter=f"app:{quoted(self.current.name)}"))

    async def do_delete(self) -> None:
        """Delete, after the name was typed."""
        row = self.current
        if row is None:
            return
        lines = [[("Type its name. It and its secrets will be gone for ever.", "quiet")]]
        question = AskText(f"Delete {row.name}", lines, must_be=row.name, danger=True)
        if await self.shell.push_screen_wait(question) == row.name:
            await self.services.call(lambda engine: engine.workspace.apps.delete(row.name))
            self.read_again()
            self.say(f"{row.name} deleted   connect-tui app delete {row.name}", "good")


def _keep(engine: "Engine", given: AppGiven, *, is_new: bool) -> None:
    apps = engine.workspace.apps
    if is_new:
        apps.add(given.name, given.provider, given.client_id, given.values, given.secrets)
    else:
        apps.edit(given.name, client_id=given.client_id, values=given.values, secrets=given.secrets)
