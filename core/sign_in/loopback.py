"""Wait on this machine for the browser to come back after a sign-in (RFC 8252, section 7.3)."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from html import escape
from urllib.parse import parse_qsl, urlsplit

from ..errors import ConfigError, InputError
from .callback import Callback, read_callback

_HEAD_BYTES = 16 * 1024
_HEAD_S = 10.0
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\nConnection: close\r\n"
)
_PAGE = """<!doctype html><meta charset="utf-8"><title>connect-tui</title>
<body style="font: 1.1em system-ui; margin: 4em auto; max-width: 36em"><p>{text}</p>"""


class LoopbackListener:
    """Listens at a redirect address of this machine until a callback of this attempt comes."""

    def __init__(self, redirect_uri: str, state: str) -> None:
        parts = urlsplit(redirect_uri)
        self._host, self._port, self._path = (
            parts.hostname or "127.0.0.1",
            parts.port or 80,
            parts.path or "/",
        )
        self._state = state
        self._found: asyncio.Future[Callback] = asyncio.get_running_loop().create_future()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            ConfigError: the port is taken, or may not be used.
        """
        try:
            self._server = await asyncio.start_server(self._serve, self._host, self._port, limit=_HEAD_BYTES)
        except OSError as error:
            raise ConfigError(
                f"port {self._port} of {self._host} cannot be listened on: {error.strerror}",
                "end what uses it, or paste the address back instead",
            ) from error

    async def wait(self) -> Callback:
        """Give the callback.

        Raises:
            InputError: the provider refused.
        """
        return await asyncio.shield(self._found)

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), 1)
        if self._found.done() and not self._found.cancelled():
            self._found.exception()
        self._found.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_HEAD_S):
                head = await reader.readuntil(b"\r\n\r\n")
            status, text, settle = self._answer(head)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.close()  # whoever came was no browser
            return
        try:
            body = _PAGE.format(text=escape(text)).encode()
            size = f"Content-Length: {len(body)}\r\n"
            writer.write(f"HTTP/1.1 {status}\r\n{_HEADERS}{size}\r\n".encode() + body)
            with suppress(OSError):
                await writer.drain()
        finally:
            if settle is not None and not self._found.done():
                settle()
            writer.close()

    def _answer(self, head: bytes) -> tuple[str, str, Callable[[], None] | None]:
        """Give the status, the words for the person, and what ends the waiting."""
        method, _, rest = head.decode("latin-1").partition(" ")
        target = rest.partition(" ")[0]
        if method != "GET" or urlsplit(target).path != self._path:
            return "404 Not Found", "There is nothing here.", None
        try:
            if dict(parse_qsl(urlsplit(target).query)).get("state") != self._state:
                raise InputError("this belongs to another sign-in", "begin again")  # noqa: TRY301 - said alike
            callback = read_callback(f"http://{self._host}{target}", self._state)
        except InputError as error:
            message, refusal = error.failure.message, error
            if error.failure.error_class == "auth":
                return "200 OK", f"{message}.", lambda: self._found.set_exception(refusal)
            return "400 Bad Request", f"{message}. {error.failure.remedy}.", None
        return (
            "200 OK",
            "You are signed in. Close this page and go back to the terminal.",
            lambda: self._found.set_result(callback),
        )
