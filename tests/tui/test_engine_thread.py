"""The engine works in a thread of its own: what is submitted, cancelled and closed there."""

import asyncio
import threading
from typing import Any

import pytest

from core.errors import ConnectError
from tui.engine_thread import EngineThread


class _Engine:
    """The least that the engine's thread asks of an engine."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.cancelled = threading.Event()
        self.closed = False
        self.begun = threading.Event()
        self.working = 0
        self.written = 0
        self.after_close = 0
        self.closed_after_writing = False

    async def wait(self) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def work(self) -> None:
        """Work until cancelled, and take a moment then to write that down."""
        self.working += 1
        self.after_close += self.closed
        self.begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            for _ in range(20):
                await asyncio.sleep(0.001)
            self.written += 1
            self.working -= 1

    async def close(self) -> None:
        self.closed_after_writing = self.written > 0 and not self.working
        await asyncio.sleep(0.01)
        self.closed = True

    def lasting_tasks(self) -> "set[asyncio.Task[Any]]":
        return set()


async def test_the_engine_works_in_a_thread_of_its_own_and_is_closed_on_stop() -> None:
    engine: list[Any] = []

    def open_engine(_emit: Any) -> Any:
        engine.append(_Engine())
        return engine[0]

    thread = EngineThread(open_engine, lambda _event: None)
    early = thread.call(lambda one: threading.get_ident())
    thread.start()
    assert await early not in {engine[0].thread, threading.get_ident()}
    assert engine[0].thread != threading.get_ident()
    await asyncio.to_thread(thread.stop)
    assert engine[0].closed
    assert not thread.is_running


async def test_cancelling_what_was_submitted_cancels_it_in_the_engine() -> None:
    engine: Any = _Engine()
    thread = EngineThread(lambda _emit: engine, lambda _event: None)
    thread.start()
    waiting = thread.submit(lambda one: one.wait())  # type: ignore[attr-defined]
    await thread.call(lambda _one: None)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await asyncio.to_thread(engine.cancelled.wait, 5)
    await asyncio.to_thread(thread.stop)


async def test_what_is_submitted_while_the_thread_stops_is_cancelled_before_the_engine_is_closed() -> None:
    """Otherwise its operation would begin while the store closes, and stay running until another start."""
    for _ in range(20):
        engine: Any = _Engine()
        thread = EngineThread(lambda _emit, engine=engine: engine, lambda _event: None)
        thread.start()
        await thread.call(lambda _one: None)
        stopping = threading.Thread(target=thread.stop)
        stopping.start()
        late = [thread.submit(lambda one: one.work()) for _ in range(50)]
        await asyncio.to_thread(stopping.join)
        assert (engine.closed, engine.working, engine.after_close) == (True, 0, 0)
        done = await asyncio.gather(*late, return_exceptions=True)
        assert {type(one) for one in done} == {asyncio.CancelledError}


async def test_a_second_cancel_does_not_stop_what_the_first_one_has_to_write_down() -> None:
    engine: Any = _Engine()
    thread = EngineThread(lambda _emit: engine, lambda _event: None)
    thread.start()
    running = thread.submit(lambda one: one.work())
    await asyncio.to_thread(engine.begun.wait, 5)
    running.cancel()
    await asyncio.to_thread(thread.stop)
    assert (engine.written, engine.closed_after_writing) == (1, True)


async def test_what_must_not_be_cut_off_comes_to_its_end_before_the_engine_is_closed() -> None:
    class Refreshing(_Engine):
        def __init__(self) -> None:
            super().__init__()
            self.task: asyncio.Task[None] | None = None
            self.ended = ""

        async def refresh(self) -> None:
            async def refresh() -> None:
                try:
                    await asyncio.sleep(0.2)
                    self.ended = "whole"
                except asyncio.CancelledError:
                    self.ended = "cut off"

            self.task = asyncio.create_task(refresh())
            self.begun.set()
            await asyncio.shield(self.task)

        def lasting_tasks(self) -> "set[asyncio.Task[Any]]":
            return {self.task} if self.task is not None and not self.task.done() else set()

        async def close(self) -> None:
            if self.task is not None:
                await self.task
            await super().close()

    engine: Any = Refreshing()
    thread = EngineThread(lambda _emit: engine, lambda _event: None)
    thread.start()
    thread.submit(lambda one: one.refresh())  # type: ignore[attr-defined]
    await asyncio.to_thread(engine.begun.wait, 5)
    await asyncio.to_thread(thread.stop)
    assert (engine.ended, engine.closed) == ("whole", True)


async def test_when_the_engine_cannot_be_opened_everything_submitted_says_why() -> None:
    def open_engine(_emit: Any) -> Any:
        raise ConnectError("the database is newer")

    thread = EngineThread(open_engine, lambda _event: None)
    thread.start()
    for _ in range(2):
        with pytest.raises(ConnectError, match="newer"):
            await thread.call(lambda _one: None)
    await asyncio.to_thread(thread.stop)
