"""What every command is given: its output, its home, its project, and a way to the engine."""

from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .output import Output
from .running import run_async, uninterrupted
from .unlocking import unlock_on_terminal

if TYPE_CHECKING:
    import typer

    from core import Engine
    from core.home import Home
    from storage.reading import Reading

T = TypeVar("T")
_MASK = "•••"


class Call:
    """One run of one command."""

    def __init__(self, output: Output, home: str | None, project: str | None) -> None:
        self.output = output
        self._home = home
        self._project = project
        self._hidden: set[str] = set()

    @property
    def home(self) -> "Home":
        """The folders to work in."""
        from core.home import find_home

        return find_home(self._home)

    @property
    def project(self) -> str:
        """The name of the project to work in."""
        return self._project or "default"

    @contextmanager
    def engine(self, *, ask: bool = True) -> Iterator["Engine"]:
        """Open the engine for what needs no event loop, for as long as the block lasts."""
        engine = self._open(ask=ask)
        try:
            yield engine
        finally:
            engine.close_store()

    def work(
        self,
        job: "Callable[[Engine], Coroutine[Any, Any, T]]",
        connection: str | None = None,
        before: "Callable[[Engine], object] | None" = None,
    ) -> T:
        """Run ``job`` with the engine in an event loop of its own, and give what it gives.

        A vault that ``connection`` needs is unlocked first where somebody can be asked, then ``before`` runs:
        a question belongs to the main thread outside a loop, the only place that an interrupt reaches.
        """
        engine = self._open()
        try:
            if connection is not None:
                unlock_for_connection(engine, connection)
            if before is not None:
                before(engine)
        except BaseException:
            engine.close_store()
            raise
        return run_async(_closing(engine, job))

    def _open(self, *, ask: bool = True) -> "Engine":
        from core import open_engine

        from ..settings import SettingsError, read_settings

        engine = open_engine(self.home, project=self.project, unlock=unlock_on_terminal() if ask else None)
        with suppress(SettingsError):  # `doctor` says what is wrong with them
            engine.keeper.lock_after(read_settings(self.home.config / "settings.toml").lock_after_s)
        return engine

    @contextmanager
    def reading(self) -> Iterator["Reading"]:
        """Open what is kept for looking at it only; no engine is started for it."""
        from storage.reading import open_reading

        reading = open_reading(self.home.database)
        try:
            yield reading
        finally:
            reading.close()

    def hide(self, value: str) -> None:
        """Remember a secret, so that no message of this command can carry it."""
        if value.strip():
            self._hidden.update((value, value.strip()))

    def concealed(self, text: str) -> str:
        """Give ``text`` with every remembered secret masked, the longest first."""
        for value in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(value, _MASK)
        return text

    @property
    def error_log(self) -> Path:
        """The file that keeps what went wrong inside the product."""
        return self.home.state / "errors.log"


def call_of(context: "typer.Context") -> Call:
    """Give the call that typer carries to a command."""
    return cast("Call", context.obj)


async def _closing(engine: "Engine", job: "Callable[[Engine], Coroutine[Any, Any, T]]") -> T:
    try:
        return await job(engine)
    finally:
        await uninterrupted(engine.close())


def unlock_for_connection(engine: "Engine", name: str) -> None:
    """Unlock the vault that a connection needs, where somebody can be asked."""
    row = engine.workspace.connection(name)
    shown = engine.workspace.certificates.of(row)
    _unlock_for(engine, [*row.secrets.values(), *(shown.secrets.values() if shown else ())])
    if row.authentication is not None:
        unlock_for_authentication(engine, row.authentication)


def unlock_for_authentication(engine: "Engine", name: str) -> None:
    """Unlock the vault that an authentication needs, where somebody can be asked."""
    row = engine.workspace.authentications.get(name)
    app = engine.workspace.apps.of(row)
    tokens = (row.tokens,) if row.tokens else ()
    _unlock_for(engine, [*row.secrets.values(), *(app.secrets.values() if app else ()), *tokens])


def _unlock_for(engine: "Engine", places: Iterable[str]) -> None:
    if unlock_on_terminal() is not None and any(where.startswith("vault:") for where in places):
        engine.keeper.open("to use a stored secret")
