"""The screen of New connection: which page is shown, and what the engine is asked between the pages."""

from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from core.events import OperationStarted, StageEnded

from ...messages import EngineEvent
from ...state.catalog_rows import CONNECTOR_COLUMNS, connector_rows
from ...state.form import Form
from ...state.labels import connection_state
from ...state.spans import Spans
from ...state.stages import Page, begin_test, end_test, mending_page, take_stage, wait_again
from ...state.wizard import (
    NAME,
    PAGES,
    AuthPick,
    Wizard,
    auth_command,
    create_command,
    page_before,
    page_number,
    stepper,
    take_connector,
    wrap_command,
)
from ...widgets.bindings import bind
from ...widgets.key_bar import KeyBar
from ...widgets.picker import Picker
from ...widgets.span_lines import SpanText
from ..view import Copy, View
from .auth_page import AuthPage
from .forms import build_auth_form, build_draft, build_inputs_form
from .pages import InputsPage, SavedPage, TestPage
from .steps import (
    ConnectorFacts,
    keep_draft,
    list_catalog,
    list_picks,
    read_connection,
    read_connector,
    taken_names,
)

if TYPE_CHECKING:
    from core import CatalogEntry
    from core.errors import Failure

PRACTICE = "practice"
_KEYS: Mapping[Page, tuple[tuple[str, str], ...]] = {
    "connector": (("⏎", "choose"), ("↑↓", "move"), ("esc", "leave")),
    "authentication": (("⏎", "go on"), ("↑↓", "choose"), ("tab", "fields"), ("esc", "back")),
    "inputs": (("⏎", "go on and test"), ("tab", "next field"), ("esc", "back")),
    "test": (
        ("⏎", "save"), ("R", "test again"), ("r", "repeat this stage"),
        ("m", "mend it"), ("l", "log"), ("esc", "back"),
    ),
    "save": (("⏎", "run an operation"), ("1", "connections"), ("4", "another one"), ("esc", "back")),
}  # fmt: skip


