"""Be the only one of a home who changes the tokens of an authentication: to refresh them, or to edit it.

A lease has no end of its own: it is its holder's until that gives it back or its process is dead, so a slow
token endpoint, or a process that was stopped for a while, never costs a token.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import TypeVar

from storage import Store
from storage.ids import new_id
from storage.records import Authentication

from .errors import VendorError
from .record import now_us

T = TypeVar("T")

_POLL_S = 0.1
_PATIENCE_S = 120.0


class RefreshLeases:
    """The leases that a process takes; ``is_alive`` tells whether another process still runs."""

    def __init__(
        self,
        store: Store,
        process: str,
        is_alive: Callable[[str], bool],
        patience_s: float = _PATIENCE_S,
    ) -> None:
        self._store = store
        self._process = process
        self._is_alive = is_alive
        self._patience_s = patience_s
        self._turns: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def refreshing(self, authentication: Authentication) -> AsyncIterator[None]:
        """Hold the lease while something is done on the engine's loop, one task at a time."""
        async with self._turns.setdefault(authentication.id, asyncio.Lock()):
            await self._take(authentication)
            try:
                yield
            finally:
                await self._give_back(authentication)

    async def _take(self, authentication: Authentication) -> None:
        gives_up = time.monotonic() + self._patience_s
        try:
            while True:
                if await aside(partial(self._takes, authentication, self._process, gives_up)):
                    return
                await asyncio.sleep(_POLL_S)
        except asyncio.CancelledError:
            # What was taken while this left is nobody's.
            await self._give_back(authentication)
            raise

    async def _give_back(self, authentication: Authentication) -> None:
        await aside(partial(self._store.leases.release, _name(authentication), self._process))

    @contextmanager
    def editing(self, authentication: Authentication) -> Iterator[None]:
        """Hold the lease against this process's own refreshes too; not to be used on the engine's loop."""
        holder, gives_up = f"{self._process} {new_id('')}", time.monotonic() + self._patience_s
        while not self._takes(authentication, holder, gives_up):
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            self._store.leases.release(_name(authentication), holder)

    def _takes(self, authentication: Authentication, holder: str, gives_up: float) -> bool:
        name, leases = _name(authentication), self._store.leases
        other = leases.holder(name)
        # To look disturbs nobody who writes.
        if other is None or other == holder or not self._lives(other):
            other = leases.take(name, holder, now_us(), self._lives)
        if other is None:
            return True
        if time.monotonic() > gives_up:
            raise VendorError(
                f"another connect-tui has been refreshing {authentication.name} for {self._patience_s:g} s",
                "end that process when it hangs; what it does is in the operation log",
                error_class="timeout",
                retryable=True,
            )
        return False

    def _lives(self, holder: str) -> bool:
        return self._is_alive(holder.partition(" ")[0])


async def aside(work: Callable[[], T]) -> T:
    """Do short work in a thread; it has come to its end when this ends, also when that is cancelled."""
    task = asyncio.create_task(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # looked at, for whoever wanted it has left
        raise


def _name(authentication: Authentication) -> str:
    return f"refresh {authentication.id}"
