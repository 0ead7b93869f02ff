"""One connection over asyncio: read with a limit on silence, written as fast as it is taken."""

import asyncio
import select
import ssl
from collections import deque
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import socket

_MOST_WAITING = 256 * 1024


class BrokenStreamError(Exception):
    """The connection broke; its cause says how."""


class SilentPeerError(Exception):
    """The other side sent nothing, or took nothing, for too long."""


class PeerStream(asyncio.Protocol):
    """The stream of a connection that stands; it reads ahead as far as its buffer goes.

    ``is_cut`` says that TLS came to its end without the notice of it, so that anybody on the way may have cut
    off the rest (RFC 8446, section 6.1).
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._chunks: deque[bytes] = deque()
        self._waiting = 0
        self._is_paused = False
        self._has_ended = False
        self._broken: Exception | None = None
        self.is_cut = False
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self._has_room = True

    # -- what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the connection that was made."""
        self._transport = cast("asyncio.Transport", transport)
        self._socket: socket.socket = transport.get_extra_info("socket")
        self._is_tls = transport.get_extra_info("ssl_object") is not None
        self.peer: tuple[str, int] | None = transport.get_extra_info("peername")
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
        self.is_cut = self._is_tls and not _was_announced(self._transport.get_extra_info("ssl_object"))
        _wake(self._reader)
        return not self._is_tls

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

    # -- what HTTP asks

    async def read(self, silence_s: float) -> bytes:
        """Give the next bytes, none at the end.

        Raises:
            BrokenStreamError: the connection broke.
            SilentPeerError: nothing came for ``silence_s``.
        """
        while not self._chunks:
            if self._broken is not None:
                raise BrokenStreamError from self._broken
            if self._has_ended:
                return b""
            self._reader = self._loop.create_future()
            await self._until(self._reader, silence_s)
        data = self._chunks.popleft()
        self._waiting -= len(data)
        if self._is_paused and self._waiting <= _MOST_WAITING // 2:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def write(self, data: bytes, silence_s: float) -> None:
        """Send all these bytes; wait while the other side takes none.

        Raises:
            BrokenStreamError: the connection broke.
            SilentPeerError: nothing was taken for ``silence_s``.
        """
        self._check_open()
        self._transport.write(data)
        while not self._has_room:
            self._writer = self._loop.create_future()
            await self._until(self._writer, silence_s)
            self._check_open()

    def close(self) -> None:
        """Close the connection at once; what waits to be sent is dropped."""
        self._transport.abort()

    def is_readable(self) -> bool:
        """Tell whether there is something to read; while nothing is asked, that is the end."""
        if self._has_ended or self._chunks or self._transport.is_closing() or self._socket.fileno() < 0:
            return True
        return bool(self._poll.poll(0))

    def _check_open(self) -> None:
        if self._transport.is_closing():
            raise BrokenStreamError from self._broken

    async def _until(self, told: "asyncio.Future[None]", silence_s: float) -> None:
        timer = self._loop.call_later(silence_s, _give_up, told)
        try:
            await told
        finally:
            timer.cancel()


def _was_announced(tls: "ssl.SSLObject") -> bool:
    """Tell whether the other side said that it sends no more; asyncio tells both ends alike."""
    try:
        return not tls.read(1)
    except ssl.SSLZeroReturnError:
        return True
    except ssl.SSLError:
        return False


def _wake(waiting: "asyncio.Future[None] | None") -> None:
    if waiting is not None and not waiting.done():
        waiting.set_result(None)


def _give_up(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_exception(SilentPeerError())