class NewConnectionScreen(View):
    """Five pages; what was typed stays, and after the inputs page a draft is kept to come back to."""

    CONTEXT = "new_connection"
    COMMAND = "connect-tui connection create --help"
    BINDINGS: ClassVar[list[BindingType]] = bind("new_connection")
    CSS_PATH = "new_connection.tcss"

    def __init__(self, connector: str | None = None, resume: str | None = None) -> None:
        super().__init__()
        self.wizard = Wizard()
        self._connector = connector
        self._resume = resume
        self._first: Page = "connector"
        self._entries: tuple[CatalogEntry, ...] = ()
        self._facts: ConnectorFacts | None = None
        self._names: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._operation = ""

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say which page of which connector this is."""
        named = (self._facts.handle,) if self._facts and self.wizard.page != "connector" else ()
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

    async def _begin(self) -> None:
        self.say("reading the catalog")
        self._entries = await self.shell.call(list_catalog)
        self.say("")
        if self._resume:
            await self._take_up(self._resume)
        elif self._connector:
            await self._choose(self._connector)
        else:
            await self._show("connector")

    async def _take_up(self, name: str) -> None:
        """Go on with a connection that is there: a draft where it was left, others at the credentials."""
        row, authentication = await self.shell.call(lambda engine: read_connection(engine, name))
        await self._read_connector(row.connector)
        wizard = self.wizard
        wizard.draft, wizard.authentication = row.name, authentication
        wizard.inputs = build_inputs_form(self._known(), row.name, row)
        names = [pick.name for pick in wizard.picks]
        wizard.picked = names.index(authentication) if authentication in names else 0
        self._first = "connector" if row.state == "draft" else "authentication"
        page = row.wizard_page if row.state == "draft" else "authentication"
        await self._show(next((one for one in PAGES if one == page), "inputs"))

    async def _choose(self, handle: str) -> None:
        wizard = self.wizard
        if wizard.draft and wizard.connector != handle:
            dropped, wizard.draft = wizard.draft, ""
            await self.shell.call(lambda engine: engine.workspace.delete(dropped))
        await self._read_connector(handle)
        if wizard.inputs is None:
            wizard.inputs = build_inputs_form(self._known(), self._free_name(), None)
        await self._show("authentication")

    async def _read_connector(self, handle: str) -> None:
        facts = await self.shell.call(lambda engine: read_connector(engine, handle))
        self._facts = facts
        take_connector(self.wizard, facts.handle)
        self._names = await self.shell.call(taken_names)
        self.wizard.picks = await self.shell.call(lambda engine: list_picks(engine, facts))
        self.wizard.picked = min(self.wizard.picked, max(0, len(self.wizard.picks) - 1))
        if handle == PRACTICE:
            said = await self.shell.practice.start()
            self.say(said, "warn" if said else "quiet")

    def _free_name(self) -> str:
        from ...state.wizard import free_name

        return free_name(self._known().handle, self._names[0])

    def _known(self) -> ConnectorFacts:
        assert self._facts is not None  # noqa: S101 - pages after the first have a connector
        return self._facts

    # ---- pages

    async def _show(self, page: Page) -> None:
        self.wizard.page = page
        place = self.query_one("#place", Container)
        await place.remove_children()
        await place.mount(self._build(page))
        self._show_around()
        if page == "test" and self.wizard.test is None:
            self._start_test()

    def _build(self, page: Page) -> Widget:
        wizard = self.wizard
        match page:
            case "connector":
                return Picker(
                    CONNECTOR_COLUMNS,
                    connector_rows(self._entries),
                    hint="a name, a kind of authentication, a word",
                    text=wizard.filter,
                    chosen=wizard.connector,
                    id="page",
                )
            case "authentication" if not wizard.picks:
                return SavedPage([[], [("   This connector needs no authentication.", "")]])
            case "authentication":
                note = "the credentials of the practice service are filled in" if self._is_practice() else ""
                return AuthPage(wizard.picks, wizard.picked, self._auth_form, note)
            case "inputs":
                return InputsPage(
                    wizard.inputs or build_inputs_form(self._known(), self._free_name(), None), []
                )
            case "test":
                return TestPage(wizard.test or begin_test())
            case "save":
                return SavedPage(self._saved_lines)

    def _show_around(self) -> None:
        """Show the stepper, the place, the keys and the commands of the page."""
        wizard = self.wizard
        self.query_one("#stepper", SpanText).show([stepper(wizard.page, saved=wizard.is_saved), []])
        self.show_place()
        self.show_count(f"step {page_number(wizard.page)}/{len(PAGES)}")
        failed = wizard.test is not None and wizard.test.verdict == "failed"
        keys = [piece for piece in _KEYS[wizard.page] if failed or piece[0] != "m"]
        self.query_one(KeyBar).show_keys([*keys, ("?", "all")])
        self._show_commands()

    def _show_commands(self) -> None:
        if self.wizard.page == "connector":
            commands = ["connect-tui connector list"]
        else:
            commands = [one for one in (auth_command(self.wizard), create_command(self.wizard)) if one]
        width = max(40, self.size.width - 4)
        lines: list[Spans] = [[("   as a command", "faint")]]
        lines += [
            [("   ", ""), (piece, "quiet")] for command in commands for piece in wrap_command(command, width)
        ]
        self.query_one("#as-command", SpanText).show(lines)

    def _auth_form(self, pick: AuthPick) -> Form:
        return build_auth_form(self.wizard, self._known(), pick, self._names[1], practice=self._is_practice())

    def _is_practice(self) -> bool:
        return self._facts is not None and self._facts.handle == PRACTICE

    def close_inner(self) -> bool:
        """Go a page back; nothing that was typed is lost."""
        wizard = self.wizard
        if wizard.is_saved or wizard.page == self._first:
            return False
        before = page_before(wizard.page)
        if before is None:
            return False
        self.workers.cancel_group(self, "test")
        self._work(self._show(before))
        return True

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
        self.shell.when_quiet(self.do_go_on)

    def on_inputs_page_finished(self) -> None:
        """Keep a draft and test it, when the form is right."""
        self.shell.when_quiet(self.do_go_on)

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
                self._finish_authentication()
            case "inputs":
                pages = self.query(InputsPage)
                if pages and self._submitted(pages.first().form_view.submit()):
                    self._work(self._keep())
            case "test":
                self._work(self._save())
            case "save":
                self.shell.open_run(self.wizard.draft)

    def do_next_pane(self) -> None:
        """Go from the choices of the authentication page to its form."""

    def _finish_authentication(self) -> None:
        pages = self.query(AuthPage)
        if not pages or self._submitted(pages.first().form_view.submit()):
            self._work(self._show("inputs"))

    def _submitted(self, values: object) -> bool:
        if values is None:
            self.say("something is missing or wrong: see the field", "warn")
        else:
            self.say("")
        return values is not None

    async def _keep(self) -> None:
        """Keep the draft, so that it can be gone on with later, and go to its test."""
        wizard, facts = self.wizard, self._known()
        draft = build_draft(wizard, facts)
        kept = await self.shell.call(lambda engine: keep_draft(engine, draft))
        wizard.draft, wizard.authentication = kept.name, kept.authentication
        wizard.made = kept.authentication if kept.made else wizard.made
        wizard.picks = await self.shell.call(lambda engine: list_picks(engine, facts))
        names = [pick.name for pick in wizard.picks]
        wizard.picked = names.index(kept.authentication) if kept.authentication in names else wizard.picked
        wizard.auth_forms.clear()
        wizard.test = None
        await self._show("test")

    # ---- the test

    def _start_test(self, only: str = "") -> None:
        self.run_worker(self._test(only), group="test", exclusive=True, exit_on_error=False)

    async def _test(self, only: str) -> None:
        wizard, name = self.wizard, self.wizard.draft
        pick = wizard.pick
        method = self._known().method(pick.method) if pick else None
        before = wizard.test
        wizard.test = (
            wait_again(before, only) if only and before else begin_test(method.probes if method else ())
        )
        self._show_test()
        try:
            report = await self.shell.submit(
                lambda engine: engine.test(name, stages={only} if only else None)
            )
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            wizard.test = end_test(wizard.test, (), None)
            self._show_test()
            self._say_failure(error)
            return
        self._operation = report.operation
        wizard.test = end_test(wizard.test, report.stages, report.error, only=only)
        self._show_test()

    def _show_test(self) -> None:
        if self.wizard.page == "test" and self.wizard.test is not None:
            for page in self.query(TestPage):
                page.stages.show(self.wizard.test)
            self._show_around()

    def on_engine_event(self, message: EngineEvent) -> None:
        """Show the stages as they end."""
        event, wizard = message.event, self.wizard
        if wizard.test is None or not wizard.test.is_running:
            return
        if isinstance(event, OperationStarted) and event.kind == "test" and event.connection == wizard.draft:
            self._operation = event.operation
        elif isinstance(event, StageEnded) and event.operation == self._operation:
            asked = event.evidence != "not asked for"
            wizard.test = take_stage(wizard.test, event) if asked else wizard.test
            self._show_test()

    def do_test_again(self) -> None:
        """Test from the first stage."""
        self._start_test()

    def do_repeat(self) -> None:
        """Repeat the stage under the cursor; without one the first that is wrong."""
        for page in self.query(TestPage):
            self._start_test(page.stages.current.stage)

    def do_mend(self) -> None:
        """Go to the page where what failed can be mended."""
        page = mending_page(self.wizard.test) if self.wizard.test else None
        if page is not None:
            self._work(self._show(page))

    def do_log(self) -> None:
        """Show the test in Operations."""
        self.shell.open_operations(f"op:{self._operation}")

    def do_interrupt(self) -> None:
        """Stop the test."""
        self.workers.cancel_group(self, "test")
        if self.wizard.test is not None:
            self.wizard.test = end_test(self.wizard.test, (), None)
            self._show_test()
        self.say("the test was stopped", "warn")

    async def _save(self) -> None:
        name = self.wizard.draft
        row = await self.shell.call(lambda engine: engine.workspace.activate(name))
        glyph, word, tone = connection_state(row.state, row.last_test_verdict)
        self.wizard.is_saved = True
        self._saved_lines: list[Spans] = [
            [],
            [("   ✓ ", "good"), (name, "strong"), (" is saved   ", ""), (f"{glyph} {word}", tone)],
            [],
            [("   connector       ", "quiet"), (f"{row.connector}@{row.connector_revision}", "")],
            [("   authentication  ", "quiet"), (row.authentication or "none", "")],
            *([(f"   {key:<15} ", "quiet"), (str(value), "")] for key, value in row.variables.items()),
            [],
            [("   ⏎ ", "key"), ("run an operation   ", "quiet"), ("1 ", "key"), ("all connections", "quiet")],
        ]
        await self._show("save")

    # ---- reasons, copies, failures

    def reason_against(self, key_id: str) -> str:
        """Say why a key of the test page cannot run now."""
        wizard = self.wizard
        name = key_id.removeprefix("new_connection.")
        running = wizard.test is not None and wizard.test.is_running
        if key_id == "app.interrupt" and not running:
            return "nothing runs here; q or ^q leaves the app"
        if name in ("test_again", "repeat", "mend", "log") and wizard.page != "test":
            return "that belongs to the test page"
        if name in ("repeat", "go_on") and running and wizard.page == "test":
            return "the test is still running; ^c stops it"
        if name == "mend" and (wizard.test is None or mending_page(wizard.test) is None):
            return "nothing failed"
        if name == "log" and not self._operation:
            return "there is no test yet"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the name and the command."""
        return {"y": Copy("name", self.wizard.name), "c": Copy("command", create_command(self.wizard))}

    def _work(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a step; what goes wrong is said, and the page stays."""
        self.run_worker(self._told(coroutine), group="step", exclusive=True, exit_on_error=False)

    async def _told(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._say_failure(error)

    def _say_failure(self, error: Exception) -> None:
        from core.errors import failure_of

        failure: Failure = failure_of(error)
        self.say(f"{failure.message} · {failure.remedy}".removesuffix(" · "), "bad")
        if failure.error_class == "conflict" and self.wizard.page == "inputs":
            for page in self.query(InputsPage):
                page.form_view.show_errors({NAME.key: failure.message})
