"""One line to choose a value in: left and right cycle, space opens the list of options below it."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from ..state.spans import Spans
from .span_lines import SpanLines, fit

_SHOWN = 8
_NOTHING = "–"


class ChoiceField(SpanLines, can_focus=True):
    """A value out of a few; posts `Chosen` when it changes, `Resized`, `Entered` and `Stepped`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "cycle(-1)", show=False),
        Binding("right", "cycle(1)", show=False),
        Binding("space", "open", show=False),
        Binding("escape", "close", show=False),
        Binding("tab", "step(1)", show=False),
        Binding("shift+tab", "step(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]
    DEFAULT_CSS = """
    ChoiceField { height: 1; background: $surface; }
    ChoiceField:focus { background: $panel; }
    """

    class Chosen(Message):
        """Another value was chosen."""

        def __init__(self, field: "ChoiceField") -> None:
            super().__init__()
            self.field = field

    class Resized(Chosen):
        """The list of options opened or closed: the field has another height."""

    class Entered(Chosen):
        """Enter was pressed while it was closed, at the time of its event."""

        def __init__(self, field: "ChoiceField", pressed_at: float) -> None:
            super().__init__(field)
            self.pressed_at = pressed_at

    class Stepped(Chosen):
        """The person wants to be ``steps`` fields further."""

        def __init__(self, field: "ChoiceField", steps: int) -> None:
            super().__init__(field)
            self.steps = steps

    def __init__(self, labels: Sequence[str], value: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._labels = tuple(labels)
        self.value = value
        self._at: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether the options are listed."""
        return self._at is not None

    @property
    def rows(self) -> int:
        """How many lines it takes."""
        return 1 + (min(_SHOWN, len(self._labels)) if self.is_open else 0)

    def choose(self, value: str) -> None:
        """Take a value, from inside or outside."""
        if value != self.value:
            self.value = value
            self.refresh()
            self.post_message(self.Chosen(self))

    def line(self, y: int) -> Spans:
        """Give the value, or one of the options below it."""
        width = self.size.width
        if y == 0:
            return [(fit(self.value or _NOTHING, width - 2), "" if self.value else "quiet"), (" ▾", "quiet")]
        index = self._first() + y - 1
        if self._at is None or index >= len(self._labels):
            return ()
        text = fit(self._labels[index] or _NOTHING, width - 2)
        return [
            ("▌ " if index == self._at else "  ", "accent"),
            (text, "strong" if index == self._at else "quiet"),
        ]

    def action_cycle(self, step: int) -> None:
        """Go to the next or the previous option."""
        if self._at is not None:
            self.action_move(step)
        elif self._labels:
            at = self._labels.index(self.value) if self.value in self._labels else -1 if step > 0 else 0
            self.choose(self._labels[(at + step) % len(self._labels)])

    def action_move(self, step: int) -> None:
        """Move in the open list, or ask for another field."""
        if self._at is None:
            self.post_message(self.Stepped(self, step))
        else:
            self._at = max(0, min(self._at + step, len(self._labels) - 1))
            self.refresh()

    def action_open(self) -> None:
        """List the options; once more takes the one of the cursor."""
        if self._at is not None:
            self._take()
        elif self._labels:
            self._at = self._labels.index(self.value) if self.value in self._labels else 0
            self._resize()

    def _take(self) -> None:
        if self._at is None:
            return
        taken = self._labels[self._at]
        self.action_close()
        self.choose(taken)

    def action_close(self) -> None:
        """Close the list and change nothing."""
        self._at = None
        self._resize()

    def action_step(self, steps: int) -> None:
        """Ask for another field."""
        self.post_message(self.Stepped(self, steps))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave escape to the screen while nothing is open."""
        return action != "close" or self.is_open

    def on_key(self, event: events.Key) -> None:
        """Enter takes the option, or goes on; a letter jumps to the next option that begins with it."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.is_open:
                self._take()
            else:
                self.post_message(self.Entered(self, event.time))
            return
        if not event.is_printable or event.character is None or event.character.isspace():
            return
        start = (
            self._at
            if self._at is not None
            else self._labels.index(self.value)
            if self.value in self._labels
            else -1
        ) + 1
        order = [*self._labels[start:], *self._labels[:start]]
        found = next((label for label in order if label.lower().startswith(event.character.lower())), None)
        if found is None and not event.character.isalnum():
            return
        event.stop()
        event.prevent_default()
        if found is None:
            return
        if self._at is None:
            self.choose(found)
        else:
            self._at = self._labels.index(found)
            self.refresh()

    def on_blur(self) -> None:
        """Close when the focus goes."""
        if self.is_open:
            self.action_close()

    def on_click(self, event: events.Click) -> None:
        """Open, or take the option under the mouse."""
        if self._at is None:
            self.action_open()
        elif 0 < event.y < self.rows:
            self._at = self._first() + event.y - 1
            self._take()
        else:
            self.action_close()

    def _first(self) -> int:
        return (
            max(0, min((self._at or 0) - _SHOWN + 1, len(self._labels) - _SHOWN))
            if len(self._labels) > _SHOWN
            else 0
        )

    def _resize(self) -> None:
        self.refresh()
        self.post_message(self.Resized(self))
