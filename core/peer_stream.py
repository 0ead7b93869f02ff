"""A network stream that knows its socket and its peer, which the library otherwise looks for every time."""

import select
from typing import TYPE_CHECKING, Any

from .http_library import httpcore

if TYPE_CHECKING:
    import ssl

    from httpcore import AsyncNetworkStream


class PeerStream(httpcore.AsyncNetworkStream):
    """The stream of a connection that stands; the pool asks it before every request whether it still does."""

    def __init__(self, inner: "AsyncNetworkStream") -> None:
        self._inner = inner
        self._socket = inner.get_extra_info("socket")
        self._known = {name: inner.get_extra_info(name) for name in ("server_addr", "ssl_object")}

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - the library's signature
        """Give the next bytes, none at the end."""
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Send all these bytes."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: "ssl.SSLContext",
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> "AsyncNetworkStream":
        """Give the same connection under TLS."""
        return PeerStream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """Give what the library wants to know about the connection."""
        if info == "is_readable":
            return self._is_readable()
        if info in self._known:
            return self._known[info]
        return self._socket if info == "socket" else self._inner.get_extra_info(info)

    def _is_readable(self) -> bool:
        """Tell whether there is something to read; while nothing is asked, that is the end."""
        number = self._socket.fileno()
        if number < 0:
            return True
        poll = select.poll()
        poll.register(number, select.POLLIN)
        return bool(poll.poll(0))
