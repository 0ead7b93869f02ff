"""The client certificates of the project: what they say, when they end, and which connections show them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from ...state.certificates import CERTIFICATES, CertificateRow, certificate_form, certificate_secrets
from ...state.places import ConnectionsPlace
from ...state.wizard import NAME
from ...widgets.bindings import bind
from ..dialog import AskText
from ..form_dialog import FormDialog
from ..view import Copy
from .listing import ListTab

if TYPE_CHECKING:
    from core import Engine
    from storage.records import Certificate


class CertificatesScreen(ListTab[CertificateRow]):
    """The list with the detail of one certificate; a form keeps one from files, or replaces one."""

    CONTEXT = "certificates"
    TAB = "Certificates"
    COMMAND = "connect-tui certificate list"
    BINDINGS: ClassVar[list[BindingType]] = bind("certificates")
    BAR = (
        "certificates.new",
        "certificates.edit",
        "certificates.users",
        "certificates.delete",
        "app.filter",
    )
    BAR_WHEN_EMPTY = ("certificates.new", "app.back")

    def __init__(self) -> None:
        super().__init__(CERTIFICATES)

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        name, row = key_id.removeprefix("certificates."), self.current
        if key_id.startswith("certificates.") and name in ("edit", "users", "delete") and row is None:
            return "there is no certificate here yet; n keeps one"
        if key_id == "certificates.users" and row is not None and not row.used_by:
            return f"no connection shows {row.name}; New connection offers it among the settings"
        if key_id == "certificates.delete" and row is not None and row.used_by:
            return f"{row.name} is used by {', '.join(row.used_by)}; give them another first, or delete them"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the name, the id, the subject, the command."""
        row = self.current
        if row is None:
            return {}
        return {
            "y": Copy("name", row.name),
            "i": Copy("id", row.id),
            "j": Copy("subject", row.subject),
            "c": Copy("command", f"connect-tui certificate show {row.name}"),
        }

    def open_nothing(self) -> None:
        """Keep the first one."""
        self.action_do("new")

    async def do_new(self) -> None:
        """Keep a certificate."""
        await self._ask("Keep a client certificate and its key", None)

    async def do_edit(self) -> None:
        """Replace the one under the cursor."""
        if self.current is not None:
            await self._ask(f"Replace {self.current.name}", self.current)

    async def _ask(self, title: str, row: CertificateRow | None) -> None:
        form = certificate_form(is_new=row is None)

        async def keep(values: Mapping[str, Any]) -> str:
            name = row.name if row is not None else str(values[NAME.key])

            def work(engine: "Engine") -> "Certificate":
                kept, secrets = engine.workspace.certificates, certificate_secrets(values)
                return kept.add(name, secrets) if row is None else kept.replace(name, secrets)

            made = await self.services.call(work)
            self._wanted = made.name
            return f"{'kept' if row is None else 'replaced'} {made.name}: {made.subject}"

        said = await self.shell.push_screen_wait(FormDialog(title, [], form, keep))
        if said:
            self.read_again()
            self.say(said, "good")

    def do_users(self) -> None:
        """List the connections that show it."""
        from storage.reading import quoted

        if self.current is not None:
            names = ",".join(quoted(name) for name in self.current.used_by)
            self.shell.go(ConnectionsPlace(filter=f"name:{names}"))

    async def do_delete(self) -> None:
        """Delete, after the name was typed."""
        row = self.current
        if row is None:
            return
        lines = [[("Type its name. It and its key will be gone for ever.", "quiet")]]
        question = AskText(f"Delete {row.name}", lines, must_be=row.name, danger=True)
        if await self.shell.push_screen_wait(question) == row.name:
            await self.services.call(lambda engine: engine.workspace.certificates.delete(row.name))
            self.read_again()
            self.say(f"{row.name} deleted   connect-tui certificate delete {row.name}", "good")
