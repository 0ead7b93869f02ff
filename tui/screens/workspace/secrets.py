"""The secrets of the project: where each comes from and who uses it; its value only for a short time."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from ...state.places import (
    AppsPlace,
    AuthenticationsPlace,
    CertificatesPlace,
    ConnectionsPlace,
    OperationsPlace,
)
from ...state.revealed import REVEAL_S
from ...state.secret_list import SECRETS, SecretRow
from ...widgets.bindings import bind
from ..dialog import YesNo
from ..reveal import RevealScreen
from ..view import Copy
from .listing import ListTab

if TYPE_CHECKING:
    from core import Engine
    from core.revealing import Reveal


class SecretsScreen(ListTab[SecretRow]):
    """The list with the detail of one secret."""

    CONTEXT = "secrets"
    TAB = "Secrets"
    COMMAND = "connect-tui vault secrets"
    BINDINGS: ClassVar[list[BindingType]] = bind("secrets")
    BAR = (
        "list.open",
        "secrets.reveal",
        "secrets.operations",
        "secrets.sort",
        "app.filter",
    )
    BAR_WHEN_EMPTY = ("app.new_connection", "app.back")

    def __init__(self) -> None:
        super().__init__(SECRETS)

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        if key_id in ("secrets.reveal", "secrets.operations") and self.current is None:
            return "there is no secret here"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy what has the secret, where it is, the command; never the secret."""
        row = self.current
        if row is None:
            return {}
        command = f"connect-tui vault reveal {row.name} {row.secret} --of {row.of}"
        return {
            "y": Copy("name", row.name),
            "u": Copy("where it is", row.where),
            "c": Copy("command", command),
        }

    def open_row(self, row: SecretRow) -> None:
        """Go to what has the secret."""
        match row.of:
            case "authentication":
                self.shell.go(AuthenticationsPlace(row.name))
            case "connection":
                self.shell.go(ConnectionsPlace(row.name))
            case "app":
                self.shell.go(AppsPlace(row.name))
            case "certificate":
                self.shell.go(CertificatesPlace(row.name))

    def do_operations(self) -> None:
        """Show when it was shown."""
        from storage.reading import quoted

        row = self.current
        if row is not None:
            name = f"reveal {row.secret} of {row.of} {row.name}"
            self.shell.go(OperationsPlace(f"kind:auth {quoted(name)}"))

    async def do_reveal(self) -> None:
        """Show its value for a short time, after a question; the log keeps that it was shown."""
        row = self.current
        if row is None or not await self._is_agreed(row):
            return
        armed = self.services.is_armed
        reveal = await self.services.call(partial(_begin, row=row, armed=armed))
        try:
            title = f"{row.secret} of the {row.of} {row.name}"
            await self.shell.push_screen_wait(RevealScreen(title, reveal, REVEAL_S))
        finally:
            reveal.end()
        self.say(f"it was shown, as {reveal.operation} tells; o shows it")

    async def _is_agreed(self, row: SecretRow) -> bool:
        lines = [
            [(f"It stands on this screen for {REVEAL_S} seconds.", "quiet")],
            [("Operations keeps that it was shown to you, not what it is.", "quiet")],
        ]
        question = YesNo(f"Show {row.secret} of the {row.of} {row.name}?", lines, danger=True)
        return await self.shell.push_screen_wait(question) is True


def _begin(engine: "Engine", row: SecretRow, *, armed: bool) -> "Reveal":
    return engine.reveal(row.name, row.secret, REVEAL_S, of=row.of, armed=armed)
