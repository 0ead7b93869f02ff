"""What the app works with: the engine in its thread, what is kept to look at, the practice service."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from core.home import Home

from .messages import EngineEvent, UnlockAsked
from .settings import SettingsError, read_settings

if TYPE_CHECKING:
    from core import Engine, Failure, UnlockChoice, UnlockRequest
    from core.events import Event
    from storage.reading import Reading
    from storage.records import Project

    from .engine_thread import EngineThread
    from .practice import PracticeHost

T = TypeVar("T")


def now_us() -> int:
    """Give the time in microseconds since 1970 in UTC."""
    return time.time_ns() // 1_000


class Services:
    """Everything is opened when it is first asked for, so that nothing heavy is imported before it is needed.

    ``tell`` posts a message to the app from any thread, and tells whether the app takes messages;
    ``now_us`` is the clock that relative times are counted from. `close` ends what was opened.
    """

    def __init__(
        self,
        home: Home,
        project: str,
        actor: str | None,
        tell: Callable[[Message], bool],
        now_us: Callable[[], int] = now_us,
    ) -> None:
        self.home = home
        self.project = project
        self.now_us = now_us
        self.engine_is_open = False
        self.is_armed = False
        self._actor = actor
        self._tell = tell
        self._engine_thread: EngineThread | None = None
        self._reading: Reading | None = None
        self._practice: PracticeHost | None = None
        self.running: set[str] = set()
        """The operations of this process that run."""
        self._answers: list[Future[UnlockChoice | None]] = []

    # ---- what is kept

    @property
    def reading(self) -> "Reading":
        """What is kept, to look at."""
        if self._reading is None:
            from storage.reading import open_reading

            self._reading = open_reading(self.home.database)
        return self._reading

    @property
    def project_id(self) -> str:
        """The id of the project by its name; empty while the database has no such project."""
        project = self._find_project()
        return project.id if project else ""

    @property
    def is_production(self) -> bool:
        """Whether the project is a production project; not, while the database cannot be read."""
        project = self._read(self._find_project, None)
        return project is not None and project.production

    @property
    def is_read_only(self) -> bool:
        """Whether nothing may be changed: the project is production, and was not armed in this session."""
        return self.is_production and not self.is_armed

    @property
    def project_names(self) -> list[str]:
        """The names of the projects; none while the database cannot be read."""
        return self._read(lambda: [one.name for one in self.reading.projects()], [])

    @property
    def connection_names(self) -> list[str]:
        """The names of the project's connections."""
        return [row.connection.name for row in self.reading.connections(self.project_id)]

    def connection_state(self, name: str) -> str | None:
        """Give the state of a connection; nothing when there is none, empty while that cannot be read."""

        def ask() -> dict[str, str] | None:
            rows = self.reading.connections(self.project_id)
            return {row.connection.name: row.connection.state for row in rows}

        states = self._read(ask, None)
        return "" if states is None else states.get(name)

    def changed(self) -> bool:
        """Tell whether somebody wrote to the database since this was last asked."""
        return self._read(self.reading.changed, False)

    def _find_project(self) -> "Project | None":
        name = self.project.lower()
        return next((one for one in self.reading.projects() if one.name.lower() == name), None)

    @staticmethod
    def _read(ask: Callable[[], T], otherwise: T) -> T:
        from core.errors import failure_of

        try:
            return ask()
        except Exception as error:
            # A database that cannot be read is shown by the screen that lists it, not wherever it is asked.
            if failure_of(error).error_class == "bug":
                raise
            return otherwise

    # ---- the engine

    async def open_engine(self) -> "Failure | None":
        """Start the engine's thread and wait until it is open; gives what went wrong, else nothing."""
        from core.errors import failure_of

        self._engine.start()
        try:
            await self._engine.call(lambda _engine: None)
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            return failure_of(error)
        self.engine_is_open = True
        self._engine.submit(lambda engine: engine.keep_alive())
        return None

    def submit(self, make_coroutine: "Callable[[Engine], Awaitable[T]]") -> asyncio.Future[T]:
        """Run a coroutine with the engine in its thread; cancelling the future cancels it there."""
        return self._engine.submit(make_coroutine)

    def call(self, function: "Callable[[Engine], T]") -> asyncio.Future[T]:
        """Run one of the engine's plain methods in its thread."""
        return self._engine.call(function)

    @property
    def _engine(self) -> "EngineThread":
        if self._engine_thread is None:
            from .engine_thread import EngineThread

            self._engine_thread = EngineThread(self._open_engine, self._take_event)
        return self._engine_thread

    def _take_event(self, event: "Event") -> None:
        from core.events import OperationEnded, OperationStarted

        if isinstance(event, OperationStarted):
            self.running.add(event.operation)
        elif isinstance(event, OperationEnded):
            self.running.discard(event.operation)
        self._tell(EngineEvent(event))

    async def switch(self, project: str) -> "Failure | None":
        """Work in another project from now on, unarmed; gives what went wrong, else nothing."""
        await asyncio.to_thread(self._end_engine)
        self._engine_thread = None
        self.running.clear()
        self.project, self.is_armed, self.engine_is_open = project, False, False
        return await self.open_engine()

    def _open_engine(self, emit: "Callable[[Event], None]") -> "Engine":
        from core import open_engine

        engine = open_engine(
            self.home, project=self.project, actor=self._actor, unlock=self._ask_unlock, emit=emit
        )
        with suppress(SettingsError):  # the app says what is wrong with them
            engine.keeper.lock_after(read_settings(self.home.config / "settings.toml").lock_after_s)
        return engine

    def _ask_unlock(self, request: "UnlockRequest") -> "UnlockChoice | None":
        """Wait, in the engine's thread, for what the person chooses."""
        answer: Future[UnlockChoice | None] = Future()
        self._answers.append(answer)
        return answer.result() if self._tell(UnlockAsked(request, answer)) else None

    # ---- the practice service, and the end

    @property
    def practice(self) -> "PracticeHost":
        """The practice service of this app."""
        if self._practice is None:
            from .practice import PracticeHost

            self._practice = PracticeHost()
        return self._practice

    async def close(self) -> None:
        """End what works, in a thread, so that what the engine still tells is taken meanwhile."""
        await asyncio.to_thread(self.stop)
        if self._reading is not None:
            self._reading.close()

    def stop(self) -> None:
        """Cancel what runs and close the engine; then stop the practice service, which may answer it."""
        for answer in self._answers:
            if not answer.done():
                answer.set_result(None)
        self._end_engine()
        if self._practice is not None:
            self._practice.stop()

    def _end_engine(self) -> None:
        thread = self._engine_thread
        if thread is not None:
            thread.stop()
            if thread.closing_error is not None:
                from .terminal import keep_crash

                keep_crash(thread.closing_error, self.home.state)
