"""One line to type a value in: harmless whatever it holds, without a blink, masked when it is secret."""

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from ..sanitize import sanitize
from ..state.input_fields import is_reference

_PLACEHOLDER = "�"


class TextField(Input, inherit_bindings=False):
    """An input that keeps what was typed and draws it harmless, character for character.

    Posts `Typed` as the text changes, `Entered` on enter and `Stepped` on tab and the arrows. ``secret``
    shows dots, save for a reference, which says only where the secret is. ``several`` takes all lines of a
    paste.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "cursor_left", show=False),
        Binding("right", "cursor_right", show=False),
        Binding("shift+left", "cursor_left(True)", show=False),
        Binding("shift+right", "cursor_right(True)", show=False),
        Binding("ctrl+left", "cursor_left_word", show=False),
        Binding("ctrl+right", "cursor_right_word", show=False),
        Binding("home,ctrl+a", "home", show=False),
        Binding("end,ctrl+e", "end", show=False),
        Binding("backspace", "delete_left", show=False),
        Binding("delete,ctrl+d", "delete_right", show=False),
        Binding("ctrl+w", "delete_left_word", show=False),
        Binding("ctrl+u", "delete_left_all", show=False),
        Binding("ctrl+k", "delete_right_all", show=False),
        Binding("tab,down", "step(1)", show=False),
        Binding("shift+tab,up", "step(-1)", show=False),
    ]
    DEFAULT_CSS = """
    TextField {
        height: 1; border: none; padding: 0; background: $surface; color: $foreground;
        &:focus { border: none; background: $panel; background-tint: transparent; }
        & > .input--cursor {
        background: $input-cursor-background; color: $input-cursor-foreground;
        text-style: $input-cursor-text-style;
    }
        & > .input--placeholder { color: $quiet; }
        & > .input--selection { background: $cursor; color: $foreground; }
    }
    """

    class Typed(Message):
        """The text changed."""

        def __init__(self, field: "TextField") -> None:
            super().__init__()
            self.field = field

        @property
        def control(self) -> "TextField":
            """The field, for ``@on(TextField.Typed, "#id")``."""
            return self.field

    class Entered(Typed):
        """Enter was pressed, at the time of its event."""

        def __init__(self, field: "TextField", pressed_at: float) -> None:
            super().__init__(field)
            self.pressed_at = pressed_at

    class Stepped(Typed):
        """The person wants to be ``steps`` fields further."""

        def __init__(self, field: "TextField", steps: int) -> None:
            super().__init__(field)
            self.steps = steps

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        secret: bool = False,
        several: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(
            text,
            placeholder=sanitize(placeholder, newlines=False),
            password=secret,
            id=id,
            select_on_focus=False,
        )
        self.cursor_blink = False
        self._several = several

    @property
    def _value(self) -> Text:
        """Draw every character as exactly one that is harmless, so that the cursor stays in its place."""
        if self.password and not is_reference(self.value):
            return Text("•" * len(self.value), no_wrap=True, overflow="ignore", end="")
        return Text("".join(map(_harmless, self.value)), no_wrap=True, overflow="ignore", end="")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell that the text changed."""
        event.stop()
        self.post_message(self.Typed(self))

    def on_key(self, event: events.Key) -> None:
        """Tell that enter was pressed, and when: what follows at once is a paste."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Entered(self, event.time))

    def on_paste(self, event: events.Paste) -> None:
        """Take the first line of what is pasted, or all lines where they belong together."""
        event.stop()
        event.prevent_default()
        lines = event.text.splitlines()
        text = " ".join(line.strip() for line in lines) if self._several else next(iter(lines), "")
        self.replace(text, *sorted(self.selection))

    def action_step(self, steps: int) -> None:
        """Ask for another field."""
        self.post_message(self.Stepped(self, steps))


def _harmless(character: str) -> str:
    shown = sanitize(character, newlines=False)
    return shown if len(shown) == 1 else _PLACEHOLDER
