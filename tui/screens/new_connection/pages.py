"""The later pages: inputs, the staged test, and what was saved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from ...state.form import Form
from ...state.labels import connection_state
from ...state.labels import value as value_text
from ...state.spans import Spans
from ...state.stages import TestRun, summary_lines
from ...widgets.form_view import FormView
from ...widgets.span_lines import SpanText
from ...widgets.stage_list import StageList

if TYPE_CHECKING:
    from storage.records import Connection

_WIDEST = 110


class InputsPage(VerticalScroll, can_focus=False):
    """The name and the connector's inputs."""

    def __init__(self, form: Form) -> None:
        super().__init__(id="page")
        self._form = form

    def compose(self) -> ComposeResult:
        """Lay out the form."""
        yield FormView(self._form, enter_ends=True)

    def on_mount(self) -> None:
        """Type at once."""
        self.form_view.focus_first()

    @property
    def form_view(self) -> FormView:
        """The form."""
        return self.query_one(FormView)


class TestPage(Vertical):
    """The stages as they end, and below them, always in sight, what the whole comes to."""

    __test__ = False  # pytest would collect a class of this name

    def __init__(self, run: TestRun) -> None:
        super().__init__(id="page")
        self._run = run

    def compose(self) -> ComposeResult:
        """Lay out the stages and the verdict."""
        with VerticalScroll(id="stages", can_focus=False):
            yield StageList()
        yield SpanText(id="verdict")

    def on_mount(self) -> None:
        """Move among the stages at once."""
        self.show(self._run)
        self.stages.focus()

    def on_resize(self) -> None:
        """Wrap the verdict to the new width."""
        self.call_after_refresh(self._show_verdict)

    def show(self, run: TestRun) -> None:
        """Show a test as far as it is."""
        self._run = run
        self.stages.show(run)
        self._show_verdict()

    def _show_verdict(self) -> None:
        self.query_one("#verdict", SpanText).show(
            summary_lines(self._run, min(_WIDEST, self.size.width or 80))
        )

    @property
    def stages(self) -> StageList:
        """The list of stages."""
        return self.query_one(StageList)


class SaidPage(VerticalScroll, can_focus=True):
    """A page that only says something."""

    def __init__(self, lines: Sequence[Spans]) -> None:
        super().__init__(id="page")
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Say it."""
        yield SpanText(self._lines)

    def on_mount(self) -> None:
        """Take the keys."""
        self.focus()


def saved_lines(row: "Connection") -> list[Spans]:
    """Say what was saved, and where to go from here."""
    glyph, word, tone = connection_state(row.state, row.last_test_verdict)
    facts: list[tuple[str, str]] = [
        ("connector", f"{row.connector}@{row.connector_revision}"),
        ("authentication", row.authentication or "none"),
        *((key, value_text(value)) for key, value in row.variables.items()),
    ]
    return [
        [("   ", ""), ("✓ ", "good"), (row.name, "strong"), (" is saved   ", ""), (f"{glyph} {word}", tone)],
        [],
        *([("   ", ""), (f"{key:<16}", "quiet"), (value, "")] for key, value in facts),
        [],
        [
            ("   ", ""),
            ("⏎ ", "key"),
            ("run an operation   ", "quiet"),
            ("1 ", "key"),
            ("all connections", "quiet"),
        ],
    ]
