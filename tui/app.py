"""The app: it binds the keys of every screen, keeps the views in order, and holds the engine's thread."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.message import Message

from core.home import Home

from .keys import KEYS, KeymapError, read_keymap
from .messages import EngineEvent, EngineFailed, EngineOpened, KeptChanged, UnlockAsked
from .screens.view import View
from .state.history import History
from .theme import DARK, THEMES
from .widgets.bindings import bind

if TYPE_CHECKING:
    from core import Engine, UnlockChoice, UnlockRequest
    from core.events import Event
    from storage.reading import Reading

    from .engine_thread import EngineThread
    from .practice import PracticeHost

T = TypeVar("T")
_LOOK_S = 0.4
_KEY_BY_ID = {key.id: key for key in KEYS}


class ConnectApp(App[int], inherit_bindings=False):
    """One person at one terminal.

    Screens use: `open_connections`, `open_catalog`, `open_new_connection`, `open_run`, `open_operations`,
    `open_doctor`, `open_view`, `go_back`; `submit` and `call` for the engine; `reading` for what is only
    looked at; `when_quiet` before something irreversible; `copy` for the clipboard. Every open view gets the
    messages of `tui.messages`, such as each event of the engine (``on_engine_event``).
    """

    BINDINGS: ClassVar[list[BindingType]] = bind("app")
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    ALLOW_SELECT = False
    NOTIFICATION_TIMEOUT = 0

    def __init__(self, home: Home, project: str = "default", actor: str | None = None) -> None:
        super().__init__()
        self.home = home
        self.project = project
        self.actor = actor
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name
        self.views: History[View] = History()
        self.engine_is_open = False
        self._engine_thread: EngineThread | None = None
        self._reading: Reading | None = None
        self._practice: PracticeHost | None = None
        self._answers: list[Future[UnlockChoice | None]] = []
        self._newest_key_at = 0.0
        self._acting_key_at: float | None = None
        self._copies_waiting = False
        self._mouse_is_on = True

    # ---- life

    def on_mount(self) -> None:
        """Show the first view; the engine follows after it is painted."""
        self._read_keymap()
        self.open_connections()
        self.call_after_refresh(self._start_behind)

    def _start_behind(self) -> None:
        from .terminal import leave_on_signals

        leave_on_signals(self)
        self._engine.start()
        self.set_interval(_LOOK_S, self._look)
        self.run_worker(self._wait_for_engine(), exit_on_error=False)

    def _look(self) -> None:
        from core.errors import failure_of

        try:
            changed = self.reading.changed()
        except Exception as error:
            # A database that cannot be read is shown by the screen that reads it, not four times a second.
            if failure_of(error).error_class == "bug":
                raise
            return
        if changed:
            self._tell_views(KeptChanged)

    async def _wait_for_engine(self) -> None:
        from core.errors import failure_of

        try:
            await self._engine.call(lambda _engine: None)
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            failure = failure_of(error)
            self._tell_views(lambda: EngineFailed(failure))
            if isinstance(self.screen, View):
                self.screen.say(failure.message, "bad")
        else:
            self.engine_is_open = True
            self._tell_views(EngineOpened)

    async def on_unmount(self) -> None:
        """Stop the practice service and the engine, and join its thread."""
        for answer in self._answers:
            if not answer.done():
                answer.set_result(None)
        if self._practice is not None:
            await asyncio.to_thread(self._practice.stop)
        if self._engine_thread is not None:
            await asyncio.to_thread(self._engine_thread.stop)
        if self._reading is not None:
            self._reading.close()

    # ---- the engine and what is kept

    @property
    def reading(self) -> Reading:
        """What is kept, to look at; opened when first asked for."""
        if self._reading is None:
            from storage.reading import open_reading

            self._reading = open_reading(self.home.database)
        return self._reading

    @property
    def project_id(self) -> str:
        """The id of the project by its name; empty while the database has no such project."""
        return next((one.id for one in self.reading.projects() if one.name == self.project), "")

    @property
    def connection_names(self) -> list[str]:
        """The names of the project's connections."""
        return [row.connection.name for row in self.reading.connections(self.project_id)]

    @property
    def practice(self) -> PracticeHost:
        """The practice service of this app; made when first asked for."""
        if self._practice is None:
            from .practice import PracticeHost

            self._practice = PracticeHost()
        return self._practice

    @property
    def _engine(self) -> EngineThread:
        """The engine's thread; its modules are imported when it is first needed, after the first paint."""
        if self._engine_thread is None:
            from .engine_thread import EngineThread

            self._engine_thread = EngineThread(self._open_engine, self._tell_event)
        return self._engine_thread

    def submit(self, make_coroutine: Callable[[Engine], Awaitable[T]]) -> asyncio.Future[T]:
        """Run a coroutine with the engine in its thread; cancelling the future cancels it there."""
        return self._engine.submit(make_coroutine)

    def call(self, function: Callable[[Engine], T]) -> asyncio.Future[T]:
        """Run one of the engine's plain methods in its thread."""
        return self._engine.call(function)

    def _open_engine(self, emit: Callable[[Event], None]) -> Engine:
        from core import open_engine

        return open_engine(
            self.home, project=self.project, actor=self.actor, unlock=self._ask_unlock, emit=emit
        )

    def _ask_unlock(self, request: UnlockRequest) -> UnlockChoice | None:
        """Wait, in the engine's thread, for what the person chooses."""
        answer: Future[UnlockChoice | None] = Future()
        self._answers.append(answer)
        if not self.is_running:
            return None
        self.post_message(UnlockAsked(request, answer))
        return answer.result()

    async def on_unlock_asked(self, message: UnlockAsked) -> None:
        """Ask over whatever is shown."""
        self.run_worker(self._answer_unlock(message), group="unlock")

    async def _answer_unlock(self, message: UnlockAsked) -> None:
        from .screens.unlock import ask_unlock

        choice = None
        try:
            choice = await ask_unlock(self, message.request, self.home.config / "vault.key")
        finally:
            if not message.answer.done():
                message.answer.set_result(choice)

    def _tell_event(self, event: Event) -> None:
        if self.is_running:
            self.post_message(EngineEvent(event))

    def on_engine_event(self, message: EngineEvent) -> None:
        """Hand the event to every open view."""
        self._tell_views(lambda: EngineEvent(message.event))

    def _tell_views(self, make_message: Callable[[], Message]) -> None:
        for view in dict.fromkeys(self.views):
            view.post_message(make_message())

    # ---- places

    def open_connections(self, name: str | None = None) -> None:
        """Go to the list of connections, to one of them when named."""
        from .screens.connections import ConnectionsScreen

        view = self._kept(ConnectionsScreen)
        self.open_view(view)
        if name:
            view.select(name)

    def open_catalog(self, text: str = "") -> None:
        """Go to the list of connectors, filtered when a text is given."""
        from .screens.catalog import CatalogScreen

        view = self._kept(CatalogScreen)
        self.open_view(view)
        if text:
            view.filter_entered(text)

    def open_new_connection(self, connector: str | None = None, resume: str | None = None) -> None:
        """Go to New connection: from the start, for a connector, or on with one that was begun."""
        from .screens.new_connection import NewConnectionScreen

        self.open_view(NewConnectionScreen(connector=connector, resume=resume))

    def open_run(self, connection: str | None = None, operation: str | None = None) -> None:
        """Go to Run, for a connection and an operation when they are known."""
        from .screens.run import RunScreen

        self.open_view(RunScreen(connection=connection, operation=operation))

    def open_operations(self, filter: str | None = None) -> None:  # noqa: A002 - the screens' word
        """Go to the log; a filter replaces the one that is there."""
        from .screens.operations import OperationsScreen

        view = self._kept(OperationsScreen)
        self.open_view(view)
        if filter is not None:
            view.filter_entered(filter)

    def open_doctor(self) -> None:
        """Go to what is installed and where things are."""
        from .screens.doctor import DoctorScreen

        self.open_view(DoctorScreen())

    def open_view(self, view: View) -> None:
        """Show a view and remember it in the history."""
        if view is self.views.current:
            return
        dropped = self.views.open(view)
        self._show(view)
        for gone in dropped:
            if self.is_screen_installed(gone):
                self.uninstall_screen(gone)
                gone.remove()

    def go_back(self) -> bool:
        """Show the view before; tell whether there was one."""
        view = self.views.step(-1)
        if view is not None:
            self._show(view)
        return view is not None

    def _kept(self, kind: type[V]) -> V:
        """Give the one view of a kind that is opened once, a new one when it is not in the history."""
        return next((view for view in self.views if isinstance(view, kind)), None) or kind()

    def _show(self, view: View) -> None:
        while len(self.screen_stack) > 1 and not isinstance(self.screen, View):
            self.pop_screen()
        if not self.is_screen_installed(view):
            self.install_screen(view, f"view-{id(view)}")
        if len(self.screen_stack) > 1:
            self.switch_screen(view)
        else:
            self.push_screen(view)

    # ---- keys

    async def on_event(self, event: events.Event) -> None:
        """Note when keys came, and take the second key of ``y…``."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self._newest_key_at = event.time
            if self._copies_waiting:
                self._copies_waiting = False
                self._copy_chosen(event.key)
                return
        # A key comes back here when no widget wanted it; its binding runs inside this call.
        self._acting_key_at = event.time if isinstance(event, events.Key) and event.is_forwarded else None
        try:
            await super().on_event(event)
        finally:
            self._acting_key_at = None

    def when_quiet(self, function: Callable[[], object], pressed_at: float | None = None) -> None:
        """Run a function unless more keys are queued behind the one that asked: that is a paste.

        ``pressed_at`` is the time of that key's event, where a widget took the key itself.
        """
        at = pressed_at or self._acting_key_at or self._newest_key_at

        def run() -> None:
            if self._newest_key_at <= at:
                function()
            elif isinstance(self.screen, View):
                self.screen.say("more keys followed at once, as in a paste: nothing was done", "warn")

        self.call_later(run)

    def action_do(self, name: str) -> None:
        """Run a key of the context ``app`` on the view that is shown."""
        view = self.screen
        if not isinstance(view, View):
            return
        key = _KEY_BY_ID[f"app.{name}"]
        reason = view.reason_against(key.id)
        if reason:
            view.say(reason, "warn")
            return
        view.say("")
        own = getattr(self, f"do_{name}", None)
        if own is not None:
            own(view)
        else:
            view.perform(key)

    def do_connections(self, _view: View) -> None:
        """Digit 1."""
        self.open_connections()

    def do_catalog(self, _view: View) -> None:
        """Digit 2."""
        self.open_catalog()

    def do_new_connection(self, _view: View) -> None:
        """Digit 4."""
        self.open_new_connection()

    def do_run(self, _view: View) -> None:
        """Digit 5."""
        self.open_run()

    def do_operations(self, _view: View) -> None:
        """Digit 6."""
        self.open_operations()

    def do_doctor(self, _view: View) -> None:
        """Digit 0 and F12."""
        self.open_doctor()

    def do_command(self, view: View) -> None:
        """Type a command."""
        view.open_line(":", "", self._complete)

    def do_filter(self, view: View) -> None:
        """Type a filter or a search."""
        view.open_line("/", view.start_filter_text(), view.complete_filter)

    def do_help(self, view: View) -> None:
        """List what can be done here."""
        from .screens.help import HelpScreen

        self.push_screen(HelpScreen(view))

    def do_palette(self, view: View) -> None:
        """Find anything by name."""
        from .screens.help import HelpScreen

        self.push_screen(HelpScreen(view, everything=True))

    def do_back(self, view: View) -> None:
        """Close something, or go back."""
        if not view.close_inner() and not self.go_back():
            view.say("this is the first view; q leaves the app")

    def do_last(self, view: View) -> None:
        """Go to the view that was left last."""
        last = self.views.last()
        if last is None:
            view.say("there is no other view yet")
        else:
            self.open_view(last)

    def do_earlier(self, view: View) -> None:
        """Go back in the history."""
        if not self.go_back():
            view.say("the history begins here")

    def do_later(self, view: View) -> None:
        """Go forward in the history."""
        later = self.views.step(1)
        if later is None:
            view.say("the history ends here")
        else:
            self._show(later)

    def do_next_pane(self, view: View) -> None:
        """Go to the next pane."""
        view.focus_next()

    def do_previous_pane(self, view: View) -> None:
        """Go to the pane before."""
        view.focus_previous()

    def do_copy(self, view: View) -> None:
        """Wait for the second key of ``y…``."""
        copies = view.copies()
        if not copies:
            view.say("there is nothing to copy here", "warn")
            return
        self._copies_waiting = True
        view.say("copy  " + "   ".join(f"{key} {copy.word}" for key, copy in copies.items()))

    def do_mouse(self, view: View) -> None:
        """Leave the mouse to the terminal, or take it again."""
        from .terminal import set_mouse

        self._mouse_is_on = not self._mouse_is_on
        set_mouse(self, on=self._mouse_is_on)
        view.say(
            "the mouse is ours again"
            if self._mouse_is_on
            else "the mouse is the terminal's: select with it; F2 again"
        )

    def do_dump(self, view: View) -> None:
        """Print the screen as plain text."""
        from .terminal import dump_screen

        if not dump_screen(self):
            view.say("this terminal cannot be left for a moment", "warn")

    def do_quit(self, view: View) -> None:
        """Go back, or out."""
        if not view.close_inner() and not self.go_back():
            self.exit(0)

    def do_quit_now(self, _view: View) -> None:
        """Leave."""
        self.exit(0)

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(0)

    # ---- the command line, the clipboard, the settings

    def run_command_line(self, line: str) -> None:
        """Do what was typed after ``:``."""
        from .state.commands import CommandProblem, parse_command

        view = cast("View", self.screen)
        try:
            command = parse_command(line)
        except CommandProblem as problem:
            view.say(str(problem), "warn")
            return
        if command is None:
            return
        words = [*command.words, None, None]
        places: dict[str, Callable[[], object]] = {
            "conn": lambda: self.open_connections(command.rest or None),
            "cat": lambda: self.open_catalog(command.rest),
            "new": lambda: self.open_new_connection(words[0]),
            "run": lambda: self.open_run(words[0], words[1]),
            "ops": lambda: self.open_operations(command.rest or None),
            "doctor": self.open_doctor,
            "help": lambda: self.do_help(view),
            "quit": lambda: self.exit(0),
        }
        places[command.noun]()

    def _complete(self, line: str) -> str:
        from .state.commands import complete_command

        connectors = sorted({kept.handle for kept in self.reading.connectors()})
        return complete_command(line, self.connection_names, connectors)

    def _copy_chosen(self, key: str) -> None:
        view = self.screen
        if not isinstance(view, View):
            return
        copy = view.copies().get(key)
        if copy is None:
            view.say("nothing was copied")
        else:
            self.run_worker(self.copy(copy.text, copy.word), exit_on_error=False)

    async def copy(self, text: str, word: str) -> None:
        """Copy a text the best way there is, and say which way that was."""
        from .clipboard import copy_text

        way = await copy_text(text, self.home.state, self.copy_to_clipboard)
        if isinstance(self.screen, View):
            self.screen.say(f"copied {word} {way}", "good")

    def _read_keymap(self) -> None:
        try:
            self.set_keymap(read_keymap(self.home.config / "keymap.toml"))
        except KeymapError as error:
            self.call_after_refresh(self._warn, str(error))

    def _warn(self, message: str) -> None:
        if isinstance(self.screen, View):
            self.screen.say(message, "warn")

    # ---- when something breaks

    def _fatal_error(self) -> None:
        """Keep the traceback in a file without the values of variables, and show a sentence."""
        from .terminal import keep_crash

        self.bell()
        sentence = keep_crash(self._exception, self.home.state)
        self._exit_renderables.append(cast("Any", sentence))
        self._close_messages_no_wait()


V = TypeVar("V", bound=View)


def run_app(home: Home, project: str = "default") -> int:
    """Run the app on this terminal until the person leaves; gives the exit code."""
    from .terminal import end_without_terminal

    app = ConnectApp(home, project)
    try:
        code = app.run()
    finally:
        end_without_terminal(128 + signal.SIGHUP)
    return code if code is not None else (app.return_code or 0)
