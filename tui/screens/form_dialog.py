"""A form over a screen: it stays until what was filled in is kept, or escape leaves it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from textual.app import ComposeResult

from core.errors import failure_of

from ..state.form import Form
from ..state.named_field import named_field
from ..state.spans import Span, Spans, label_lines
from ..widgets.form_view import FormView
from ..widgets.span_lines import SpanText
from .dialog import Dialog

Keep = Callable[[Mapping[str, Any]], Awaitable[str]]


class FormDialog(Dialog[str]):
    """Its answer is the sentence that ``keep`` gave for the values of the form.

    What ``keep`` raises is shown at the field that it is about, and the form stays.
    """

    DEFAULT_CSS = """
    FormDialog > Vertical { max-height: 100%; }
    FormDialog FormView { margin-bottom: 1; background: $surface; }
    FormDialog FormRow, FormDialog FoldLine { background: $surface; }
    FormDialog #wrong { display: none; }
    FormDialog #dialog-keys { margin-bottom: 0; }
    """

    def __init__(self, title: str, lines: Sequence[Spans], form: Form, keep: Keep) -> None:
        super().__init__(title, lines)
        self._form = form
        self._keep = keep
        self._is_busy = False

    def compose_answer(self) -> ComposeResult:
        """Yield the form, and a place for what is wrong."""
        yield FormView(self._form, enter_ends=True)
        yield SpanText(id="wrong")

    def key_line(self) -> Spans:
        """Say which keys answer."""
        keys: list[Span] = [
            ("⏎ ", "key"),
            ("keep it   ", "quiet"),
            ("tab ", "key"),
            ("next field   ", "quiet"),
        ]
        return [*keys, ("esc ", "key"), ("leave it", "quiet")]

    def on_mount(self) -> None:
        """Type at once."""
        self._view.focus_first()

    @property
    def _view(self) -> FormView:
        return self.query_one(FormView)

    def on_form_view_left(self, message: FormView.Left) -> None:
        """Go round in the form."""
        if message.steps > 0:
            self._view.focus_first()
        else:
            self._view.focus_last()

    def on_form_view_changed(self) -> None:
        """Forget what was wrong before."""
        self._say([])

    def on_form_view_finished(self, message: FormView.Finished) -> None:
        """Keep it when the form is right, unless enter was part of a paste."""
        self.shell.when_quiet(self._finish, message.pressed_at)

    def _finish(self) -> None:
        values = None if self._is_busy else self._view.submit()
        if values is not None:
            self._is_busy = True
            self.run_worker(self._keep_values(values), exit_on_error=False)

    async def _keep_values(self, values: Mapping[str, Any]) -> None:
        try:
            said = await self._keep(values)
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._fail(error)
        else:
            self.dismiss(said)
        finally:
            self._is_busy = False

    def _fail(self, error: Exception) -> None:
        failure = failure_of(error)
        open_texts = {one.key: "" if one.secret else self._form.text(one.key) for one in self._form.fields}
        field = named_field(open_texts, failure, b"")
        if field is not None:
            self._view.show_errors({field: failure.message})
        text = f"{failure.message} · {failure.remedy}".removesuffix(" · ")
        self._say(label_lines("✗", text, "bad", width=self.app.size.width - 6, indent=2))

    def _say(self, lines: Sequence[Spans]) -> None:
        wrong = self.query_one("#wrong", SpanText)
        wrong.show(list(lines))
        wrong.display = bool(lines)
