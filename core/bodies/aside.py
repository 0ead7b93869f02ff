"""Work on a large body in a thread, so that nothing else in the engine waits for it."""

import asyncio
import threading
from collections.abc import Callable
from typing import Final, TypeVar

# A thread costs a tenth of a millisecond; so does reading a few kilobytes.
SMALL: Final = 256 * 1024

Stop = Callable[[], bool]
T = TypeVar("T")


class Stopped(Exception):  # noqa: N818 - nobody waits for it any longer
    """Nobody waits for what is being read."""


def never() -> bool:
    """Go on to the end."""
    return False


async def aside(size: int, work: Callable[[Stop], T]) -> T:
    """Give what ``work`` gives for a body of ``size`` bytes; for a small one it is done here.

    ``work`` is told when nobody waits for it any longer, and may raise `Stopped` then.
    """
    if size <= SMALL:
        return work(never)
    unwanted = threading.Event()
    try:
        return await asyncio.to_thread(work, unwanted.is_set)
    finally:
        unwanted.set()
