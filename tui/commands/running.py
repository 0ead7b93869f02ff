"""Run a coroutine of the engine to its end; an interrupt or a signal to end cancels it, which is recorded."""

import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


def _is_meant_for_us(number: signal.Signals) -> bool:
    """Tell whether whoever started this lets the signal through; ``nohup`` does not let SIGHUP."""
    return number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN


async def uninterrupted(coroutine: Coroutine[Any, Any, None]) -> None:
    """Finish ``coroutine`` even when it is cancelled meanwhile: what was done must still be written down."""
    import asyncio

    task = asyncio.ensure_future(coroutine)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError


def run_async(coroutine: Coroutine[Any, Any, T]) -> T:
    """Give what ``coroutine`` gives.

    Raises:
        KeyboardInterrupt: it was cancelled from outside.
    """
    import asyncio

    async def until_stopped() -> T:
        task = asyncio.ensure_future(coroutine)
        loop = asyncio.get_running_loop()
        for number in filter(_is_meant_for_us, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)):
            # Not every platform, and no other thread, can take signals into the loop.
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, task.cancel)
        return await task

    try:
        return asyncio.run(until_stopped())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
