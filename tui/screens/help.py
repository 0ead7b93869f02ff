"""A list of what can be done here, each of which runs on enter; with everything, it is the palette."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from ..keys import Key, spell
from ..state.help import HelpEntry, key_entries, matching, place_entries
from ..state.palette import read_named
from ..state.spans import Span
from ..state.table import Column
from ..widgets.line_table import LineTable
from ..widgets.safe_input import SafeInput
from ..widgets.span_lines import SpanText

if TYPE_CHECKING:
    from .view import View

_COLUMNS = (Column("KEY", 12), Column("WHAT", 30, share=1), Column("WHERE", 12, drop=1))


class HelpScreen(ModalScreen[None], inherit_bindings=False):
    """The runnable list over a view; typing narrows it, an entry that cannot run says why."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,f1", "close", "close"),
        Binding("down,ctrl+n", "move(1)", show=False),
        Binding("up,ctrl+p", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("enter", "choose", show=False),
    ]
    CSS_PATH = "help.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (106, "-roomy")]  # noqa: RUF012 - Textual declares it

    def __init__(self, view: "View", *, everything: bool = False) -> None:
        super().__init__()
        self._view = view
        self._everything = everything
        self._entries: list[HelpEntry] = []
        self._found: list[HelpEntry] = []

    def compose(self) -> ComposeResult:
        """Lay out the line to type in, the list, and the last line."""
        with Vertical():
            narrow = SafeInput(placeholder="type to narrow", classes="narrow", select_on_focus=False)
            narrow.cursor_blink = False
            yield narrow
            table = LineTable(_COLUMNS, title=False)
            table.can_focus = False
            yield table
            yield SpanText([], id="help-note")

    def on_mount(self) -> None:
        """Collect what can be done."""
        view = self._view
        inner = getattr(view.focused, "CONTEXT", "list" if isinstance(view.focused, LineTable) else "")
        contexts = [
            context for context in (view.CONTEXT, inner, "list" if inner == "body" else "", "app") if context
        ]
        self._entries = key_entries(
            contexts, view.reason_against, self._run_key, view.shell.keymap, view.help_of
        )
        if self._everything:
            self._entries = [entry for entry in self._entries if entry.where != "in the list"]
            self.run_worker(self._find_named(), exit_on_error=False)
        self.query_one(Input).focus()
        self._show("")

    async def _find_named(self) -> None:
        """Put what has a name before the keys."""
        shell = self._view.shell
        services = shell.services
        named = await asyncio.to_thread(read_named, services.home, services.project_id)
        self._entries = [*place_entries(named, shell.go), *self._entries]
        self._show(self.query_one(Input).value)

    def _show(self, text: str) -> None:
        self._found = matching(self._entries, text)
        table = self.query_one(LineTable)
        table.show_empty([[("  nothing of that kind can be done here", "quiet")]])
        table.show(len(self._found), self._row, cursor=0)
        self._show_note()

    def _row(self, index: int) -> list[Span]:
        entry = self._found[index]
        keys = spell(entry.keys) if self._view.shell.spells_keys else entry.keys
        if entry.reason:
            return [
                (keys, "quiet"),
                (f"{entry.help} — {entry.reason}", "quiet"),
                (entry.where, "quiet"),
            ]
        return [(keys, "key"), (entry.help, ""), (entry.where, "quiet")]

    def _show_note(self) -> None:
        keys = [("⏎", "run"), ("↑↓", "choose"), ("esc", "close")]
        spans: list[Span] = [
            span for key, word in keys for span in ((f" {key} ", "key"), (f"{word}  ", "quiet"))
        ]
        spans.append((f" as a command: {self._view.COMMAND}", "quiet"))
        self.query_one("#help-note", SpanText).show([spans])

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_choose()

    @on(LineTable.Opened)
    def _opened(self) -> None:
        self.action_choose()

    def on_key(self, event: events.Key) -> None:
        """Close on a second question mark."""
        if event.key == "question_mark" and not self.query_one(Input).value:
            event.stop()
            event.prevent_default()
            self.dismiss(None)

    def action_close(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)

    def action_move(self, rows: int) -> None:
        """Move the cursor of the list."""
        table = self.query_one(LineTable)
        table.move_to(table.cursor + rows)

    def action_choose(self) -> None:
        """Close, and run the entry under the cursor."""
        if not self._found:
            return
        entry = self._found[self.query_one(LineTable).cursor]
        if entry.run is None:
            self.query_one("#help-note", SpanText).show([[(" ▲ ", "warn"), (entry.reason, "warn")]])
            return
        run = entry.run
        self.dismiss(None)
        self.app.call_later(run)

    def _run_key(self, key: Key) -> None:
        if key.context == "app":
            self._view.shell.action_do(key.name)
        elif key.context == self._view.CONTEXT:
            self._view.action_do(key.name)
        elif self._view.focused is not None:
            getattr(self._view.focused, "action_do", lambda _name: None)(key.name)
