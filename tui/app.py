"""The app: it binds the keys of every screen, shows the views, and holds the services."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.binding import BindingType
from textual.message import Message

from core.home import Home

from .arming import change_arming
from .copying import Copying
from .driver import TerminalDriver
from .key_times import KeyTimes
from .key_turns import KeyTurns
from .keys import KEYS, KeymapError, read_keymap
from .messages import EngineEvent, EngineFailed, EngineOpened, KeptChanged, UnlockAsked
from .screens.view import View
from .services import Services, now_us
from .settings import Settings, SettingsError, choose_theme, read_settings
from .shell import Shell
from .state.arming import refusal_unarmed
from .state.places import PLACE_BY_KEY, ConnectionsPlace, NewConnectionPlace, Place, ProjectPlace
from .theme import open_theme
from .views import Views
from .widgets.bindings import bind

if TYPE_CHECKING:
    from textual.theme import Theme


_LOOK_S = 0.4
_KEY_BY_ID = {key.id: key for key in KEYS}


class ConnectApp(Shell, inherit_bindings=False):
    """One person at one terminal.

    Every open view gets the messages of `tui.messages`, such as each event of the engine
    (``on_engine_event``).
    """

    BINDINGS: ClassVar[list[BindingType]] = bind("app")
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    ESCAPE_TO_MINIMIZE = False
    ALLOW_SELECT = False
    NOTIFICATION_TIMEOUT = 0

    def __init__(
        self,
        home: Home,
        project: str = "default",
        actor: str | None = None,
        *,
        now_us: Callable[[], int] = now_us,
    ) -> None:
        self._settings_trouble = ""
        theme = self._choose_theme(home)
        super().__init__(driver_class=TerminalDriver, ansi_color=theme.ansi or None)
        self.animation_level = "none"
        self.register_theme(theme)
        self.theme = theme.name
        self.services = Services(home, project, actor, self._tell, now_us)
        self._views = Views(self)
        self._key_times = KeyTimes()
        self._key_turns = KeyTurns(self, self._hand_on)
        self._copying = Copying(self, self.services)
        self._mouse_is_on = True
        self.keymap = {}

    # ---- life

    def on_mount(self) -> None:
        """Show the first view; the engine follows after it is painted."""
        self._read_keymap()
        self.spells_keys = getattr(self._driver, "lacks_keys", False)
        self.go(ConnectionsPlace())
        self.call_after_refresh(self._start_behind)

    def _start_behind(self) -> None:
        self.set_interval(_LOOK_S, self._look)
        self.run_worker(self._open_engine(), exit_on_error=False)

    def _look(self) -> None:
        if self.services.changed():
            self._views.tell(KeptChanged)

    async def _open_engine(self) -> None:
        failure = await self.services.open_engine()
        if failure is None:
            if not self.is_headless:
                # All that was imported stays; a full collection that looks at it costs a tenth of a second.
                gc.freeze()
            self._views.tell(EngineOpened)
        else:
            self._views.tell(lambda: EngineFailed(failure))
            self._say(failure.message, "bad")

    async def on_unmount(self) -> None:
        """End what works for the app."""
        await self.services.close()

    def _tell(self, message: Message) -> bool:
        return self.is_running and self.post_message(message)

    def on_engine_event(self, message: EngineEvent) -> None:
        """Hand the event to every open view."""
        self._views.tell(lambda: EngineEvent(message.event))

    async def on_unlock_asked(self, message: UnlockAsked) -> None:
        """Ask over whatever is shown."""
        self.run_worker(self._answer_unlock(message), group="unlock")

    async def _answer_unlock(self, message: UnlockAsked) -> None:
        from .screens.unlock import ask_unlock

        choice = None
        try:
            choice = await ask_unlock(self, message.request, self.services.home.config / "vault.key")
        finally:
            if not message.answer.done():
                message.answer.set_result(choice)

    # ---- what screens ask for

    def go(self, place: Place) -> None:
        """Open a place and remember it in the history; nothing is set up where nothing may be changed."""
        if isinstance(place, NewConnectionPlace) and self.services.is_read_only:
            self._say(refusal_unarmed(self.services.project), "warn")
        elif isinstance(place, ProjectPlace):
            self.run_worker(self._switch_project(place.name), group="project", exit_on_error=False)
        else:
            self._views.go(place)

    async def _switch_project(self, name: str | None) -> None:
        from .projects import refusal_to_switch, switch_project
        from .screens.projects import ask_project

        name = name or await ask_project(self)
        refusal = refusal_to_switch(self.services, name) if name else ""
        if refusal:
            self._say(refusal, "warn")
        elif name:
            said, tone = await switch_project(self.services, self._views, name)
            self.call_after_refresh(self._say, said, tone)

    def when_quiet(self, function: Callable[[], object], pressed_at: float | None = None) -> None:
        """Run a function unless more keys are queued behind the one that asked: that is a paste."""
        at = pressed_at or self._key_times.asked_at

        def run() -> None:
            if self._key_times.is_last(at):
                function()
            else:
                self._say("more keys followed at once, as in a paste: nothing was done", "warn")

        self.call_later(run)

    def run_command_line(self, line: str) -> str:
        """Do what was typed after ``:``, or say why not; empty when it was done."""
        from .state.commands import CommandProblem, check_command, parse_command, place_of

        try:
            command = parse_command(line)
            if command is not None:
                check_command(command, self.services)
        except CommandProblem as problem:
            return str(problem)
        place = place_of(command) if command else None
        if place is not None:
            self.call_later(self.go, place)
        elif command is not None:
            self.call_later(self.action_do, "quit_now" if command.noun == "quit" else command.noun)
        return ""

    # ---- keys

    async def on_event(self, event: events.Event) -> None:
        """Note when keys came, and hand them on one at a time."""
        self._key_times.note(event)
        if self._key_turns.holds(event):
            return
        try:
            await (super().on_event(event) if event.is_forwarded else self._hand_on(event))
        finally:
            self._key_times.leave()

    async def _hand_on(self, event: events.Event) -> None:
        """Take the second key of ``y…``, and give any other to what has the focus."""
        if not (isinstance(event, events.Key) and self._copying.takes(event.key)):
            await super().on_event(event)

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
        if name in PLACE_BY_KEY:
            self.go(PLACE_BY_KEY[name]())
        elif own is not None:
            own(view)
        else:
            view.perform(key)

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

    def do_jump(self, view: View) -> None:
        """Put labels on what is in sight."""
        from .screens.jump import JumpScreen, find_goals

        goals = find_goals(view)
        if goals:
            self.push_screen(JumpScreen(goals))
        else:
            view.say("there is nothing to jump to here")

    def do_back(self, view: View) -> None:
        """Close something, or go back."""
        if not view.close_inner() and not self._views.back():
            view.say("this is the first view; q leaves the app")

    def do_last(self, view: View) -> None:
        """Go to the view that was left last."""
        if not self._views.last():
            view.say("there is no other view yet")

    def do_earlier(self, view: View) -> None:
        """Go back in the history."""
        if not self._views.back():
            view.say("the history begins here")

    def do_later(self, view: View) -> None:
        """Go forward in the history."""
        if not self._views.forward():
            view.say("the history ends here")

    def do_next_pane(self, view: View) -> None:
        """Go to the next pane."""
        view.focus_next()

    def do_previous_pane(self, view: View) -> None:
        """Go to the pane before."""
        view.focus_previous()

    def do_copy(self, view: View) -> None:
        """Wait for the second key of ``y…``."""
        self._copying.begin(view)

    def do_arm(self, view: View) -> None:
        """Let this session change a production project, or no longer."""
        self.run_worker(change_arming(view, self.services, self._views), exit_on_error=False)

    def do_mouse(self, view: View) -> None:
        """Leave the mouse to the terminal, or take it again."""
        from .terminal import set_mouse

        self._mouse_is_on = not self._mouse_is_on
        set_mouse(self, on=self._mouse_is_on)
        ours = "the mouse is ours again"
        view.say(ours if self._mouse_is_on else "the mouse is the terminal's: select with it; F2 again")

    def do_dump(self, view: View) -> None:
        """Print the screen as plain text."""
        from .terminal import dump_screen

        if not dump_screen(self):
            view.say("this terminal cannot be left for a moment", "warn")

    def do_quit(self, view: View) -> None:
        """Go back, or out."""
        if not view.close_inner() and not self._views.back():
            self.exit(0)

    def do_quit_now(self, _view: View) -> None:
        """Leave."""
        self.exit(0)

    async def action_quit(self) -> None:
        """Leave."""
        self.exit(0)

    # ---- the command line, the settings

    def _complete(self, line: str) -> str:
        from .state.commands import complete_command

        connectors = sorted({kept.handle for kept in self.services.reading.connectors()})
        services = self.services
        return complete_command(line, services.connection_names, connectors, services.project_names)

    def _choose_theme(self, home: Home) -> Theme:
        try:
            settings = read_settings(home.config / "settings.toml")
            return open_theme(choose_theme(settings).name, home.config)
        except SettingsError as error:
            self._settings_trouble = str(error)
        return open_theme(choose_theme(Settings()).name, home.config)

    def _read_keymap(self) -> None:
        if self._settings_trouble:
            self._say_trouble(self._settings_trouble)
        try:
            self.keymap = read_keymap(self.services.home.config / "keymap.toml")
            self.set_keymap(self.keymap)
        except KeymapError as error:
            self._say_trouble(str(error))

    def _say_trouble(self, text: str) -> None:
        """Say what is wrong in a file of the config folder, by its name there."""
        folder = f"{self.services.home.config}{os.sep}"
        self.call_after_refresh(self._say, text.replace(folder, ""), "warn")

    def _say(self, text: str, tone: str) -> None:
        if isinstance(self.screen, View):
            self.screen.say(text, tone)

    # ---- when something breaks

    def _fatal_error(self) -> None:
        """Keep the traceback in a file without the values of variables, and show a sentence."""
        from .terminal import keep_crash

        self.bell()
        sentence = keep_crash(self._exception, self.services.home.state)
        self._exit_renderables.append(cast("Any", sentence))
        self._close_messages_no_wait()


def run_app(home: Home, project: str = "default") -> int:
    """Run the app on this terminal until the person leaves; gives the exit code."""
    from .terminal import end_without_terminal

    app = ConnectApp(home, project)
    try:
        code = app.run()
    finally:
        app.services.stop()
        end_without_terminal(app.return_value or 128 + signal.SIGHUP)
    return code if code is not None else (app.return_code or 0)
