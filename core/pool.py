"""Keep the connections of one route: those that are idle for a while, and not too many at once."""

import asyncio
import ssl

from .address import Server
from .connecting import open_stream
from .hosts import HostPolicy
from .http11 import Http11

_CONNECTIONS = 20
_IDLE_S = 5.0


class Pool:
    """Lends connections, one request at a time each; ``context`` is None for plain http."""

    def __init__(self, context: ssl.SSLContext | None, policy: HostPolicy) -> None:
        self._context = context
        self._policy = policy
        self._room = asyncio.Semaphore(_CONNECTIONS)
        self._lent = 0
        # Since when each is idle; the one that is so for longest comes first.
        self._idle: dict[Http11, float] = {}
        self._sweep: asyncio.TimerHandle | None = None

    @property
    def is_at_work(self) -> bool:
        """Whether a connection is lent."""
        return self._lent > 0

    async def take(self, server: Server, connect_s: float) -> Http11:
        """Lend a connection to a server; whoever takes one gives it back.

        Raises:
            PolicyError: an address of the host is not allowed.
            UnreachableError: nothing answers there, or TLS failed.
            LateConnectionError: nothing answered in time.
        """
        await self._room.acquire()
        self._lent += 1
        try:
            return self._reused(server) or await self._opened(server, connect_s)
        except BaseException:
            self._release()
            raise

    def give_back(self, kept: Http11) -> None:
        """Keep a connection whose exchange was whole for a while, and close any other."""
        self._release()
        if not kept.is_reusable():
            kept.stream.close()
            return
        if len(self._idle) >= _CONNECTIONS:
            self._close(next(iter(self._idle)))
        loop = asyncio.get_running_loop()
        self._idle[kept] = loop.time()
        if self._sweep is None:
            self._sweep = loop.call_later(_IDLE_S, self._close_old)

    async def close(self) -> None:
        """Close every connection that is not lent."""
        for kept in list(self._idle):
            self._close(kept)
        if self._sweep is not None:
            self._sweep.cancel()
        # The loop closes them in its next turn.
        await asyncio.sleep(0)

    def _release(self) -> None:
        self._lent -= 1
        self._room.release()

    def _reused(self, server: Server) -> Http11 | None:
        for kept in reversed(list(self._idle)):
            if kept.server == server:
                if not kept.stream.is_readable():
                    del self._idle[kept]
                    return kept
                self._close(kept)
        return None

    async def _opened(self, server: Server, connect_s: float) -> Http11:
        stream = await open_stream(self._policy, server.host, server.port, self._context, connect_s)
        return Http11(stream, server)

    def _close_old(self) -> None:
        """Close what is idle for long enough, and look again when the next one will be."""
        loop = asyncio.get_running_loop()
        for kept, since in list(self._idle.items()):
            if since + _IDLE_S <= loop.time():
                self._close(kept)
        oldest = next(iter(self._idle.values()), None)
        self._sweep = None if oldest is None else loop.call_at(oldest + _IDLE_S, self._close_old)

    def _close(self, kept: Http11) -> None:
        del self._idle[kept]
        kept.stream.close()
