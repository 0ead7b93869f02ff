"""What every screen is: a top line, its own middle, a rule with the last message, and the keys.

A screen derives from `View`, sets ``CONTEXT`` (its context in `tui.keys`) and ``BINDINGS = bind(CONTEXT)``,
yields its middle from `compose_view`, and has one method ``do_NAME`` for each key of its context. All goes
through `perform`, from a key, the help list or the palette alike, so `reason_against` is asked each time.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from ..keys import KEYS, Key, shown
from ..messages import ArmingChanged, KeptChanged
from ..state.arming import CHANGING, refusal_unarmed
from ..state.cells import wrap
from ..state.spans import Spans
from ..widgets.key_bar import KeyBar
from ..widgets.span_lines import SpanText
from ..widgets.status_line import StatusLine
from ..widgets.top_bar import TopBar

if TYPE_CHECKING:
    from ..services import Services
    from ..shell import Shell
    from ..widgets.command_line import CommandLine


@dataclass(frozen=True, slots=True)
class Copy:
    """Something that ``y`` copies: its word in the hint, and the text."""

    word: str
    text: str


class View(Screen[None], inherit_bindings=False):
    """A screen of the app; see the module for what a subclass gives.

    ``BAR`` names the keys of the last line by id, most important first; ``app.help`` is added. ``COMMAND`` is
    the plain command that shows the same.
    """

    CONTEXT: ClassVar[str] = ""
    BAR: ClassVar[tuple[str, ...]] = ()
    COMMAND: ClassVar[str] = "connect-tui --help"
    BINDINGS: ClassVar[list[BindingType]] = []
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it
        (0, "-tiny"),
        (60, "-narrow"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (15, "-high")]  # noqa: RUF012 - Textual declares it
    ALLOW_SELECT = False

    # ---- what a subclass gives

    def compose_view(self) -> ComposeResult:
        """Yield the widgets between the top line and the rule."""
        raise NotImplementedError

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is, outermost first."""
        raise NotImplementedError

    def reason_against(self, key_id: str) -> str:
        """Say why the key with this id cannot run now; empty when it can."""
        if key_id in CHANGING and self.services.is_read_only:
            return refusal_unarmed(self.services.project)
        if key_id == "app.arm" and not self.services.is_production:
            return f"{self.services.project} is no production project: nothing has to be armed"
        if key_id == "app.filter" and type(self).filter_typed is View.filter_typed:
            return "there is nothing to filter here"
        if key_id in _NEEDS_METHOD and not hasattr(self, _method(key_id)):
            return _NEEDS_METHOD[key_id]
        return ""

    def copies(self) -> Mapping[str, Copy]:
        """Give what ``y`` and a second key copy now, by that key."""
        return {}

    def close_inner(self) -> bool:
        """Close what lies over this view or narrows it (marks, a filter); tell whether there was any."""
        return False

    @property
    def is_done(self) -> bool:
        """Whether this has done what it was opened for: nothing leads back to it then."""
        return False

    @property
    def searches(self) -> bool:
        """Whether ``/`` looks for a text in what is shown; otherwise it leaves out what does not fit."""
        return False

    def help_of(self, key: Key) -> str:
        """Say what a key does in this view now."""
        copies = self.copies() if key.id == "app.copy" else {}
        if copies:
            return "copy: " + ", ".join(
                f"{self._shown(key.id)}{second} {copy.word}" for second, copy in copies.items()
            )
        if key.id == "app.filter":
            return "search in what is shown" if self.searches else "filter what is listed"
        return key.help

    def start_filter_text(self) -> str:
        """Give the text with which the ``/`` line starts."""
        return ""

    def filter_typed(self, text: str) -> None:
        """The text of the ``/`` line changed."""

    def filter_entered(self, text: str) -> None:
        """Enter was pressed in the ``/`` line."""

    def filter_left(self, before: str) -> None:
        """Escape was pressed in the ``/`` line, which began with ``before``."""
        self.filter_typed(before)

    def complete_filter(self, text: str) -> str:  # noqa: ARG002
        """Give the completion of a filter, empty for none."""
        return ""

    # ---- what a subclass uses

    @property
    def shell(self) -> "Shell":
        """The app, by its own type."""
        return cast("Shell", self.app)

    @property
    def services(self) -> "Services":
        """The engine, what is kept, the practice service."""
        return self.shell.services

    def say(self, text: str, tone: str = "quiet") -> None:
        """Show a message in the rule; tone is quiet, good, warn or bad."""
        for line in self.query(StatusLine):  # none before the first frame, and none after the last
            line.say(text, tone)

    def say_failure(self, error: Exception) -> None:
        """Say what went wrong and what helps; what nobody foresaw is kept in the crash log as well."""
        from core.errors import failure_of

        failure = failure_of(error)
        if failure.error_class == "bug":
            from ..terminal import keep_crash

            self.say(keep_crash(error, self.services.home.state), "bad")
        else:
            self.say(f"{failure.message} · {failure.remedy}".removesuffix(" · "), "bad")

    def work(self, doing: Coroutine[Any, Any, None], group: str = "default", *, alone: bool = False) -> None:
        """Do something in the background, saying when it fails; ``alone`` ends what the group did before."""

        async def do() -> None:
            try:
                await doing
            except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
                if self.is_attached:
                    self.say_failure(error)

        self.run_worker(do(), group=group, exclusive=alone)

    def show_place(self) -> None:
        """Show the crumbs again after they changed."""
        self.query_one(TopBar).show_place(self.crumbs())

    def show_filter(self, text: str) -> None:
        """Show the filter in the top line."""
        self.query_one(TopBar).show_filter(text)

    def show_count(self, text: str) -> None:
        """Show a count at the right end of the top line."""
        self.query_one(TopBar).show_count(text)

    def show_note(self, note: Spans) -> None:
        """Show a short note left of the keys."""
        self.query_one(KeyBar).show_note(note)

    def show_keys(self, *key_ids: str) -> None:
        """Show other keys in the last line, by id; help is added."""
        self.query_one(KeyBar).show_keys([self._bar_piece(key_id) for key_id in (*key_ids, "app.help")])

    def show_pieces(self, pieces: Sequence[tuple[str, str]]) -> None:
        """Show other keys with words of their own, by id where they have one; help is added."""
        shown_pieces = [(self._shown(key), word) for key, word in (*pieces, ("app.help", "all"))]
        self.query_one(KeyBar).show_keys(shown_pieces)

    # ---- how it works

    def _shown(self, key: str) -> str:
        known = _KEY_BY_ID.get(key)
        return key if known is None else shown(self.shell.keymap.get(key, known.keys))

    def compose(self) -> ComposeResult:
        """Lay out the four parts."""
        yield TopBar(self.services.project)
        yield from self.compose_view()
        yield StatusLine()
        yield KeyBar()
        yield Static(
            f"connect-tui needs 60 columns and 15 lines.\nAs a command: {self.COMMAND}",
            id="too-small",
            markup=False,
        )

    def on_mount(self) -> None:
        """Fill the first and the last line."""
        self.show_place()
        self._show_project()
        self.show_keys(*self.BAR)

    def on_screen_resume(self) -> None:
        """Show what became of the project meanwhile."""
        self._show_project()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Show what became of the project."""
        self._show_project()

    def on_arming_changed(self, _message: ArmingChanged) -> None:
        """Show whether the project is armed."""
        self._show_project()

    def _show_project(self) -> None:
        services = self.services
        # A view that is not built yet, or no more, has no bar and hears of changes all the same.
        for bar in self.query(TopBar):
            bar.show_project(production=services.is_production, armed=services.is_armed)

    def action_do(self, name: str) -> None:
        """Run the key of this name in this view's context."""
        self.perform(_KEY_BY_ID[f"{self.CONTEXT}.{name}"])

    def perform(self, key: Key) -> None:
        """Run what a key stands for, or say why that cannot be."""
        reason = self.reason_against(key.id)
        if reason:
            self.say(reason, "warn")
        elif key.acts:
            self.shell.when_quiet(lambda: self._perform_now(key))
        else:
            self._perform_now(key)

    def open_line(self, prompt: str, text: str, complete: Callable[[str], str]) -> None:
        """Put an input of one row in the place of the rule."""
        from ..widgets.command_line import CommandLine

        if self._line is None:
            line = CommandLine(prompt, text, complete)
            line.set_class(True, "-open")
            self._line_began = text
            self._focused_before = self.focused
            self.query_one(StatusLine).display = False
            self.mount(line, before=self.query_one(KeyBar))
            self.set_focus(line)
            self._line = line

    def close_line(self) -> None:
        """Take the input away and give the focus back."""
        if self._line is None:
            return
        self._show_problem("")
        line, self._line = self._line, None
        before = self._focused_before
        self.set_focus(before if before is not None and before.is_attached else None)
        line.remove()
        self.query_one(StatusLine).display = True

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Give a widget the focus; while a line is open it keeps it, and the widget gets it after."""
        if self._line is not None and widget is not self._line:
            self._focused_before = widget
        else:
            super().set_focus(widget, scroll_visible, from_app_focus)

    def on_screen_suspend(self) -> None:
        """Close the line: the keys go to another screen."""
        self.close_line()

    def on_command_line_typed(self, message: "CommandLine.Typed") -> None:
        """Filter as the text changes."""
        self._show_problem("")
        if message.line.prompt == "/":
            self.filter_typed(message.text)

    def on_command_line_entered(self, message: "CommandLine.Entered") -> None:
        """Run the command, or keep the filter; one that cannot be is said, and stays to be mended."""
        if message.line.prompt == "/":
            from ..state.filters import filter_problem

            problem = filter_problem(self.CONTEXT, message.text)
        else:
            problem = self.shell.run_command_line(message.text)
        if problem:
            self._show_problem(problem)
            return
        self.close_line()
        if message.line.prompt == "/":
            self.filter_entered(message.text)

    def _show_problem(self, text: str) -> None:
        """Say above the open line what is wrong with it; nothing when the text is empty."""
        self.query(".line-problem").remove()
        if text and self._line is not None:
            pieces = wrap(text, max(20, self.size.width - 4))
            lines = [
                [(" ▲ " if not index else "   ", "warn"), (one, "warn")] for index, one in enumerate(pieces)
            ]
            self.mount(SpanText(lines, classes="line-problem"), before=self._line)

    def on_command_line_left(self, message: "CommandLine.Left") -> None:
        """Take back what the line began."""
        self.close_line()
        if message.line.prompt == "/":
            self.filter_left(self._line_began)

    def _perform_now(self, key: Key) -> None:
        method: Callable[[], Coroutine[Any, Any, None] | None] = getattr(self, _method(key.id))
        result = method()
        if result is not None:
            self.work(result)

    def _bar_piece(self, key_id: str) -> tuple[str, str]:
        key = _KEY_BY_ID[key_id]
        if key_id == "app.filter":
            return self._shown(key_id), "search" if self.searches else "filter"
        return self._shown(key_id), key.short or key.name.replace("_", " ")

    _line_began: str = ""
    _focused_before: Widget | None = None
    _line: "CommandLine | None" = None


_KEY_BY_ID = {key.id: key for key in KEYS}
_NEEDS_METHOD = {
    "app.split": "there is nothing to split here",
    "app.refresh": "there is nothing to read again here",
    "app.interrupt": "nothing runs here; q or ^q leaves the app",
}


def _method(key_id: str) -> str:
    return f"do_{key_id.split('.', 1)[1]}"
