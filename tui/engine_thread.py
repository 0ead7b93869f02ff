"""Run the engine in a second thread with its own asyncio loop, so that no work of it delays a key."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from .progress import Coalescer

if TYPE_CHECKING:
    from core import Engine
    from core.events import Event

T = TypeVar("T")
OpenEngine = Callable[[Callable[["Event"], None]], "Engine"]
_JOIN_S = 110.0


class EngineThread:
    """The engine and its thread: `submit` runs a coroutine on it, `call` a plain function.

    ``open_engine`` is called once, in the thread; it imports and opens what is heavy. ``tell`` is called with
    each event, progress at most ten times a second. What is submitted before the engine is open waits for it;
    when opening fails, everything submitted fails with that error.
    """

    def __init__(self, open_engine: OpenEngine, tell: Callable[["Event"], object]) -> None:
        self._open_engine = open_engine
        self._coalescer = Coalescer(tell, self._later)
        self._loop = asyncio.new_event_loop()
        self.closing_error: Exception | None = None
        self._opened: Future[Engine] = Future()
        self._submitting = threading.Lock()
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    @property
    def is_running(self) -> bool:
        """Tell whether the thread lives."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Start the thread; it opens the engine at once."""
        self._thread.start()

    def submit(self, make_coroutine: Callable[["Engine"], Awaitable[T]]) -> "asyncio.Future[T]":
        """Run a coroutine on the engine; cancelling the future cancels it there.

        To be called, and awaited, in a thread with a running loop of its own (Textual's).
        """
        with self._submitting:
            if self._is_stopping:
                never: asyncio.Future[T] = asyncio.get_running_loop().create_future()
                never.cancel()
                return never
            return asyncio.wrap_future(
                asyncio.run_coroutine_threadsafe(self._work(make_coroutine), self._loop)
            )

    def call(self, function: Callable[["Engine"], T]) -> "asyncio.Future[T]":
        """Run a plain function with the engine, beside its loop: it may ask a person and take its time."""

        async def run(engine: "Engine") -> T:
            return await asyncio.to_thread(function, engine)

        return self.submit(run)

    def stop(self) -> None:
        """Cancel what runs and wait until it ended, close the engine and join the thread."""
        with self._submitting:
            is_first, self._is_stopping = not self._is_stopping, True
        if is_first and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def emit(self, event: "Event") -> None:
        """Take an event of the engine, from any thread."""
        self._coalescer.add(event)

    def _later(self, delay_s: float, function: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.call_later, delay_s, function)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.call_soon(self._open)
            self._loop.run_forever()
        finally:
            self._close()

    def _open(self) -> None:
        try:
            self._opened.set_result(self._open_engine(self.emit))
        except Exception as error:  # noqa: BLE001 - whoever submits gets it
            self._opened.set_exception(error)

    async def _work(self, make_coroutine: Callable[["Engine"], Awaitable[T]]) -> T:
        """Do what was submitted in a task of its own, which is cancelled once at most.

        A second cancel, as when somebody stops an operation and leaves, would end what the first has to
        write down.
        """
        engine = await asyncio.shield(asyncio.wrap_future(self._opened))
        task = asyncio.ensure_future(make_coroutine(engine))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            _cancel_once(task)
            raise

    def _lasting(self) -> "set[asyncio.Task[Any]]":
        """Give what must come to its end: a refresh that is cut off could cost an account."""
        if not self._opened.done() or self._opened.exception() is not None:
            return set()
        return self._opened.result().lasting_tasks()

    async def _end_tasks(self) -> None:
        await asyncio.sleep(0)  # what was submitted before the stop becomes a task only now
        while tasks := asyncio.all_tasks() - {asyncio.current_task()} - self._lasting():
            for task in tasks:
                _cancel_once(task)
            await asyncio.wait(tasks)

    def _close(self) -> None:
        self._loop.run_until_complete(self._end_tasks())
        if self._opened.done() and self._opened.exception() is None:
            try:
                self._loop.run_until_complete(self._opened.result().close())
            except Exception as error:  # noqa: BLE001 - the thread ends in order; its owner keeps the error
                self.closing_error = error
        self._coalescer.flush()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def _cancel_once(task: "asyncio.Future[Any]") -> None:
    if not (isinstance(task, asyncio.Task) and task.cancelling()):
        task.cancel()
