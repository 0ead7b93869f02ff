"""The bench of Run: the input as a form or as JSON, how it goes, and what came."""

from textual.app import ComposeResult
from textual.containers import Vertical

from ...state.form import Form, read_values
from ...state.form_json import form_json, load_json
from ...state.live import Live
from ...state.live_lines import live_lines
from ...state.named_field import named_field
from ...state.run import OperationFacts, given_spans, intro_lines
from ...widgets.form_view import FormView
from ...widgets.json_editor import JsonEditor
from ...widgets.span_lines import SpanText
from .result_pane import ResultPane

_LIVE_ROWS = 2


class Bench(Vertical):
    """Everything about one operation."""

    def __init__(self, operation: OperationFacts, form: Form) -> None:
        super().__init__(id="bench")
        self.operation = operation
        self.form = form
        self.as_json = not form.fields and bool(operation.schema.get("additionalProperties"))
        self._in_result = False

    def compose(self) -> ComposeResult:
        """Lay out input, progress and result."""
        with Vertical(id="given"):
            yield SpanText(id="intro")
            yield FormView(self.form)
            yield JsonEditor(form_json(self.form), id="json")
            yield SpanText(id="json-error")
            yield SpanText(id="live")
        yield ResultPane(id="result")

    def on_mount(self) -> None:
        """Begin in the form."""
        self.query_one("#live").display = False
        self.query_one("#json-error").display = False
        self.focus_input()

    def on_resize(self) -> None:
        """Wrap the introduction."""
        self.call_after_refresh(self.lay_out)

    def show_focus(self) -> None:
        """Give the room to the side that has the focus, where there is no room for both.

        The line of ``:`` and ``/`` is no side: what is shown stays while it is typed in.
        """
        if not (self.has_input_focus or self.result.has_focus_within):
            return
        in_result = not self.has_input_focus
        if in_result != self._in_result:
            self._in_result = in_result
            self.lay_out()

    def lay_out(self) -> None:
        """Show form or JSON, or on a narrow terminal with the focus in the result what was given."""
        asks = bool(self.form.fields) or self.as_json
        folded = asks and self._in_result and not self.screen.has_class("-wide")
        self.query_one(FormView).display = not folded and not self.as_json and bool(self.form.fields)
        self.query_one(JsonEditor).display = not folded and self.as_json
        intro = self.query_one("#intro", SpanText)
        intro.styles.margin = (0, 0, 0 if folded else 1, 0)
        values, _ = read_values(self.form)
        secret = {one.key for one in self.form.fields if one.secret}
        open_values = {key: value for key, value in values.items() if key not in secret}
        intro.show(
            [given_spans(open_values)] if folded else intro_lines(self.operation, intro.size.width or 80)
        )

    @property
    def result(self) -> ResultPane:
        """What came."""
        return self.query_one(ResultPane)

    @property
    def has_input_focus(self) -> bool:
        """Whether keys go to the input."""
        return self.query_one(FormView).has_focus_within or self.query_one(JsonEditor).has_focus

    def focus_input(self) -> None:
        """Go to the input; where nothing is asked, to the result."""
        self._in_result = False
        self.lay_out()
        if self.as_json:
            self.query_one(JsonEditor).focus()
        elif not self.query_one(FormView).focus_first():
            self.result.focus_view()

    def focus_wrong(self) -> None:
        """Go to the field that the failure names, else to the first."""
        self.focus_input()
        failure = self.result.failure
        texts = {one.key: "" if one.secret else self.form.text(one.key) for one in self.form.fields}
        key = named_field(texts, failure, self.result.answer) if failure else None
        if key is None or self.as_json:
            return
        if self.form.find(key).advanced and not self.form.unfolded:
            self.form.unfolded = True
            self.query_one(FormView).lay_out()
        self.query_one(FormView).focus_field(key)

    def leave_result(self) -> bool:
        """Go from the result to the input; tell whether that was a step."""
        if self.has_input_focus or not (self.form.fields or self.as_json):
            return False
        self.focus_wrong()
        return True

    def take_input(self) -> dict[str, object] | None:
        """Give the input when it is right; otherwise show what is wrong."""
        if self.as_json and not self._take_json():
            return None
        values = self.query_one(FormView).submit()
        if values is None and self.as_json:
            wrong = "; ".join(f"{key} {sentence}" for key, sentence in self.form.errors.items())
            self._say_json(wrong)
        return values

    def switch_input(self) -> bool:
        """Change between form and JSON; tell whether that could be done."""
        if self.as_json:
            if not self._take_json():
                return False
            self.query_one(FormView).show_texts()
        else:
            self.query_one(JsonEditor).text = form_json(self.form)
        self.as_json = not self.as_json
        self._say_json("")
        self.focus_input()
        return True

    def show_live(self, live: Live) -> None:
        """Show how it goes."""
        lines = live_lines(live, _LIVE_ROWS)
        self.query_one("#live", SpanText).show([[(" ", ""), *line] for line in lines])
        self.query_one("#live").display = bool(lines)

    def on_form_view_left(self, message: FormView.Left) -> None:
        """Step from the form into the result."""
        message.stop()
        if message.steps > 0:
            self.result.focus_view()

    def on_json_editor_edited(self, message: JsonEditor.Edited) -> None:
        """Forget what was wrong with the text before."""
        message.stop()
        self._say_json("")

    def _take_json(self) -> bool:
        wrong = load_json(self.form, self.query_one(JsonEditor).text)
        self._say_json(wrong or "")
        return wrong is None

    def _say_json(self, text: str) -> None:
        line = self.query_one("#json-error", SpanText)
        line.show([[(" ✗ ", "bad"), (text, "bad")]] if text else [])
        line.display = bool(text)
