"""Send a request and receive its whole response, over HTTP."""

import asyncio
import os
import re
import ssl
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import h11

from .address import Address, read_address
from .bodies.coding import decoded
from .clients import Clients, Timeouts, TlsProfile
from .errors import ConfigError, VendorError
from .hosts import HostPolicy
from .http11 import Http11
from .no_answer import plain_errors, timeout_error
from .request import Headers, Request, Response
from .shown import one_line

EXCHANGE_S = 300.0
# An event stream may have no end of its own.
EVENT_STREAM_S = 30.0
MAX_BODY = 16 * 1024 * 1024

# How a body is framed, and to what the connection changes, is ours to say (RFC 9112, section 6.1).
_OURS = frozenset({b"transfer-encoding", b"upgrade"})

# The body or its beginning, how many bytes it has, and the file they went to.
Received = tuple[bytes, int, Path | None]


@dataclass(frozen=True, slots=True)
class Route:
    """How the requests of one connection travel; ``key`` names it, so that its sockets are its own."""

    key: str
    policy: HostPolicy
    tls: TlsProfile = field(default_factory=TlsProfile)
    timeouts: Timeouts = field(default_factory=Timeouts)


class HttpTransport:
    """The transport for http and https."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def context(self, profile: TlsProfile) -> ssl.SSLContext:
        """Give the TLS context that requests of this profile use."""
        return await self._clients.context(profile)

    def forget_certificates(self) -> None:
        """Let every client certificate go, from any thread."""
        self._clients.forget_certificates()

    async def close(self) -> None:
        """Close every connection."""
        await self._clients.close()

    async def send(
        self, request: Request, route: Route, *, save_to: Path | None = None, max_body: int = MAX_BODY
    ) -> Response:
        """Send one request and read its response whole, or into ``save_to`` when it succeeded.

        Raises:
            PolicyError: the host or its address is not allowed.
            TransportError: there was no whole answer; its class says network, timeout or tls.
            VendorError: the body is larger than ``max_body`` bytes.
        """
        route.policy.check_url(request.url)
        # A TLS context costs 20 ms, and plain http needs none.
        profile = route.tls if request.url.startswith("https:") else None
        if profile is not None and request.is_stranger:
            profile = replace(profile, certificate=None)
        pool = await self._clients.pool(route.key, profile, route.policy)
        started = time.perf_counter_ns()
        address = read_address(request.url)
        built = _build(request, address)
        total_s = route.timeouts.total_s or (None if save_to else EXCHANGE_S)
        with plain_errors(request.url, route.timeouts, total_s or EXCHANGE_S):
            async with asyncio.timeout(total_s):
                lent = await pool.take(address.server, route.timeouts.connect_s)
                try:
                    return await _exchange(lent, built, request, route.timeouts, started, save_to, max_body)
                finally:
                    pool.give_back(lent)


def _build(request: Request, address: Address) -> h11.Request:
    """Write the head of a request, with what HTTP/1.1 wants of every one (RFC 9112)."""
    try:
        # White space around a value is no part of it (RFC 9110, section 5.5), and the library refuses it.
        headers = [
            (name.encode("ascii"), value.strip(" \t").encode("latin-1")) for name, value in request.headers
        ]
        given = {name.lower() for name, _ in headers}
        if refused := given & _OURS:
            raise ConfigError(f"the header {min(refused).decode()} is ours to write", "leave it out")
        if b"host" not in given:
            headers.insert(0, (b"Host", address.server.name.encode()))
        if b"content-length" not in given and (length := _length(request)) is not None:
            headers.append((b"Content-Length", b"%d" % length))
        return h11.Request(method=request.method.upper(), target=address.target, headers=headers)
    except (UnicodeEncodeError, h11.LocalProtocolError) as error:
        raise ConfigError(f"this request cannot be written: {_safe_reason(error)}") from error


def _length(request: Request) -> int | None:
    """Give the length of a body; of none too, where the method is one for bodies (RFC 9110, section 8.6)."""
    if request.upload is not None:
        return request.upload.size
    if request.body:
        return len(request.body)
    return 0 if request.method.upper() in {"POST", "PUT", "PATCH"} else None


def _safe_reason(error: Exception) -> str:
    """Say what is wrong with a request, and not the value in which it is."""
    if isinstance(error, UnicodeEncodeError):
        return "a header holds a character that HTTP headers cannot carry"
    return re.split(" b['\"]", str(error), maxsplit=1)[0].lower()


async def _limited(receiving: Coroutine[Any, Any, Received]) -> Received:
    """Do not wait long for the end of a stream of events, which may have none."""
    try:
        async with asyncio.timeout(EVENT_STREAM_S):
            return await receiving
    except TimeoutError as error:
        raise timeout_error(
            f"the answer is a stream of events, and it did not end within {EVENT_STREAM_S:g} s",
            "`connect-tui request … --output FILE` keeps what comes until it is stopped",
        ) from error


async def _exchange(
    lent: Http11,
    built: h11.Request,
    request: Request,
    timeouts: Timeouts,
    started: int,
    save_to: Path | None,
    max_body: int,
) -> Response:
    """Send a request and read its answer to the end; one that may have none is not waited for long."""
    content = request.upload.chunks() if request.upload else request.body
    answer = await lent.ask(built, content, timeouts.read_s)
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers.raw_items()
    )
    chunks = _chunks(lent.body(timeouts.read_s), headers)
    receiving = _receive(answer.status_code, chunks, save_to, max_body)
    is_stream = (_value(headers, "content-type") or "").lower().startswith("text/event-stream")
    head, size, saved_to = await (_limited(receiving) if is_stream and save_to is None else receiving)
    peer = lent.stream.peer
    return Response(
        status=answer.status_code,
        headers=headers,
        body=head,
        url=request.url,
        took_us=(time.perf_counter_ns() - started) // 1000,
        size=size,
        http_version=f"HTTP/{answer.http_version.decode('ascii', 'replace')}",
        peer=f"{peer[0]}:{peer[1]}" if peer else None,
        saved_to=saved_to,
    )


async def _receive(
    status: int, chunks: AsyncIterator[bytes], save_to: Path | None, max_body: int
) -> Received:
    if save_to is not None and 200 <= status < 300:
        return *await _save(chunks, save_to), save_to
    body = await _read(status, chunks, max_body)
    return body, len(body), None


def _value(headers: Headers, name: str) -> str | None:
    """Give the value of a header, of several the list that they are together (RFC 9110, section 5.3)."""
    found = [value for key, value in headers if key.lower() == name]
    return ", ".join(found) if found else None


async def _read(status: int, chunks: AsyncIterator[bytes], max_body: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > max_body:
            raise VendorError(
                f"the answer is larger than {max_body // 1024 // 1024} MiB, which is what fits into memory",
                "ask for fewer records, or save it: `connect-tui request … --output FILE` takes any size, "
                "and so does --output with an operation whose response is `type: binary`",
                status=status,
            )
    return bytes(body)


def _chunks(raw: AsyncIterator[bytes], headers: Headers) -> AsyncIterator[bytes]:
    coding = _value(headers, "content-encoding")
    return decoded(raw, coding) if coding else raw


async def _save(chunks: AsyncIterator[bytes], save_to: Path) -> tuple[bytes, int]:
    """Write the body to ``save_to``, which stays as it was until all is there; give its start and size."""
    head, size, part = bytearray(), 0, None
    try:
        target, part, file = _open_target(save_to)
        with file:
            async for chunk in chunks:
                file.write(chunk)
                size += len(chunk)
                if len(head) < _HEAD:
                    head += chunk[: _HEAD - len(head)]
        if part is not None:
            part.replace(target)
    except OSError as error:
        raise ConfigError(f"{one_line(save_to)} cannot be written: {error.strerror}") from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
    return bytes(head), size


def _open_target(save_to: Path) -> tuple[Path, Path | None, BinaryIO]:
    """Open a file beside the target, for its owner alone; a pipe or a device is written to itself."""
    target = save_to.resolve()
    if target.exists() and not target.is_file():
        return target, None, target.open("wb")
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    return target, Path(name), os.fdopen(number, "wb")


_HEAD = 128 * 1024
