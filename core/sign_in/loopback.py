"""Wait on this machine for the browser to come back after a sign-in (RFC 8252, section 7.3)."""

import asyncio
from contextlib import suppress
from html import escape
from urllib.parse import parse_qsl, urlsplit

from ..errors import ConfigError, InputError
from .callback import Callback, Reading

_HEAD_BYTES = 16 * 1024
_HEAD_S = 10.0
_PATIENCE_S = 60.0
_CLOSING_S = 1.0
_UNKNOWN = "The terminal says whether you are signed in. Close this page and go back there."
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\nConnection: close\r\n"
)
_PAGE = """<!doctype html><meta charset="utf-8"><title>connect-tui</title>
<body style="font: 1.1em system-ui; margin: 4em auto; max-width: 36em"><p>{text}</p>"""


class LoopbackListener:
    """Listens at a redirect address of this machine until a callback of this attempt comes."""

    def __init__(self, redirect_uri: str, reading: Reading) -> None:
        parts = urlsplit(redirect_uri)
        self._host, self._port, self._path = (
            parts.hostname or "127.0.0.1",
            parts.port or 80,
            parts.path or "/",
        )
        self._reading = reading
        loop = asyncio.get_running_loop()
        self._found: asyncio.Future[Callback] = loop.create_future()
        self._told: asyncio.Future[str] = loop.create_future()
        self._serving: set[asyncio.Task[None]] = set()
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

    def tell(self, text: str) -> None:
        """Say on the page in the browser, which waits for it, how it ended."""
        if not self._told.done():
            self._told.set_result(text)

    async def close(self) -> None:
        """Stop listening, once the browser has its page."""
        self.tell(_UNKNOWN)
        if self._server is not None:
            self._server.close()
            if self._serving:
                await asyncio.wait(self._serving, timeout=_CLOSING_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), _CLOSING_S)
        if self._found.done() and not self._found.cancelled():
            self._found.exception()
        self._found.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - whoever comes is served in a task
        try:
            async with asyncio.timeout(_HEAD_S):
                head = await reader.readuntil(b"\r\n\r\n")
            self._serving.add(task)
            status, text = self._answer(head)
            if text is None:
                # Only whoever has the code knows whether it gave tokens.
                text = await self._outcome()
            body = _PAGE.format(text=escape(text)).encode()
            size = f"Content-Length: {len(body)}\r\n"
            writer.write(f"HTTP/1.1 {status}\r\n{_HEADERS}{size}\r\n".encode() + body)
            await writer.drain()
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever came was no browser, or has left
        finally:
            self._serving.discard(task)
            writer.close()

    async def _outcome(self) -> str:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await asyncio.shield(self._told)
        except TimeoutError:
            return _UNKNOWN

    def _answer(self, head: bytes) -> tuple[str, str | None]:
        """Give the status and the words for the person; None where they come once the code was used."""
        method, _, rest = head.decode("latin-1").partition(" ")
        target = rest.partition(" ")[0]
        parts = urlsplit(target)
        if method != "GET" or parts.path != self._path:
            return "404 Not Found", "There is nothing here."
        try:
            if not self._reading.belongs(dict(parse_qsl(parts.query))):
                raise InputError("this belongs to another sign-in", "begin again")  # noqa: TRY301 - said alike
            callback = self._reading.read(f"http://here{target}")
        except InputError as error:
            message = error.failure.message
            if error.failure.error_class != "auth":
                return "400 Bad Request", f"{message}. {error.failure.remedy}."
            if not self._found.done():
                self._found.set_exception(error)
            return "200 OK", f"{message}."
        if not self._found.done():
            self._found.set_result(callback)
        return "200 OK", None
