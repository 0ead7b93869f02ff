"""The second page: an authentication that exists, or a new one with one of the connector's methods."""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message

from ...state.cells import wrap
from ...state.form import Form, shown_fields
from ...state.labels import auth_word
from ...state.spans import Span, Spans
from ...state.table import Column
from ...state.wizard import AuthPick
from ...widgets.form_view import FormView
from ...widgets.line_table import LineTable
from ...widgets.span_lines import SpanText

_COLUMNS = (Column("", 4), Column("", 26), Column("", 10), Column("", 24, share=1))
_MOST = 8


class AuthPage(VerticalScroll, can_focus=False):
    """The choices, and the form of the one under the cursor; posts `Picked` and `Finished`."""

    class Picked(Message):
        """Another choice is under the cursor."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    class Finished(Message):
        """Enter was pressed."""

    def __init__(
        self,
        picks: Sequence[AuthPick],
        picked: int,
        form_of: Callable[[AuthPick], Form],
        *,
        note: str = "",
        own: str = "",
    ) -> None:
        """``own`` is the connection that is being set up; its use of one goes without saying."""
        super().__init__(id="page")
        self._own = own
        self._picks = tuple(picks)
        self._picked = picked
        self._form_of = form_of
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out the choices and the form."""
        yield LineTable(_COLUMNS, id="picks", title=False)
        yield SpanText(id="pick-help")
        yield FormView(self._form_of(self._picks[self._picked]), enter_ends=True)
        yield SpanText(id="secret-hint")

    def on_mount(self) -> None:
        """Show the choices."""
        table = self.query_one(LineTable)
        table.styles.height = min(len(self._picks), _MOST)
        table.show(len(self._picks), lambda index: _cells(self._picks[index]), cursor=self._picked)
        self._explain()
        if len(self._picks) > 1 or not self.form_view.focus_first():
            table.focus()

    def on_resize(self) -> None:
        """Wrap the help to the new width."""
        self.call_after_refresh(self._explain)

    @property
    def form_view(self) -> FormView:
        """The form of the choice under the cursor."""
        return self.query_one(FormView)

    async def on_line_table_moved(self, message: LineTable.Moved) -> None:
        """Show the form of the choice."""
        message.stop()
        self._picked = message.index
        self.post_message(self.Picked(message.index))
        await self.form_view.show_form(self._form_of(self._picks[message.index]))
        self._explain()

    def on_line_table_opened(self, message: LineTable.Opened) -> None:
        """Go on."""
        message.stop()
        self.post_message(self.Finished())

    def on_form_view_left(self, message: FormView.Left) -> None:
        """Go from the form to the choices."""
        message.stop()
        if message.steps < 0 and len(self._picks) > 1:
            self.query_one(LineTable).focus()

    def step_into_form(self) -> bool:
        """Go from the choices to the form; tell whether the choices had the focus."""
        return self.query_one(LineTable).has_focus and self.form_view.focus_first()

    def _explain(self) -> None:
        pick = self._picks[self._picked]
        lines: list[Spans] = [[]]
        if pick.help:
            room = max(20, (self.size.width or 80) - 6)
            lines += [[("   ", ""), (piece, "quiet")] for piece in wrap(pick.help, room)]
        others = [name for name in pick.users if name != self._own]
        if others:
            shared = "; a change here is a change for them too"
            lines.append([("   ", ""), ("used by ", "quiet"), (", ".join(others), ""), (shared, "quiet")])
        if self._note and pick.is_new:
            lines.append([("   ", ""), (self._note, "good")])
        self.query_one("#pick-help", SpanText).show([*lines, []] if len(lines) > 1 else lines)
        has_secret = any(one.secret for one in shown_fields(self.form_view.form))
        self.query_one("#secret-hint", SpanText).show(_secret_hint() if has_secret else [])


def _cells(pick: AuthPick) -> Sequence[Span]:
    if pick.is_new:
        return [("new", "quiet"), (pick.title, "strong"), (auth_word(pick.kind), "quiet"), ("", "")]
    users = f"used by {', '.join(pick.users)}" if pick.users else "not used yet"
    return [
        ("●", "good"),
        (pick.name, "strong"),
        (auth_word(pick.kind), "quiet"),
        (f"{pick.state} · {users}", "quiet"),
    ]


def _secret_hint() -> list[Spans]:
    return [
        [],
        [("   ", ""), ("A secret goes to the vault. Or type where it is; it is read at each use:", "quiet")],
        [
            ("   ", ""),
            ("ref:env:NAME", "accent"),
            ("  ", ""),
            ("ref:file:PATH", "accent"),
            ("  ", ""),
            ("ref:cmd:COMMAND", "accent"),
        ],
    ]
