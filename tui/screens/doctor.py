"""What is installed, where things are, and what is wrong; the command says more."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from ..keys import KeymapError, read_keymap
from ..state.doctor import copy_way, doctor_lines
from ..state.document import TextDocument
from ..widgets.bindings import bind
from ..widgets.body_view import BodyView
from .view import Copy, View


class DoctorScreen(View):
    """Facts about this installation, as text to read and copy."""

    CONTEXT = "doctor"
    COMMAND = "connect-tui doctor"
    BINDINGS: ClassVar[list[BindingType]] = bind("doctor")
    BAR = ("app.copy", "app.filter", "app.dump", "app.back")

    def __init__(self) -> None:
        super().__init__()
        self._document = TextDocument("")

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Doctor",)

    def compose_view(self) -> ComposeResult:
        """Lay out the text."""
        yield BodyView(id="body")

    def on_mount(self) -> None:
        """Say what is known at once, and the vault's state when the engine answered."""
        self._show("asking")
        self.run_worker(self._ask_vault(), exit_on_error=False)

    async def _ask_vault(self) -> None:
        from core.errors import failure_of

        try:
            status = await self.services.call(lambda engine: engine.keeper.status())
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._show(failure_of(error).message)
            self.say(failure_of(error).message, "bad")
        else:
            locked = "locked" if status.locked else "unlocked"
            self._show(f"{locked}, {status.secrets} secrets" if status.exists else "not made yet")

    def _show(self, vault: str) -> None:
        app = self.shell
        try:
            changed = len(read_keymap(self.services.home.config / "keymap.toml"))
            keymap = f"{changed} keys changed" if changed else "none, the keys are the default ones"
        except KeymapError as error:
            keymap = str(error)
        terminal = {
            "size": f"{app.size.width} x {app.size.height}",
            "colours": str(app.console.color_system or "none"),
            "theme": app.theme,
            "copying": copy_way(),
        }
        self._document = TextDocument("", head=doctor_lines(self.services.home, terminal, vault, keymap))
        self.query_one(BodyView).show_document(self._document)

    def copies(self) -> Mapping[str, Copy]:
        """Copy all of it."""
        text = "\n".join(self._document.text(index) for index in range(len(self._document)))
        return {"y": Copy("everything", text)}

    def filter_typed(self, text: str) -> None:
        """Search as it is typed."""
        self.query_one(BodyView).search(text)

    @on(BodyView.Told)
    def _told(self, message: BodyView.Told) -> None:
        self.say(message.text, message.tone)
