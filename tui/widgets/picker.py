"""Type to find, arrows to move, enter to pick: one line over a list with a preview."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message

from ..state.picking import PickRow, find_rows
from ..state.spans import Spans
from ..state.table import Column
from .line_table import LineTable
from .span_lines import SpanText
from .text_field import TextField

_THROUGH = frozenset("?:/-[]'q0123456789")


class FindLine(TextField):
    """The line to find with; while it is empty the keys of the app go through to it."""

    def on_key(self, event: events.Key) -> None:
        """Leave a key to the app that would begin nothing worth finding."""
        if self._lets_through(event.character):
            event.prevent_default()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Tell whether a key is text here."""
        return not self._lets_through(character) and super().check_consume_key(key, character)

    def _lets_through(self, character: str | None) -> bool:
        return not self.value and character is not None and character in _THROUGH


class Picker(Vertical):
    """Posts `Picked` with the key of the row that was chosen."""

    DEFAULT_CSS = """
    Picker { height: 1fr; }
    Picker > .find { height: 2; }
    Picker > .find > SpanText { width: 9; }
    Picker > .find > TextField { width: 1fr; margin-right: 2; }
    """

    class Picked(Message):
        """A row was chosen."""

        def __init__(self, picker: "Picker", key: str) -> None:
            super().__init__()
            self.picker = picker
            self.key = key

        @property
        def control(self) -> "Picker":
            """The picker, for ``@on(Picker.Picked, "#id")``."""
            return self.picker

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Sequence[PickRow],
        *,
        hint: str,
        empty: Sequence[Spans] = (),
        text: str = "",
        chosen: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._rows = tuple(rows)
        self._found: list[PickRow] = list(rows)
        self._hint = hint
        self._empty = tuple(empty)
        self._text = text
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the line, the list and the preview."""
        with Horizontal(classes="find"):
            yield SpanText([[("   ", ""), ("find", "quiet")]])
            yield FindLine(self._text, placeholder=self._hint)
        with Container(classes="panes"):
            with Container(classes="main"):
                yield LineTable(self._columns)
            with Container(classes="detail"):
                yield SpanText(classes="preview")

    def on_mount(self) -> None:
        """Show what fits, and type at once."""
        self._find()
        at = next((index for index, row in enumerate(self._found) if row.key == self._chosen), 0)
        self.table.move_to(at)
        self.screen.set_focus(self.query_one(TextField))

    @property
    def text(self) -> str:
        """What is typed."""
        return self.query_one(TextField).value

    @property
    def table(self) -> LineTable:
        """The list."""
        return self.query_one(LineTable)

    def on_text_field_typed(self, message: TextField.Typed) -> None:
        """Find as it is typed."""
        message.stop()
        self._find()

    def on_text_field_stepped(self, message: TextField.Stepped) -> None:
        """Move in the list while typing."""
        message.stop()
        self.table.move_to(self.table.cursor + message.steps)

    def on_text_field_entered(self, message: TextField.Entered) -> None:
        """Choose the row under the cursor."""
        message.stop()
        self.choose()

    def on_line_table_opened(self, message: LineTable.Opened) -> None:
        """Choose the row under the cursor."""
        message.stop()
        self.choose()

    def on_line_table_moved(self, message: LineTable.Moved) -> None:
        """Explain the row under the cursor."""
        message.stop()
        self._preview()

    def choose(self) -> None:
        """Tell which row is under the cursor."""
        if self._found:
            self.post_message(self.Picked(self, self._found[self.table.cursor].key))

    def clear(self) -> bool:
        """Forget what is typed; tell whether there was anything."""
        field = self.query_one(TextField)
        had = bool(field.value)
        field.value = ""
        return had

    def _find(self) -> None:
        text = self.text
        self._found = find_rows(self._rows, text)
        nothing: Sequence[Spans] = [[], [("   nothing fits ", "quiet"), (text, "accent")]]
        self.table.show_empty(nothing if self._rows else self._empty)
        self.table.show(len(self._found), lambda index: self._found[index].cells, cursor=0)
        self._preview()

    def _preview(self) -> None:
        lines = self._found[self.table.cursor].preview if self._found else ()
        self.query_one(".preview", SpanText).show(lines)
