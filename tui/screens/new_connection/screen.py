"""The screen of New connection: which page is shown, and what the engine is asked between the pages."""

from collections.abc import Coroutine, Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from core.errors import Failure, NotKnownError, failure_of

from ...messages import EngineEvent
from ...state.catalog_rows import CONNECTOR_COLUMNS, connector_rows
from ...state.edit_command import edit_commands
from ...state.places import ExchangePlace, RunPlace
from ...state.spans import Spans
from ...state.stages import Page, begin_test, mending_page
from ...state.unfinished import Unfinished
from ...state.wizard import (
    NAME,
    PAGES,
    Wizard,
    auth_command,
    create_command,
    page_before,
    page_number,
    stepper,
    wrap_command,
)
from ...widgets.bindings import bind
from ...widgets.form_view import FormView
from ...widgets.picker import Picker
from ...widgets.span_lines import SpanText
from ..sign_in import SignInDialog
from ..view import Copy, View
from .auth_page import AuthPage
from .pages import InputsPage, SaidPage, TestPage, saved_lines
from .plan import Plan
from .resuming import Resuming
from .shown_keys import FAILED, KEYS_OF, TESTING
from .testing import Testing

_GOES_ON = "going on with {} where you left it; esc chooses another connector"
_TYPE_AGAIN = "going on with {} where you left it; its secret has to be typed again"
_ROOM_FOR_COMMANDS = 20
"""From how many lines on the commands are shown: below, the fields need all of the room."""


