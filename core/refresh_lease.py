"""Be the only one of a home who changes the tokens of an authentication: to refresh them, or to edit it.

A lease has no end of its own: it is its holder's until that gives it back or its process is dead, so a slow
token endpoint, or a process that was stopped for a while, never costs a token.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from storage import Store
from storage.ids import new_id
from storage.records import Authentication

from .errors import VendorError
from .record import now_us

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
            gives_up = time.monotonic() + self._patience_s
            while True:
                if self._takes(authentication, self._process, gives_up):
                    break
                await asyncio.sleep(_POLL_S)
            try:
                yield
            finally:
                self._store.leases.release(_name(authentication), self._process)

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
        if self._store.leases.take(_name(authentication), holder, now_us(), self._lives) is None:
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


def _name(authentication: Authentication) -> str:
    return f"refresh {authentication.id}"
