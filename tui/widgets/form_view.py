"""A form on the screen: one row for each field, moving between them, and what is wrong under each."""

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from ..state.form import Form, check_form, first_error, folded_count, form_marks, shown_fields
from ..state.form_layout import help_pieces, share_form
from .choice_field import ChoiceField
from .form_row import FoldLine, FormRow
from .text_field import TextField


class FormView(VerticalScroll, can_focus=False):
    """Fields to fill in. Posts `Changed` as values change and `Finished` on enter.

    With ``enter_ends`` every enter finishes the form; without it enter goes to the next field, and finishes
    from the last one. `Left` says that a step went beyond the first (-1) or the last field (1).
    """

    DEFAULT_CSS = """
    FormView { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    """

    class Changed(Message):
        """A value changed."""

        def __init__(self, view: "FormView") -> None:
            super().__init__()
            self.view = view

        @property
        def control(self) -> "FormView":
            """The form, for ``@on(FormView.Changed, "#id")``."""
            return self.view

    class Finished(Changed):
        """Enter was pressed where it means: go on; at the time of its event."""

        def __init__(self, view: "FormView", pressed_at: float) -> None:
            super().__init__(view)
            self.pressed_at = pressed_at

    class Left(Changed):
        """A step went beyond the first or the last field."""

        def __init__(self, view: "FormView", steps: int) -> None:
            super().__init__(view)
            self.steps = steps

    def __init__(self, form: Form, *, enter_ends: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.form = form
        self._enter_ends = enter_ends

    def compose(self) -> ComposeResult:
        """Yield a row for each field, the advanced ones behind a line that folds them."""
        for field in self.form.fields:
            if not field.advanced:
                yield FormRow(field, self.form.text(field.key))
        if folded_count(self.form):
            yield FoldLine(self.form)
        for field in self.form.fields:
            if field.advanced:
                yield FormRow(field, self.form.text(field.key))

    def on_mount(self) -> None:
        """Lay the rows out."""
        self.lay_out()

    def on_resize(self) -> None:
        """Share the new width."""
        self.lay_out()

    async def show_form(self, form: Form) -> None:
        """Show another form."""
        self.form = form
        await self.recompose()
        self.lay_out()

    def show_texts(self) -> None:
        """Show the texts of the form after something else than a key changed them."""
        for row in self.query(FormRow):
            row.show_text(self.form.text(row.field.key))
        self.lay_out()

    def lay_out(self) -> None:
        """Show the fields that are asked now, with their errors, in shared widths."""
        marks = form_marks(self.form)
        asked = shown_fields(self.form, marks)
        shown = {field.key for field in asked}
        widths = share_form(asked, self.scrollable_content_region.width or self.size.width or 80)
        required = {field.key for field in asked if field.required} | marks.required
        lines = sum(
            max(1, len(help_pieces(one, widths, required=one.key in required, whole=True))) for one in asked
        )
        whole = lines <= self.screen.size.height // 2
        for row in self.query(FormRow):
            key = row.field.key
            row.display = key in shown
            row.lay_out(widths, self.form.errors.get(key, ""), required=key in required, whole=whole)

    def submit(self) -> dict[str, Any] | None:
        """Give the values when all is well; otherwise show what is wrong and go to the first of it."""
        values = check_form(self.form)
        self.lay_out()
        if values is None:
            self.focus_error()
        return values

    def show_errors(self, errors: dict[str, str]) -> None:
        """Show errors that were found elsewhere."""
        self.form.errors = dict(errors)
        if any(self.form.find(key).advanced for key in errors):
            self.form.unfolded = True
        self.lay_out()
        self.focus_error()

    def focus_error(self) -> None:
        """Go to the first field that is wrong."""
        key = first_error(self.form)
        row = next((row for row in self.query(FormRow) if row.field.key == key), None)
        if row is not None:
            self.call_after_refresh(row.editor.focus)

    def focus_field(self, key: str) -> bool:
        """Go to a field; tell whether it is shown."""
        row = next((row for row in self.query(FormRow) if row.display and row.field.key == key), None)
        if row is not None:
            self.screen.set_focus(row.editor)
        return row is not None

    def focus_first(self) -> bool:
        """Go to the first empty required field, else to the first; tell whether there is any field."""
        rows = [row for row in self.query(FormRow) if row.display]
        missing = [row for row in rows if row.field.required and not self.form.text(row.field.key)]
        if not rows:
            return False
        self.screen.set_focus((missing or rows)[0].editor)
        return True

    def focus_last(self) -> bool:
        """Go to the last stop; tell whether there is one."""
        stops = self._stops()
        if stops:
            self.screen.set_focus(stops[-1])
        return bool(stops)

    def on_text_field_typed(self, message: TextField.Typed) -> None:
        """Take a text into the form."""
        message.stop()
        self._take(message.field, message.field.value)

    def on_choice_field_chosen(self, message: ChoiceField.Chosen) -> None:
        """Take a choice into the form."""
        message.stop()
        self._take(message.field, message.field.value)

    def on_choice_field_resized(self, message: ChoiceField.Resized) -> None:
        """Make room for the open list."""
        message.stop()
        row = message.field.parent
        if isinstance(row, FormRow):
            row.fit_height()
            self.call_after_refresh(row.scroll_visible, animate=False)

    def on_text_field_entered(self, message: TextField.Entered) -> None:
        """Go on."""
        message.stop()
        self._entered(message.field, message.pressed_at)

    def on_choice_field_entered(self, message: ChoiceField.Entered) -> None:
        """Go on."""
        message.stop()
        self._entered(message.field, message.pressed_at)

    def on_text_field_stepped(self, message: TextField.Stepped) -> None:
        """Go to another field."""
        message.stop()
        self._step(message.field, message.steps)

    def on_choice_field_stepped(self, message: ChoiceField.Stepped) -> None:
        """Go to another field."""
        message.stop()
        self._step(message.field, message.steps)

    def on_key(self, event: events.Key) -> None:
        """Move from, and use, the line that folds."""
        fold = self.screen.focused
        if not isinstance(fold, FoldLine) or fold.parent is not self:
            return
        steps = {"tab": 1, "down": 1, "shift+tab": -1, "up": -1}.get(event.key)
        if steps is not None:
            self._step(fold, steps)
        elif event.key in ("enter", "space"):
            self._fold(fold)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Fold with the mouse."""
        if isinstance(event.widget, FoldLine):
            self._fold(event.widget)

    def _fold(self, fold: FoldLine) -> None:
        self.form.unfolded = not self.form.unfolded
        fold.refresh()
        self.lay_out()

    def _take(self, editor: Widget, text: str) -> None:
        row = editor.parent
        if not isinstance(row, FormRow) or self.form.text(row.field.key) == text:
            return
        self.form.set_text(row.field.key, text)
        self.lay_out()
        self.post_message(self.Changed(self))

    def _entered(self, editor: Widget, pressed_at: float) -> None:
        stops = self._stops()
        if self._enter_ends or editor is stops[-1]:
            self.post_message(self.Finished(self, pressed_at))
        else:
            self._step(editor, 1)

    def _step(self, editor: Widget, steps: int) -> None:
        stops = self._stops()
        target = stops.index(editor) + steps
        if 0 <= target < len(stops):
            self.screen.set_focus(stops[target])
        else:
            self.post_message(self.Left(self, steps))

    def _stops(self) -> list[Widget]:
        """Give what can have the focus, in order."""
        stops: list[Widget] = []
        for child in self.children:
            if isinstance(child, FormRow) and child.display:
                stops.append(child.editor)
            elif isinstance(child, FoldLine):
                stops.append(child)
        return stops
