"""Keep the connections of one route: those that are idle for a while, and not too many at once."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Any, cast

from .address import Server
from .connecting import open_stream
from .hosts import HostPolicy
from .http_library import httpcore
from .peer_stream import PeerStream

_CONNECTIONS = 20
_IDLE_S = 5.0


class _AtOnce:
    """A lock that is free, for what one task has for itself."""

    async def __aenter__(self) -> None:
        pass

    async def __aexit__(self, *_: object) -> None:
        pass


class _Connection(httpcore.AsyncHTTP11Connection):
    """The library's HTTP/1.1 without its lock: a pool lends a connection to one request at a time.

    Each turn of that lock is one of the whole loop, a tenth of what a request costs.
    """

    def __init__(self, origin: httpcore.Origin, stream: PeerStream) -> None:
        super().__init__(origin, stream)
        self._state_lock = cast("Any", _AtOnce())


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One connection: the library's side that speaks HTTP, and the stream below."""

    http: httpcore.AsyncHTTP11Connection
    stream: PeerStream
    server: Server


class Pool:
    """Lends connections, one request at a time each; ``context`` is None for plain http."""

    def __init__(self, context: ssl.SSLContext | None, policy: HostPolicy) -> None:
        self._context = context
        self._policy = policy
        self._room = asyncio.Semaphore(_CONNECTIONS)
        # Since when each is idle; the one that is so for longest comes first.
        self._idle: dict[Kept, float] = {}
        self._sweep: asyncio.TimerHandle | None = None

    async def take(self, server: Server, connect_s: float) -> Kept:
        """Lend a connection to a server; whoever takes one gives it back.

        Raises:
            PolicyError: an address of the host is not allowed.
            httpcore.ConnectError: nothing answers there, or TLS failed.
            httpcore.ConnectTimeout: nothing answered in time.
        """
        await self._room.acquire()
        try:
            return self._reused(server) or await self._opened(server, connect_s)
        except BaseException:
            self._room.release()
            raise

    def give_back(self, kept: Kept) -> None:
        """Keep a connection whose exchange was whole for a while, and close any other."""
        self._room.release()
        if not kept.http.is_idle():
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

    def _reused(self, server: Server) -> Kept | None:
        for kept in reversed(list(self._idle)):
            if kept.server == server:
                if not kept.http.has_expired():
                    del self._idle[kept]
                    return kept
                self._close(kept)
        return None

    async def _opened(self, server: Server, connect_s: float) -> Kept:
        stream = await open_stream(self._policy, server.host, server.port, self._context, connect_s)
        origin = httpcore.Origin(server.scheme.encode(), server.host.encode(), server.port)
        return Kept(_Connection(origin, stream), stream, server)

    def _close_old(self) -> None:
        """Close what is idle for long enough, and look again when the next one will be."""
        loop = asyncio.get_running_loop()
        for kept, since in list(self._idle.items()):
            if since + _IDLE_S <= loop.time():
                self._close(kept)
        oldest = next(iter(self._idle.values()), None)
        self._sweep = None if oldest is None else loop.call_at(oldest + _IDLE_S, self._close_old)

    def _close(self, kept: Kept) -> None:
        del self._idle[kept]
        kept.stream.close()
