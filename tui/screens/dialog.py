"""Questions that lie over a screen at its lower edge: yes or no, a text, a name typed out."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from ..state.spans import Spans
from ..widgets.safe_input import SafeInput
from ..widgets.span_lines import SpanText

if TYPE_CHECKING:
    from ..shell import Shell

T = TypeVar("T")


class Dialog(ModalScreen[T], inherit_bindings=False):
    """A sheet at the lower edge: a title, some lines, and what a subclass adds; escape answers nothing."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "refuse", "close"),
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
    ]
    DEFAULT_CSS = """
    Dialog { align: left bottom; background: $background 60%; }
    Dialog > Vertical {
        height: auto; max-height: 90%; background: $surface; border-top: heavy $accent; padding: 0 2 1 2;
    }
    Dialog.-danger > Vertical { border-top: heavy $error; }
    Dialog SpanText { background: $surface; margin-bottom: 1; }
    Dialog .answer {
        height: 1; border: none; padding: 0 1; margin-bottom: 1; background: $panel; color: $foreground;
    }
    Dialog .answer:focus { border: none; }
    Dialog .answer > .input--cursor {
        background: $input-cursor-background; color: $input-cursor-foreground;
        text-style: $input-cursor-text-style;
    }
    """

    def __init__(self, title: str, lines: Sequence[Spans] = (), *, danger: bool = False) -> None:
        super().__init__()
        self._title_spans: Spans = [(title, "bad" if danger else "title")]
        self._lines = lines
        self.set_class(danger, "-danger")

    def compose(self) -> ComposeResult:
        """Lay out the sheet."""
        with Vertical():
            yield SpanText([self._title_spans, *self._lines])
            yield from self.compose_answer()
            yield SpanText([self.key_line()], id="dialog-keys")

    def compose_answer(self) -> ComposeResult:
        """Yield what the person answers with."""
        yield from ()

    def key_line(self) -> Spans:
        """Say which keys answer."""
        return [("esc ", "key"), ("close", "quiet")]

    @property
    def shell(self) -> "Shell":
        """The app, by its own type."""
        return cast("Shell", self.app)

    def action_refuse(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


class YesNo(Dialog[bool]):
    """A question that ``y`` or enter answers with yes, ``n`` or escape with no (nothing)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("y,enter", "agree", "yes"), Binding("n", "refuse", "no")]

    def key_line(self) -> Spans:
        """Say which keys answer."""
        return [("y ", "key"), ("yes   ", "quiet"), ("n ", "key"), ("no", "quiet")]

    def action_agree(self) -> None:
        """Answer yes, unless more keys wait: then this is a paste."""
        self.shell.when_quiet(partial(self.dismiss, True))


class AskText(Dialog[str]):
    """Asks for one line; ``must_be`` is a text that has to be typed exactly (the name of what is deleted)."""

    def __init__(
        self,
        title: str,
        lines: Sequence[Spans] = (),
        *,
        start: str = "",
        must_be: str | None = None,
        secret: bool = False,
        danger: bool = False,
    ) -> None:
        super().__init__(title, lines, danger=danger)
        self._start = start
        self._must_be = must_be
        self._secret = secret

    def compose_answer(self) -> ComposeResult:
        """Yield the input."""
        answer = SafeInput(self._start, password=self._secret, classes="answer", select_on_focus=False)
        answer.cursor_blink = False
        yield answer

    def key_line(self) -> Spans:
        """Say which keys answer."""
        return [("⏎ ", "key"), ("go on   ", "quiet"), ("esc ", "key"), ("close", "quiet")]

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the answer when it is what it must be."""
        event.stop()
        if self._must_be is not None and event.value.strip() == self._must_be:
            self.shell.when_quiet(partial(self.dismiss, self._must_be))
        elif self._must_be is None:
            self.dismiss(event.value.strip() if not self._secret else event.value)
        else:
            self.query_one("#dialog-keys", SpanText).show(
                [
                    [
                        ("✗ ", "bad"),
                        (f"type {self._must_be} exactly, or ", ""),
                        ("esc", "key"),
                        (" to leave it", ""),
                    ]
                ]
            )


class Choice(Dialog[str]):
    """Offers a few ways, each with a key of its own and a line that explains it."""

    def __init__(self, title: str, lines: Sequence[Spans], choices: Sequence[tuple[str, str, str]]) -> None:
        """``choices`` are (key, answer, explanation); enter takes the first."""
        shown: list[Spans] = [
            [(f" {key} ", "selected"), ("  ", ""), (explanation, "")] for key, _, explanation in choices
        ]
        super().__init__(title, [*lines, *([[]] if lines else []), *shown])
        self._answers = {key: answer for key, answer, _ in choices}
        self._answers["enter"] = choices[0][1]

    def key_line(self) -> Spans:
        """Say which keys answer."""
        return [("⏎ ", "key"), ("the first   ", "quiet"), ("esc ", "key"), ("not now", "quiet")]

    def on_key(self, event: events.Key) -> None:
        """Answer with the choice of the key; the view below must not get the key as well."""
        answer = self._answers.get(event.key)
        if answer is not None:
            event.stop()
            event.prevent_default()
            self.dismiss(answer)
