"""The input of an operation as raw JSON, to edit."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from ..state.form_json import escape_unseen


class JsonEditor(TextArea, inherit_bindings=False):
    """A small editor; whatever would steer the terminal stands as its JSON escape. Posts `Edited`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("left", "cursor_left", show=False),
        Binding("right", "cursor_right", show=False),
        Binding("shift+up", "cursor_up(True)", show=False),
        Binding("shift+down", "cursor_down(True)", show=False),
        Binding("shift+left", "cursor_left(True)", show=False),
        Binding("shift+right", "cursor_right(True)", show=False),
        Binding("ctrl+left", "cursor_word_left", show=False),
        Binding("ctrl+right", "cursor_word_right", show=False),
        Binding("home,ctrl+a", "cursor_line_start", show=False),
        Binding("end,ctrl+e", "cursor_line_end", show=False),
        Binding("pageup", "cursor_page_up", show=False),
        Binding("pagedown", "cursor_page_down", show=False),
        Binding("backspace", "delete_left", show=False),
        Binding("delete,ctrl+d", "delete_right", show=False),
        Binding("ctrl+w", "delete_word_left", show=False),
        Binding("ctrl+u", "delete_to_start_of_line", show=False),
        Binding("ctrl+k", "delete_to_end_of_line_or_delete_line", show=False),
        Binding("ctrl+z", "undo", show=False),
        Binding("ctrl+y", "redo", show=False),
    ]
    DEFAULT_CSS = """
    JsonEditor {
        border: none; padding: 0 1; background: $surface; color: $foreground;
        height: auto; min-height: 4; max-height: 50%;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1;
        &:focus { border: none; }
        & .text-area--cursor {
        background: $input-cursor-background; color: $input-cursor-foreground;
        text-style: $input-cursor-text-style;
    }
        & .text-area--cursor-line { background: $surface; }
        & .text-area--selection { background: $cursor; }
    }
    """

    class Edited(Message):
        """The text changed."""

    def __init__(self, text: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(escape_unseen(text), id=id, soft_wrap=True, tab_behavior="focus", theme="css")
        self.cursor_blink = False

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell that the text changed."""
        event.stop()
        self.post_message(self.Edited())

    def on_paste(self, event: events.Paste) -> None:
        """Take what is pasted, made harmless."""
        event.stop()
        event.prevent_default()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        self.replace(escape_unseen(text), *self.selection, maintain_selection_offset=False)
