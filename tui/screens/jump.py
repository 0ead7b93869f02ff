"""Labels on what is in sight, rows of lists and fields alike: typing one goes there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen
from textual.widget import Widget

from ..state.jump_labels import build_labels, still_fitting
from ..widgets.form_row import FormRow
from ..widgets.line_table import LineTable
from ..widgets.span_lines import SpanText
from .view import View


@dataclass(frozen=True, slots=True)
class Goal:
    """A place on the screen, and how to go there."""

    x: int
    y: int
    go: Callable[[], object]


def find_goals(view: View) -> list[Goal]:
    """Give the rows and fields that can be seen, from the top."""
    goals = [goal for widget in view.query("*").results(Widget) for goal in _goals_of(view, widget)]
    return sorted(goals, key=lambda goal: (goal.y, goal.x))


def _goals_of(view: View, widget: Widget) -> Iterator[Goal]:
    if not widget.can_focus or not widget.display or not widget.region:
        return
    seen = view.find_widget(widget).visible_region
    if isinstance(widget, LineTable):
        for index, y in widget.visible_rows():
            row = widget.region.y + y
            if seen.y <= row < seen.bottom:
                yield Goal(widget.region.x, row, partial(_go_to_row, view, widget, index))
    elif seen and seen.y == widget.region.y:
        place = widget.parent if isinstance(widget.parent, FormRow) else widget
        yield Goal(place.region.x, widget.region.y, partial(view.set_focus, widget))


def _go_to_row(view: View, table: LineTable, index: int) -> None:
    view.set_focus(table)
    table.move_to(index)


class JumpScreen(ModalScreen[None], inherit_bindings=False):
    """The labels over a view; a letter that begins none of them, or any other key, takes them away."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    JumpScreen { background: transparent; }
    JumpScreen > SpanText { position: absolute; height: 1; }
    """

    def __init__(self, goals: list[Goal]) -> None:
        super().__init__()
        self._goals: Mapping[str, Goal] = dict(zip(build_labels(len(goals)), goals, strict=False))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Put each label on its place."""
        for label, goal in self._goals.items():
            text = SpanText([[(label, "selected")]])
            text.styles.width = len(label)
            text.styles.offset = (goal.x, goal.y)
            yield text

    def on_key(self, event: events.Key) -> None:
        """Go to the label that is typed."""
        event.stop()
        event.prevent_default()
        self._typed += event.character if event.character and event.is_printable else " "
        left = still_fitting(tuple(self._goals), self._typed)
        if left and left[0] != self._typed:
            return
        self.dismiss(None)
        if left:
            self.app.call_later(self._goals[left[0]].go)

    def on_click(self) -> None:
        """Take the labels away."""
        self.dismiss(None)

    def on_resize(self, event: events.Resize) -> None:
        """Take the labels away when their places move."""
        if self._size_before not in (None, event.size):
            self.dismiss(None)
        self._size_before = event.size

    _size_before: object = None
