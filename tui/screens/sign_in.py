"""Sign in to a provider over whatever is shown: a code, an address to paste back, or a browser here."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from core.errors import InputError, failure_of

from ..state.sign_in import (
    WAYS,
    copy_of,
    failed_line,
    failure_lines,
    hide_code,
    plain_text,
    prompt_lines,
    way_of_key,
    ways_line,
)
from ..state.spans import Lines, Spans
from ..widgets.safe_input import SafeInput
from ..widgets.span_lines import SpanText
from .dialog import Dialog
from .view import Copy

if TYPE_CHECKING:
    from core.sign_in.attempt import Prompt, SignIn
    from core.sign_in.choice import Flow

# The border, the title, a line about what went wrong, the line to paste into, the keys, and blanks between.
_AROUND = 9
_SCROLLS = {"pagedown": 5, "pageup": -5}
_BEGINS: Spans = [("esc ", "key"), ("give up", "quiet")]


class AddressInput(SafeInput):
    """Takes an address that a terminal broke into lines, and shows dots for the code in it."""

    @property
    def _value(self) -> Text:
        return Text(hide_code(self.value), no_wrap=True, overflow="ignore", end="")

    def on_paste(self, event: events.Paste) -> None:
        """Take all of what is pasted as one address."""
        event.stop()
        event.prevent_default()
        self.insert_text_at_cursor(
            "".join(char for char in "".join(event.text.split()) if char.isprintable())
        )
        self.follow_cursor()


class SignInDialog(Dialog[bool]):
    """Signs in; its answer is whether that was done."""

    AUTO_FOCUS = ""  # letters are keys until there is a line to paste into
    DEFAULT_CSS = """
    SignInDialog > Vertical { max-height: 100%; padding: 0 2; }
    SignInDialog #sign-in { height: auto; }
    SignInDialog #dialog-keys { margin-bottom: 0; }
    SignInDialog #wrong { display: none; }
    """

    def __init__(self, authentication: str, connection: str | None = None) -> None:
        super().__init__(f"Sign in: {authentication}")
        self._authentication = authentication
        self._connection = connection
        self._attempt: SignIn | None = None
        self._has_failed = False
        self._sends_code = False
        self._ways: Iterable[Flow] = WAYS  # all, until the first attempt tells

    def compose_answer(self) -> ComposeResult:
        """Yield what is shown, and a line to paste into."""
        yield SpanText([[("asking the provider", "quiet")]], id="sign-in")
        yield SpanText(id="wrong")
        answer = AddressInput(classes="answer", id="pasted", select_on_focus=False)
        answer.cursor_blink = False
        answer.display = False
        yield answer

    def key_line(self) -> Spans:
        """Say which keys answer."""
        return _BEGINS

    def on_mount(self) -> None:
        """Begin with the way that fits this machine."""
        self._begin(None)

    def on_resize(self) -> None:
        """Lay the code out anew."""
        self._show()

    # ---- one attempt after another

    def _begin(self, flow: "Flow | None") -> None:
        self.run_worker(self._work(flow), group="sign-in", exclusive=True, exit_on_error=False)

    async def _work(self, flow: "Flow | None") -> None:
        services = self.shell.services
        self._has_failed = False
        self._say([])
        try:
            if await self._give_up():
                self.dismiss(True)
                return
            self._attempt = await services.submit(
                lambda engine: engine.begin_sign_in(
                    self._authentication, flow=flow, connection=self._connection
                )
            )
            self._show()
            attempt = self._attempt
            if attempt.prompt is not None:
                self._ways = (attempt.prompt.choice.flow, *attempt.prompt.choice.others)
            if attempt.prompt is not None and attempt.prompt.choice.flow != "paste":
                await services.submit(lambda _engine: attempt.finish())
                self.dismiss(True)
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._fail(error)

    async def _paste(self, text: str) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        self._say([[("asking the provider", "quiet")]])
        self._sends_code = True
        try:
            await self.shell.services.submit(lambda _engine: attempt.finish(text))
        except InputError as error:
            if error.failure.error_class != "input":
                self._fail(error)
                return
            self._sends_code = False
            self.query_one("#pasted", Input).value = ""
            self._say(self._failure(error))
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._fail(error)
        else:
            self.dismiss(True)

    async def _give_up(self) -> bool:
        """Give up, and tell whether it brought tokens all the same: a code that was sent cannot come back."""
        attempt, self._attempt = self._attempt, None
        if attempt is None:
            return False
        if self._sends_code:
            self._say([[("asking the provider; esc again leaves at once", "quiet")]])
        return await self.shell.services.submit(lambda _engine: attempt.close())

    # ---- what is shown

    def _show(self) -> None:
        prompt = self._attempt.prompt if self._attempt is not None else None
        if prompt is None or not self.is_attached:
            return
        width, height = self.app.size.width - 4, self.app.size.height
        lines = prompt_lines(
            prompt,
            width,
            height,
            on_dark=self.app.current_theme.dark,
            has_blocks=not self.shell.spells_keys,
        )
        self.query_one("#sign-in", SpanText).show(lines)
        self._leave_room()
        self._show_keys(ways_line(prompt))
        pasted = self.query_one("#pasted", Input)
        pasted.display = prompt.choice.flow == "paste"
        self.set_focus(pasted if pasted.display else None)

    def _leave_room(self) -> None:
        """Let what is shown scroll before it pushes the line to paste into, or the keys, off the screen."""
        self.query_one("#sign-in", SpanText).styles.max_height = max(self.app.size.height - _AROUND, 3)

    def _fail(self, error: Exception) -> None:
        self._attempt, self._has_failed, self._sends_code = None, True, False
        self._leave_room()
        self.query_one("#sign-in", SpanText).show(self._failure(error))
        self.query_one("#pasted", Input).display = False
        self.set_focus(None)
        self._say([])
        self._show_keys(failed_line(self._ways))

    def _failure(self, error: Exception) -> Lines:
        failure = failure_of(error)
        return failure_lines(failure.message, failure.remedy, self.app.size.width - 4)

    def _say(self, lines: Lines) -> None:
        wrong = self.query_one("#wrong", SpanText)
        wrong.show(lines)
        wrong.display = bool(lines)

    def _show_keys(self, keys: Spans) -> None:
        self.query_one("#dialog-keys", SpanText).show([keys])

    # ---- keys

    def on_key(self, event: events.Key) -> None:
        """Copy, or sign in in another way; in the line to paste into, letters are letters."""
        prompt = self._attempt.prompt if self._attempt is not None else None
        if self._has_failed and (event.key == "r" or way_of_key(event.key, self._ways)):
            event.stop()
            self._begin(way_of_key(event.key, self._ways))
        elif prompt is not None:
            done = self._do_key(event.key, prompt)
            if done:
                event.stop()
                event.prevent_default()

    def _do_key(self, key: str, prompt: "Prompt") -> bool:
        types = isinstance(self.focused, Input)
        others = prompt.choice.others
        flow = (others[0] if key == "ctrl+o" and others else None) if types else way_of_key(key, others)
        if flow is not None:
            if not self._sends_code:
                self._begin(flow)
        elif (copied := copy_of(key, prompt, types=types)) is not None:
            self._copy(Copy(*copied))
        elif key == "ctrl+l":
            self._show_plainly(plain_text(prompt))
        elif key in _SCROLLS:
            self.query_one("#sign-in", SpanText).scroll_lines(_SCROLLS[key])
        else:
            return False
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was pasted."""
        event.stop()
        if event.value.strip() and not self._sends_code:
            self.run_worker(self._paste(event.value), group="sign-in", exclusive=True, exit_on_error=False)

    def _show_plainly(self, text: str) -> None:
        from ..terminal import show_plainly

        if not show_plainly(self.app, text):
            self._say([[("this terminal cannot be left for a moment", "warn")]])

    def _copy(self, copy: Copy) -> None:
        async def do() -> None:
            from ..clipboard import copy_text

            way = await copy_text(copy.text, self.shell.services.home.state, self.app.copy_to_clipboard)
            self._say([[(f"copied {copy.word} {way}", "good")]])

        self.run_worker(do(), exit_on_error=False)

    def action_refuse(self) -> None:
        """Give up."""

        async def do() -> None:
            self.dismiss(await self._give_up())

        self.run_worker(do(), group="sign-in", exclusive=True, exit_on_error=False)
