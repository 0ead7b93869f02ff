"""One connection as the HTTP library wants it: a stream over asyncio that knows its socket and its peer.

What the library brings itself goes through a layer for several event loops, a third of a request's CPU.
"""

import asyncio
import select
from collections import deque
from typing import TYPE_CHECKING, Any, cast

from .http_library import httpcore

if TYPE_CHECKING:
    import socket

_MOST_WAITING = 256 * 1024


class PeerStream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """The stream of a connection that stands; it reads ahead as far as its buffer goes."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._is_paused = False
        self._has_ended = False
        self._broken: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._has_room = True

    # -- what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the connection that was made."""
        self._transport = cast("asyncio.Transport", transport)
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._known = {
            "socket": self._socket,
            "server_addr": transport.get_extra_info("peername"),
            "client_addr": transport.get_extra_info("sockname"),
            "ssl_object": transport.get_extra_info("ssl_object"),
        }
        self._poll = select.poll()
        self._poll.register(self._socket.fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        """Keep what came, and stop reading while too much of it waits."""
        self._chunks.append(data)
        self._waiting += len(data)
        if self._waiting > _MOST_WAITING and not self._is_paused:
            self._is_paused = True
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> bool:
        """Note the end of what comes; without TLS, sending may go on."""
        self._has_ended = True
        _wake(self._reader)
        return self._known["ssl_object"] is None

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that nothing comes or goes any more."""
        self._has_ended = True
        self._broken = exc
        _wake(self._reader)
        _wake(self._writer)

    def pause_writing(self) -> None:
        """Let who writes wait."""
        self._has_room = False

    def resume_writing(self) -> None:
        """Let who writes go on."""
        self._has_room = True
        _wake(self._writer)

    # -- what the library asks

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the library's signature
        """Give the next bytes, none at the end."""
        while not self._chunks:
            if self._broken is not None:
                raise httpcore.ReadError(str(self._broken)) from self._broken
            if self._has_ended:
                return b""
            self._reader = self._loop.create_future()
            await self._until(self._reader, timeout, httpcore.ReadTimeout)
        data = self._chunks.popleft()
        if len(data) > max_bytes:
            self._chunks.appendleft(data[max_bytes:])
            data = data[:max_bytes]
        self._waiting -= len(data)
        if self._is_paused and self._waiting <= _MOST_WAITING // 2:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Send all these bytes; wait while the other side takes none."""
        if not buffer:
            return
        if self._transport.is_closing():
            raise httpcore.WriteError(str(self._broken or "the connection is closed")) from self._broken
        self._transport.write(buffer)
        while not self._has_room:
            self._writer = self._loop.create_future()
            await self._until(self._writer, timeout, httpcore.WriteTimeout)
            if self._transport.is_closing():
                raise httpcore.WriteError(str(self._broken or "the connection is closed")) from self._broken

    async def aclose(self) -> None:
        """Close the connection, and give the loop its turn to do so."""
        self.close()
        await asyncio.sleep(0)

    def close(self) -> None:
        """Close the connection at once; what waits to be sent is dropped."""
        self._transport.abort()

    def get_extra_info(self, info: str) -> Any:
        """Give what the library wants to know about the connection."""
        return self._is_readable() if info == "is_readable" else self._known.get(info)

    def _is_readable(self) -> bool:
        """Tell whether there is something to read; while nothing is asked, that is the end."""
        if self._has_ended or self._chunks or self._transport.is_closing() or self._socket.fileno() < 0:
            return True
        return bool(self._poll.poll(0))

    async def _until(
        self, told: "asyncio.Future[None]", timeout_s: float | None, late: type[Exception]
    ) -> None:
        """Wait until it is told, or raise ``late``."""
        if timeout_s is None:
            await told
            return
        timer = self._loop.call_later(timeout_s, _give_up, told, late)
        try:
            await told
        finally:
            timer.cancel()


def _wake(waiting: "asyncio.Future[None] | None") -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


def _give_up(waiting: "asyncio.Future[None]", late: type[Exception]) -> None:
    if not waiting.done():
        waiting.set_exception(late())
