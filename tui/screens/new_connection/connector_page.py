"""The first page: find the connector."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message

from ...state.labels import auth_word, plural
from ...state.spans import Span, Spans
from ...state.table import Column
from ...widgets.line_table import LineTable
from ...widgets.span_lines import SpanText
from ...widgets.text_field import TextField

if TYPE_CHECKING:
    from core import CatalogEntry

_COLUMNS = (
    Column("CONNECTOR", 18),
    Column("NAME", 20, drop=1),
    Column("AUTHENTICATION", 20, drop=2),
    Column("SUMMARY", 24, share=1),
)


class ConnectorPage(Vertical):
    """A line to type in over the connectors that fit; posts `Chosen`."""

    class Chosen(Message):
        """A connector was chosen."""

        def __init__(self, handle: str) -> None:
            super().__init__()
            self.handle = handle

    def __init__(self, entries: Sequence["CatalogEntry"], text: str, chosen: str) -> None:
        super().__init__(id="page")
        self._entries = tuple(entries)
        self._words = [_haystack(entry) for entry in self._entries]
        self._found: list[CatalogEntry] = list(self._entries)
        self._text = text
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the line, the list and the preview."""
        with Horizontal(id="find"):
            yield SpanText([[("   find  ", "quiet")]], id="find-label")
            yield TextField(self._text, placeholder="a name, a kind of authentication, a word", id="finder")
        with Container(classes="panes"):
            with Container(classes="main"):
                yield LineTable(_COLUMNS, id="connectors")
            with Container(classes="detail"):
                yield SpanText(id="preview")

    def on_mount(self) -> None:
        """Show what fits, and type at once."""
        self._filter()
        at = next((index for index, entry in enumerate(self._found) if entry.handle == self._chosen), 0)
        self._table.move_to(at)
        self.query_one(TextField).focus()

    @property
    def text(self) -> str:
        """What is filtered for."""
        return self.query_one(TextField).value

    def on_text_field_typed(self, message: TextField.Typed) -> None:
        """Filter as it is typed."""
        message.stop()
        self._filter()

    def on_text_field_stepped(self, message: TextField.Stepped) -> None:
        """Move in the list while typing."""
        message.stop()
        self._table.move_to(self._table.cursor + message.steps)

    def on_text_field_entered(self, message: TextField.Entered) -> None:
        """Choose the connector under the cursor."""
        message.stop()
        self.choose()

    def on_line_table_opened(self, message: LineTable.Opened) -> None:
        """Choose the connector under the cursor."""
        message.stop()
        self.choose()

    def on_line_table_moved(self, message: LineTable.Moved) -> None:
        """Show the one under the cursor."""
        message.stop()
        self._preview()

    def choose(self) -> None:
        """Tell which connector is under the cursor."""
        if self._found:
            self.post_message(self.Chosen(self._found[self._table.cursor].handle))

    @property
    def _table(self) -> LineTable:
        return self.query_one(LineTable)

    def _filter(self) -> None:
        words = self.query_one(TextField).value.lower().split()
        self._found = [
            entry
            for entry, haystack in zip(self._entries, self._words, strict=True)
            if all(word in haystack for word in words)
        ]
        self._table.show_empty([[], [("   no connector fits ", "quiet"), (" ".join(words), "accent")]])
        self._table.show(len(self._found), lambda index: _cells(self._found[index]), cursor=0)
        self._preview()

    def _preview(self) -> None:
        lines = preview_lines(self._found[self._table.cursor]) if self._found else []
        self.query_one("#preview", SpanText).show(lines)


def preview_lines(entry: "CatalogEntry") -> list[Spans]:
    """Say what a connector is, in three lines."""
    facts: list[Span] = [(f"{entry.handle}@{entry.revision}", "strong"), (f" · {entry.type}", "quiet")]
    facts += [(f" · {', '.join(entry.categories)}", "quiet")] if entry.categories else []
    facts += [(f" · {entry.source} · {entry.status}", "quiet")]
    kinds = ", ".join(auth_word(kind) for kind in entry.auth) or "none"
    return [
        facts,
        [(entry.summary, "")],
        [
            ("authentication ", "quiet"),
            (kinds, ""),
            ("   ", ""),
            (plural(entry.operations, "operation"), "quiet"),
        ],
    ]


def _cells(entry: "CatalogEntry") -> Sequence[Span]:
    kinds = ", ".join(auth_word(kind) for kind in entry.auth)
    return [(entry.handle, "strong"), (entry.name, ""), (kinds or "none", "quiet"), (entry.summary, "quiet")]


def _haystack(entry: "CatalogEntry") -> str:
    words = (
        entry.handle,
        entry.name,
        entry.summary,
        *entry.auth,
        *map(auth_word, entry.auth),
        *entry.categories,
    )
    return " ".join(words).lower()
