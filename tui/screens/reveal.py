"""A secret on a screen of its own, which clears itself."""

import time
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from ..state.revealed import revealed_lines
from ..state.spans import Lines, Span
from ..widgets.span_lines import SpanText

if TYPE_CHECKING:
    from core.revealing import Reveal

_AROUND: Final = 5
"""How many rows stand around the value."""


class RevealScreen(ModalScreen[None], inherit_bindings=False):
    """Shows the value until the time is over or a key ends it; nothing here copies it or writes it down."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,ctrl+c", "end", "end"),
        Binding("down,j,space,pagedown", "move(1)", show=False),
        Binding("up,k,pageup", "move(-1)", show=False),
    ]
    DEFAULT_CSS = """
    RevealScreen { background: $background; }
    RevealScreen > Vertical { padding: 1 2; }
    RevealScreen #value { height: 1fr; margin-top: 1; }
    """

    def __init__(self, title: str, reveal: "Reveal", seconds: float) -> None:
        super().__init__()
        self._title_line = title
        self._reveal = reveal
        self._seconds = seconds
        self._at = time.strftime("%H:%M:%S", time.localtime(time.time() + seconds))

    def compose(self) -> ComposeResult:
        """Lay out what it is, until when it stands here, and the value."""
        with Vertical():
            yield SpanText(id="about")
            yield SpanText(id="value")

    def on_mount(self) -> None:
        """Show the value, and end by itself."""
        self._show()
        self.set_timer(self._seconds, self.action_end)

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self._show()

    def on_screen_resume(self) -> None:
        """End at last when the time was over while something lay over this."""
        if not self._reveal.value:
            self.action_end()

    def on_unmount(self) -> None:
        """Write down that it is gone, whatever ended this."""
        self._reveal.end()

    def action_end(self) -> None:
        """Take the value away, and close."""
        self._reveal.end()
        self._show()
        if self.is_current:
            self.dismiss(None)

    def action_move(self, pages: int) -> None:
        """Move in a long value."""
        value = self.query_one("#value", SpanText)
        value.scroll_lines(pages * max(1, value.size.height - 1))

    def _show(self) -> None:
        width = max(10, self.size.width - 4)
        lines = revealed_lines(self._reveal.value, width)
        self.query_one("#about", SpanText).show(self._about(is_long=len(lines) > self.size.height - _AROUND))
        self.query_one("#value", SpanText).show([[(line, "")] for line in lines])

    def _about(self, *, is_long: bool) -> Lines:
        keys: list[Span] = [(f"gone at {self._at}   ", "quiet"), ("esc ", "key"), ("ends it   ", "quiet")]
        further: list[Span] = [("space ", "key"), ("further   ", "quiet"), ("k ", "key"), ("back", "quiet")]
        return [[(self._title_line, "title")], [*keys, *(further if is_long else ())]]
