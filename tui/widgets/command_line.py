"""One row to type in: a command after ``:``, a filter after ``/``."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input
from textual.widgets.input import Selection

from ..sanitize import sanitize
from .safe_input import SafeInput


class _Completions(Suggester):
    """Offers what `complete` gives for what is typed."""

    def __init__(self, complete: Callable[[str], str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return self._complete(value) or None


class CommandLine(SafeInput):
    """An input of one row with its prompt as the first character; tab and right take the completion.

    Posts `Typed` as the text changes, `Entered` on enter and `Left` on escape. A line feed (``^j``) does
    nothing, so that a paste without brackets does not run.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab", "cursor_right_or_end", show=False),
        Binding("ctrl+j", "nothing", show=False),
    ]
    DEFAULT_CSS = """
    CommandLine {
        height: 1; border: none; padding: 0; background: $panel; color: $foreground;
        &:focus { border: none; background: $panel; }
        & > .input--cursor {
        background: $input-cursor-background; color: $input-cursor-foreground;
        text-style: $input-cursor-text-style;
    }
        & > .input--suggestion { color: $quiet; }
        & > .input--selection { background: $cursor; color: $foreground; }
    }
    """

    class Typed(Message):
        """The text changed."""

        def __init__(self, line: "CommandLine", text: str) -> None:
            super().__init__()
            self.line = line
            self.text = text

    class Entered(Typed):
        """Enter was pressed."""

    class Left(Typed):
        """Escape was pressed."""

    def __init__(
        self, prompt: str, text: str = "", complete: Callable[[str], str] = lambda _text: ""
    ) -> None:
        self.prompt = prompt
        super().__init__(
            value=prompt + text,
            suggester=_Completions(lambda value: self._completed(complete, value)),
            id="line",
        )
        self.cursor_blink = False
        self.select_on_focus = False

    def _completed(self, complete: Callable[[str], str], value: str) -> str:
        completed = complete(value[len(self.prompt) :])
        return sanitize(self.prompt + completed, newlines=False) if completed else ""

    @property
    def text(self) -> str:
        """What was typed, without the prompt."""
        return self.value.removeprefix(self.prompt)

    def on_mount(self) -> None:
        """Type over the filter that is there, or go on with it once the cursor was moved."""
        self.selection = Selection(len(self.prompt), len(self.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the new text."""
        event.stop()
        self.post_message(self.Typed(self, self.text))

    def validate_selection(self, selection: Selection) -> Selection:
        """Keep the cursor behind the prompt."""
        start, end = super().validate_selection(selection)
        least = len(self.prompt)
        return Selection(max(least, start), max(least, end))

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace what is behind the prompt; the prompt stays."""
        least = len(self.prompt)
        first, last = sorted((start, end))
        super().replace(text, max(least, first), max(least, last))

    def action_delete_left(self) -> None:
        """Delete a character; in an empty line close it."""
        if self.text:
            super().action_delete_left()
        else:
            self.action_leave()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Tell that the text is complete."""
        event.stop()
        self.post_message(self.Entered(self, self.text))

    def action_leave(self) -> None:
        """Close the line."""
        self.post_message(self.Left(self, self.text))

    def action_nothing(self) -> None:
        """Do nothing on a line feed."""

    def action_cursor_right_or_end(self) -> None:
        """Take the completion, or go to the end."""
        if self._suggestion:
            self.value = self._suggestion
        self.cursor_position = len(self.value)
