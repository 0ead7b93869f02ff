"""The later pages: inputs, the staged test, and what was saved."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message

from ...state.form import Form
from ...state.spans import Spans
from ...state.stages import TestRun
from ...widgets.form_view import FormView
from ...widgets.span_lines import SpanText
from ...widgets.stage_list import StageList


class InputsPage(VerticalScroll, can_focus=False):
    """The name and the connector's inputs; posts `Finished`."""

    class Finished(Message):
        """Enter was pressed."""

    def __init__(self, form: Form, intro: Sequence[Spans]) -> None:
        super().__init__(id="page")
        self._form = form
        self._intro = intro

    def compose(self) -> ComposeResult:
        """Lay out the form and the command."""
        yield SpanText(self._intro)
        yield FormView(self._form, enter_ends=True)

    def on_mount(self) -> None:
        """Type at once."""
        self.form_view.focus_first()

    @property
    def form_view(self) -> FormView:
        """The form."""
        return self.query_one(FormView)

    def on_form_view_finished(self, message: FormView.Finished) -> None:
        """Go on."""
        message.stop()
        self.post_message(self.Finished())


class TestPage(VerticalScroll, can_focus=False):
    """The stages as they end."""

    __test__ = False  # pytest would collect a class of this name

    def __init__(self, run: TestRun) -> None:
        super().__init__(id="page")
        self._run = run

    def compose(self) -> ComposeResult:
        """Lay out the stages."""
        yield StageList()

    def on_mount(self) -> None:
        """Move among the stages at once."""
        self.stages.show(self._run)
        self.stages.focus()

    @property
    def stages(self) -> StageList:
        """The list of stages."""
        return self.query_one(StageList)


class SavedPage(VerticalScroll, can_focus=True):
    """What was saved, and where to go from here."""

    def __init__(self, lines: Sequence[Spans]) -> None:
        super().__init__(id="page")
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Say it."""
        yield SpanText(self._lines)

    def on_mount(self) -> None:
        """Take the keys."""
        self.focus()
