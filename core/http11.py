"""Speak HTTP/1.1 over one stream, one request after the other, with h11, the library that httpx stands on.

h11 knows the protocol and reads no socket; the layers between it and httpx's client cost more than it does.
"""

from collections.abc import AsyncIterator
from contextlib import suppress

import h11

from .address import Server
from .peer_stream import BrokenStreamError, PeerStream

_LONGEST_HEAD = 100 * 1024
Content = bytes | AsyncIterator[bytes] | None


class Http11:
    """One connection to a server; every wait for the other side is limited to ``silence_s``."""

    def __init__(self, stream: PeerStream, server: Server) -> None:
        self.stream = stream
        self.server = server
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)

    async def ask(self, request: h11.Request, content: Content, silence_s: float) -> h11.Response:
        """Send a request and give the head of its answer.

        Raises:
            BrokenStreamError: the connection broke.
            SilentPeerError: the other side sent or took nothing for too long.
            h11.ProtocolError: what it sent is no HTTP, or what was to be sent is none.
        """
        # A server may refuse a request before it has all of it; what it says about it counts.
        with suppress(BrokenStreamError):
            await self._send(request, content, silence_s)
        # What comes before is informational (RFC 9110, section 15.2).
        while type(event := await self._event(silence_s)) is h11.InformationalResponse:
            pass
        if type(event) is not h11.Response:
            raise h11.RemoteProtocolError("_SWITCH_ to another protocol")
        return event

    async def body(self, silence_s: float) -> AsyncIterator[bytes]:
        """Yield the body behind the head, piece by piece; raises what `ask` raises."""
        while type(event := await self._event(silence_s)) is h11.Data:
            yield bytes(event.data)

    def is_reusable(self) -> bool:
        """Tell whether the exchange was whole, so that another can follow; make ready for it."""
        state = self._state
        if state.our_state is not h11.DONE or state.their_state is not h11.DONE:
            return False
        # What came behind an answer would be taken for the next one.
        if state.trailing_data[0]:
            return False
        state.start_next_cycle()
        return True

    async def _send(self, request: h11.Request, content: Content, silence_s: float) -> None:
        sent = self._state.send(request) or b""
        if isinstance(content, bytes):
            sent += self._state.send(h11.Data(content)) or b""
        elif content is not None:
            await self.stream.write(sent, silence_s)
            sent = b""
            async for piece in content:
                await self.stream.write(self._state.send(h11.Data(piece)) or b"", silence_s)
        sent += self._state.send(h11.EndOfMessage()) or b""
        await self.stream.write(sent, silence_s)

    async def _event(self, silence_s: float) -> object:
        while (event := self._state.next_event()) is h11.NEED_DATA:
            data = await self.stream.read(silence_s)
            if not data and self._state.their_state is h11.SEND_RESPONSE:
                raise h11.RemoteProtocolError("ended without sending a response")
            if not data and self.stream.is_cut:
                # Without a length, the end of the connection is all that tells the end of the body.
                raise h11.RemoteProtocolError("TLS ended without notice, so it may not be complete")
            self._state.receive_data(data)
        return event
