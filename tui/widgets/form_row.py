"""One field of a form on the screen: its label, its input, its help, and its error below."""

from textual.app import ComposeResult

from ..state.field import Field, option_labels
from ..state.form import Form
from ..state.form_layout import FormWidths, fold_spans, row_lines
from ..state.spans import Spans
from .choice_field import ChoiceField
from .span_lines import SpanLines
from .text_field import TextField

Editor = TextField | ChoiceField


class FormRow(SpanLines):
    """Draws the text around an editor, which lies over its first line."""

    DEFAULT_CSS = """
    FormRow { layout: horizontal; height: 1; width: 1fr; }
    """

    def __init__(self, field: Field, text: str) -> None:
        super().__init__()
        self.field = field
        self.editor = build_editor(field, text)
        self._widths = FormWidths(12, 24, 20)
        self._error = ""
        self._required = field.required
        self._whole = False

    def compose(self) -> ComposeResult:
        """Yield the editor."""
        yield self.editor

    def show_text(self, text: str) -> None:
        """Put a text into the editor."""
        if isinstance(self.editor, ChoiceField):
            self.editor.choose(text)
        elif self.editor.value != text:
            self.editor.value = text

    def lay_out(self, widths: FormWidths, error: str, *, required: bool, whole: bool) -> None:
        """Take the shared widths, the error, whether it is required now, and whether all help has room."""
        self._widths, self._error, self._required, self._whole = widths, error, required, whole
        self.editor.styles.width = widths.input + (1 if isinstance(self.editor, ChoiceField) else 0)
        self.editor.styles.margin = (0, 0, 0, widths.label + 2)
        self.fit_height()
        self.refresh()

    def fit_height(self) -> None:
        """Be as high as the text and the open list need."""
        rows = self.editor.rows if isinstance(self.editor, ChoiceField) else 1
        self.editor.styles.height = rows
        self.styles.height = max(rows, len(self._lines()))

    def line(self, y: int) -> Spans:
        """Give the text around the editor."""
        lines = self._lines()
        return lines[y] if y < len(lines) else ()

    def on_descendant_focus(self) -> None:
        """Draw the label as the one that is being filled in, with all of its help."""
        self.fit_height()
        self.refresh()
        if len(self._lines()) > 1:
            self.call_after_refresh(self.scroll_visible, animate=False)

    def on_descendant_blur(self) -> None:
        """Draw the label as resting."""
        self.fit_height()
        self.refresh()

    def _lines(self) -> list[Spans]:
        return list(
            row_lines(
                self.field,
                self._widths,
                self._error,
                required=self._required,
                focused=self.editor.has_focus,
                whole=self._whole,
            )
        )


class FoldLine(SpanLines, can_focus=True):
    """The line behind which the advanced fields stand."""

    DEFAULT_CSS = "FoldLine { height: 1; }"

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form

    def line(self, y: int) -> Spans:  # noqa: ARG002
        """Say how many fields are folded away."""
        return fold_spans(self.form, focused=self.has_focus)


def build_editor(field: Field, text: str) -> Editor:
    """Give the widget in which a field is edited."""
    if field.kind in ("choice", "boolean"):
        return ChoiceField(option_labels(field), text)
    return TextField(
        text,
        placeholder=field.placeholder or ("required" if field.required and field.help else ""),
        secret=field.secret,
        several=field.kind == "json",
    )