class NewConnectionScreen(View):
    """Five pages; what was typed stays, and after the inputs page a draft is kept to come back to."""

    CONTEXT = "new_connection"
    COMMAND = "connect-tui connection create --help"
    BINDINGS: ClassVar[list[BindingType]] = bind("new_connection")
    CSS_PATH = "new_connection.tcss"

    def __init__(self, connector: str | None = None, resume: str | None = None) -> None:
        super().__init__()
        self._connector = connector
        self._resume = resume
        self._first: Page = "connector"
        self._plan = Plan(self.services)
        self._testing: Testing | None = None
        self._saved: list[Spans] = []
        self._was_put_back = False
        self._resuming = Resuming(self.services, self._plan)
        self._was_left = False

    @property
    def wizard(self) -> Wizard:
        """What was picked and typed."""
        return self._plan.wizard

    @property
    def is_done(self) -> bool:
        """Whether the connection is saved, from here or from elsewhere, or gone."""
        if self.wizard.is_saved or not self.wizard.draft:
            return self.wizard.is_saved
        state = self.services.connection_state(self.wizard.draft)
        return state is None or (state not in ("", "draft") and self._first == "connector")

    def goes_on_with(self, connector: str | None) -> bool:
        """Tell whether this was begun, with that connector if one is named, and nothing of it is kept yet."""
        return self._resuming.is_begun and connector in (None, self.wizard.connector)

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say which page of which connector this is."""
        if self._resume and self._first == "authentication":
            return (self._resume, "Sign in", self.wizard.page.capitalize())
        named = (
            (self._plan.facts.handle,) if self._plan.facts.handle and self.wizard.page != "connector" else ()
        )
        return ("New connection", *named, self.wizard.page.capitalize())

    def compose_view(self) -> ComposeResult:
        """Lay out the stepper, the place of the page, and the same as commands."""
        yield SpanText(id="stepper")
        yield Container(id="place")
        yield SpanText(id="as-command")

    def on_mount(self) -> None:
        """Read what the first page needs."""
        self._work(self._begin())

    def on_resize(self) -> None:
        """Wrap the commands anew."""
        self.call_after_refresh(self._show_commands)

    async def _show(self, page: Page) -> None:
        self.wizard.page = page
        place = self.query_one("#place", Container)
        await place.remove_children()
        await place.mount(self._build(page))
        self._show_around()

    def _build(self, page: Page) -> Widget:
        wizard = self.wizard
        match page:
            case "connector":
                rows, hint = connector_rows(self._plan.entries), "a name, a kind of authentication, a word"
                return Picker(
                    CONNECTOR_COLUMNS, rows, hint=hint, text=wizard.filter, chosen=wizard.connector, id="page"
                )
            case "authentication" if not wizard.picks:
                return SaidPage([[], [("   This connector needs no authentication.", "")]])
            case "authentication":
                note = (
                    "the credentials of the practice service are filled in" if self._plan.is_practice else ""
                )
                form_of = self._plan.auth_form
                return AuthPage(wizard.picks, wizard.picked, form_of, note=note, own=wizard.draft)
            case "inputs":
                return InputsPage(self._plan.inputs_form())
            case "test":
                return TestPage(self._testing.run if self._testing else begin_test())
            case "save":
                return SaidPage(self._saved)

    def _show_around(self) -> None:
        """Show the stepper, the place, the keys and the commands of the page."""
        wizard = self.wizard
        self.query_one("#stepper", SpanText).show([stepper(wizard.page, saved=wizard.is_saved), []])
        self.show_place()
        self.show_count(f"step {page_number(wizard.page)}/{len(PAGES)}")
        keys = KEYS_OF[wizard.page]
        if wizard.page == "test" and self._testing is not None:
            run = self._testing.run
            keys = TESTING if run.is_running else FAILED if run.verdict == "failed" else keys
        self.show_pieces(keys)
        self._show_commands()

    def _show_commands(self) -> None:
        if self.wizard.page == "connector":
            commands = ["connect-tui connector list"]
        elif self._resume:
            commands = edit_commands(self.wizard)
        else:
            commands = [one for one in (auth_command(self.wizard), create_command(self.wizard)) if one]
        width = max(40, self.size.width - 4)
        lines: list[Spans] = [[("   ", ""), ("as a command", "quiet")]]
        lines += [
            [("   ", ""), (piece, "quiet")] for command in commands for piece in wrap_command(command, width)
        ]
        shown = self.query_one("#as-command", SpanText)
        shown.display = self.size.height >= _ROOM_FOR_COMMANDS
        shown.show(lines)

    def _show_test(self) -> None:
        if self.wizard.page == "test" and self._testing is not None:
            for page in self.query(TestPage):
                page.show(self._testing.run)
            self._show_around()

    def close_inner(self) -> bool:
        """Go a page back; nothing that was typed is lost."""
        before = page_before(self.wizard.page)
        if self.wizard.is_saved or self.wizard.page == self._first or before is None:
            return False
        self._stop_test()
        if before == "connector":
            self._resuming.drop(self.wizard.connector)
        self._work(self._show(before))
        return True

    # ---- beginning

    async def _begin(self) -> None:
        self.say("reading the catalog")
        await self._plan.read_catalog()
        self.say("")
        if self._resume:
            page = await self._plan.take_up(self._resume)
            self._first = "authentication" if page == "authentication" else "connector"
            await (self._open_test() if page == "test" else self._show(page))
        elif left := self._resuming.find(self._connector):
            await self._go_on_with(left)
        elif self._connector:
            await self._choose(self._connector)
        else:
            await self._show("connector")

    async def _go_on_with(self, left: Unfinished) -> None:
        await self._choose(left.connector)
        if self.wizard.connector != left.connector:
            self._resuming.drop(left.connector)
            return
        page = self._resuming.take_up(left)
        await self._show(page)
        said = _TYPE_AGAIN if page != left.page else _GOES_ON
        self.say(said.format(left.connector))

    async def _choose(self, handle: str) -> None:
        try:
            said = await self._plan.choose(handle)
        except NotKnownError as error:
            self.wizard.filter = handle
            await self._show("connector")
            self._say_failure(error.failure)
            return
        self.say(said, "warn" if said else "quiet")
        await self._show("authentication")

    # ---- going on

    def on_picker_picked(self, message: Picker.Picked) -> None:
        """Go on with a connector."""
        self.wizard.filter = message.picker.text
        self.shell.when_quiet(lambda: self._work(self._choose(message.key)))

    def on_auth_page_picked(self, message: AuthPage.Picked) -> None:
        """Remember the choice."""
        self.wizard.picked = message.index
        self._show_commands()

    def on_auth_page_finished(self) -> None:
        """Go on when the form is right."""
        self.action_do("go_on")

    def on_form_view_finished(self, message: FormView.Finished) -> None:
        """Go on when the form is right, unless enter was part of a paste."""
        self.shell.when_quiet(self.do_go_on, message.pressed_at)

    def on_form_view_changed(self) -> None:
        """Say the same as commands."""
        self._show_commands()

    def do_go_on(self) -> None:
        """Enter: what it means is up to the page."""
        match self.wizard.page:
            case "connector":
                for picker in self.query(Picker):
                    picker.choose()
            case "authentication":
                if self._forms_are_right():
                    self._work(self._show("inputs"))
            case "inputs":
                if self._forms_are_right():
                    self._work(self._keep())
            case "test":
                self._work(self._save())
            case "save":
                self.shell.go(RunPlace(self.wizard.draft))

    def focus_next(self, *_selector: Any) -> Widget | None:
        """Tab: from the choices of an authentication into its form."""
        for page in self.query(AuthPage):
            if page.step_into_form():
                return self.focused
        return super().focus_next()

    def _forms_are_right(self) -> bool:
        right = all(view.submit() is not None for view in self.query(FormView))
        self.say("" if right else "something is missing or wrong: see the field", "warn")
        return right

    async def _keep(self) -> None:
        await self._plan.keep()
        self._resuming.drop(self.wizard.connector)
        if self._is_left:
            await self._put_back()
        else:
            await self._open_test()

    async def _open_test(self) -> None:
        if not await self._is_signed_in():
            await self._show("inputs")
            self.say("nobody has signed in yet; enter begins again", "warn")
            return
        self._testing = Testing(self.services, self.wizard.draft, self._plan.probes, self._show_test)
        await self._show("test")
        self._test()

    async def _is_signed_in(self) -> bool:
        """Let the person sign in where that is due; tell whether nothing is due any more."""
        name = self.wizard.draft
        found = await self.services.call(lambda engine: engine.who_signs_in(name))
        if found is None or not found[1]:
            return True
        signed_in: bool | None = await self.shell.push_screen_wait(SignInDialog(found[0], name))
        return bool(signed_in)

    async def _save(self) -> None:
        name = self.wizard.draft
        row = await self.services.call(lambda engine: engine.workspace.activate(name))
        self._plan.settle()
        self.wizard.is_saved, self._saved = True, saved_lines(row)
        await self._show("save")

    # ---- leaving without saving

    @property
    def _is_left(self) -> bool:
        """Whether another view is shown; a question over this one is not another view."""
        shown = [screen for screen in self.app.screen_stack if isinstance(screen, View)]
        return not shown or shown[-1] is not self

    def on_screen_suspend(self) -> None:
        """Keep where this is left; let the credentials that worked be in force again."""
        if not self._is_left:
            return
        self._leave()
        if self._plan.is_unsaved:
            self.app.run_worker(self._put_back(), exit_on_error=False)

    def _leave(self) -> None:
        self._was_left = True
        said = ""
        if self.wizard.draft and self._first == "connector" and not self.is_done:
            said = f"{self.wizard.draft} is kept as a draft: enter on it in Connections goes on"
        elif self._resuming.is_begun and not self._resume:
            self._resuming.keep()
            said = f"{self.wizard.connector} is not set up yet: 4 goes on where you left it"
        if said and isinstance(self.app.screen, View):
            self.app.screen.say(said, "warn")

    def on_screen_resume(self) -> None:
        """Begin again at the credentials when they were put back meanwhile; say that this goes on."""
        if self._was_put_back:
            self._work(self._reopen())
        elif self._was_left and self._resuming.is_begun:
            self.say(_GOES_ON.format(self.wizard.connector))
        self._was_left = False

    async def on_unmount(self) -> None:
        """Keep where this is, and put back what was not saved, before the app ends."""
        if not self._was_left and not self._resume and self._resuming.is_begun:
            self._resuming.keep()
        if self._plan.is_unsaved:
            await self._plan.put_back()

    async def _put_back(self) -> None:
        if not self._plan.is_unsaved:
            return
        self._stop_test()
        try:
            await self._plan.put_back()
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            if isinstance(self.app.screen, View):
                self.app.screen.say_failure(error)
            return
        self._was_put_back = True
        if not self._is_left:
            self._work(self._reopen())
        elif isinstance(self.app.screen, View):
            self.app.screen.say(f"{self.wizard.draft} was not saved: what worked before is in force", "warn")

    async def _reopen(self) -> None:
        self._was_put_back = False
        await self._show("authentication")
        self.say("nothing was saved: what worked before is in force", "warn")

    # ---- the test

    def _test(self, only: str = "") -> None:
        if self._testing is not None:
            self.run_worker(
                self._tested(self._testing, only), group="test", exclusive=True, exit_on_error=False
            )

    async def _tested(self, testing: Testing, only: str) -> None:
        failure = await testing.start(only)
        if failure is not None:
            self._say_failure(failure)

    def _stop_test(self) -> None:
        self.workers.cancel_group(self, "test")
        if self._testing is not None and self._testing.run.is_running:
            self._testing.stop()

    def on_engine_event(self, message: EngineEvent) -> None:
        """Show the stages as they end."""
        if self._testing is not None:
            self._testing.take(message.event)

    def do_test_again(self) -> None:
        """Test from the first stage."""
        self._test()

    def do_repeat(self) -> None:
        """Repeat the stage under the cursor; without one the first that is wrong."""
        for page in self.query(TestPage):
            self._test(page.stages.current.stage)

    def do_mend(self) -> None:
        """Go to the page where what failed can be mended."""
        page = mending_page(self._testing.run) if self._testing else None
        if page is not None:
            self._work(self._show(page))

    def do_log(self) -> None:
        """Show the test in Operations, with every request."""
        if self._testing is not None:
            self.shell.go(ExchangePlace(self._testing.operation))

    def do_interrupt(self) -> None:
        """Stop the test."""
        self._stop_test()
        self.say("the test was stopped; R tests again", "warn")

    # ---- reasons, copies, failures

    def reason_against(self, key_id: str) -> str:
        """Say why a key of the test page cannot run now."""
        run = self._testing.run if self._testing else None
        running = run is not None and run.is_running
        name = key_id.removeprefix("new_connection.")
        if name in ("test_again", "repeat", "mend", "log") and self.wizard.page != "test":
            return "that belongs to the test page"
        waits = "the test is still running; ^c stops it" if running and self.wizard.page == "test" else ""
        reasons = {
            "app.interrupt": "" if running else "nothing runs here; q or ^q leaves the app",
            "new_connection.go_on": waits,
            "new_connection.repeat": waits,
            "new_connection.mend": "" if run and mending_page(run) else "nothing failed",
            "new_connection.log": "" if self._testing and self._testing.operation else "there is no test yet",
        }
        return reasons.get(key_id, "") or super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the name, the command, and where to read more."""
        command = edit_commands(self.wizard)[-1] if self._resume else create_command(self.wizard)
        copies = {"y": Copy("name", self.wizard.name), "c": Copy("command", command)}
        if self.wizard.page != "connector" and self._plan.docs:
            copies["u"] = Copy("docs URL", self._plan.docs)
        return copies

    def _work(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a step; what goes wrong is said, and the page stays."""
        self.run_worker(self._said(coroutine), group="step", exclusive=True, exit_on_error=False)

    async def _said(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._say_failure(failure_of(error))

    def _say_failure(self, failure: Failure) -> None:
        self.say(f"{failure.message} · {failure.remedy}".removesuffix(" · "), "bad")
        if failure.error_class == "conflict" and self.wizard.page == "inputs":
            for page in self.query(InputsPage):
                page.form_view.show_errors({NAME.key: failure.message})
