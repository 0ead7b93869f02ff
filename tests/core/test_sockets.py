"""The sockets of requests: which are used again, how many there are, and what limits them."""

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from core.clients import Clients, Timeouts, TlsProfile
from core.errors import ConfigError, TransportError, VendorError
from core.hosts import build_policy
from core.request import Request, Response
from core.send import HttpTransport, Route

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Counted:
    """How many connections a server has taken, has, and had at most."""

    taken: int = 0
    open: int = 0
    most: int = 0
    url: str = ""
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    transport: HttpTransport = field(default_factory=lambda: HttpTransport(Clients()))

    async def tell(self) -> None:
        """Wake who waits for a count."""
        async with self.changed:
            self.changed.notify_all()

    async def until_open(self, number: int) -> None:
        """Wait until so many connections are open."""
        async with self.changed:
            await self.changed.wait_for(lambda: self.open == number)

    async def ask(
        self,
        method: str = "GET",
        body: bytes | None = None,
        tls: TlsProfile | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        **timeouts: float,
    ) -> Response:
        """Send one request."""
        route = Route("test", build_policy(self.url, []), tls or TlsProfile(), Timeouts(**timeouts))
        return await self.transport.send(Request(method, f"{self.url}/", headers, body=body), route)


@asynccontextmanager
async def serving(serve: Serve, context: ssl.SSLContext | None = None):
    counted = Counted()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        counted.taken += 1
        counted.open += 1
        counted.most = max(counted.most, counted.open)
        await counted.tell()
        try:
            await serve(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            counted.open -= 1
            await counted.tell()

    server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=context)
    counted.url = f"{'https' if context else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield counted
    finally:
        await counted.transport.close()
        server.close()


async def keep_answering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(WHOLE)


async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(WHOLE)
    await writer.drain()


async def answer_too_much(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(WHOLE + b"HTTP/1.1 500 Not asked for\r\nContent-Length: 0\r\n\r\n")


def test_a_connection_is_used_again() -> None:
    async def run() -> None:
        async with serving(keep_answering) as server:
            for _ in range(3):
                assert (await server.ask()).body == b"ok"
            assert server.taken == 1

    asyncio.run(run())


def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    async def run() -> None:
        async with serving(answer_once) as server:
            for number in range(3):
                assert (await server.ask()).body == b"ok"
                await server.until_open(0)
                assert server.taken == number + 1

    asyncio.run(run())


@pytest.mark.parametrize("name", ["Transfer-Encoding", "upgrade"])
def test_a_header_that_is_for_the_connection_is_not_taken_from_a_request(name: str) -> None:
    async def run() -> None:
        async with serving(keep_answering) as server:
            with pytest.raises(ConfigError, match=f"the header {name.lower()} is"):
                await server.ask(headers=((name, "chunked"),))
            assert server.taken == 0

    asyncio.run(run())


def test_an_answer_that_nobody_asked_for_is_never_taken_for_one() -> None:
    async def run() -> None:
        async with serving(answer_too_much) as server:
            for _ in range(3):
                assert (await server.ask()).status == 200
            assert server.taken == 3

    asyncio.run(run())


def test_there_are_at_most_twenty_at_once() -> None:
    async def run() -> None:
        async with serving(keep_answering) as server:
            answers = await asyncio.gather(*(server.ask() for _ in range(60)))
            assert {answer.body for answer in answers} == {b"ok"}
            assert server.most <= 20
            assert server.taken <= 20

    asyncio.run(run())


def test_a_connection_is_free_again_after_a_request_that_was_cancelled() -> None:
    async def run() -> None:
        async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.read()

        async with serving(silent) as server:
            for _ in range(2):
                waiting = [asyncio.ensure_future(server.ask()) for _ in range(25)]
                await server.until_open(20)
                for task in waiting:
                    task.cancel()
                await asyncio.gather(*waiting, return_exceptions=True)
                await server.until_open(0)
            assert server.taken == 40

    asyncio.run(run())


def test_a_large_body_waits_until_the_server_reads_and_not_for_ever() -> None:
    async def run() -> None:
        async def never_read(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.Event().wait()

        async with serving(never_read) as server:
            with pytest.raises(TransportError, match="sent nothing for"):
                await server.ask("POST", b"x" * 50_000_000, read_s=0.5)

    asyncio.run(run())


def test_a_large_body_arrives_whole() -> None:
    async def run() -> None:
        async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(20_000_000)
            writer.write(WHOLE)
            await writer.drain()

        async with serving(count) as server:
            assert (await server.ask("POST", b"x" * 20_000_000)).body == b"ok"

    asyncio.run(run())


def test_a_large_answer_is_refused_without_reading_it_all() -> None:
    sent = 0

    async def run() -> None:
        async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal sent
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n")
            for _ in range(500):
                writer.write(b"x" * 1_000_000)
                await writer.drain()
                sent += 1

        async with serving(flood) as server:
            with pytest.raises(VendorError, match="larger than 16 MiB"):
                await server.ask()

    asyncio.run(run())
    assert sent < 100


def test_a_port_where_nothing_listens_is_said_to_be_unreachable() -> None:
    async def run() -> None:
        async with serving(keep_answering) as server:
            url = server.url
        gone = Counted(url=url)
        with pytest.raises(TransportError, match="not reachable: connection refused"):
            await gone.ask()

    asyncio.run(run())


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_body_without_a_length_ends_with_the_notice_of_tls(tmp_path: Path, version: ssl.TLSVersion) -> None:
    certificate = _write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.maximum_version = version
    ends_with_notice, head, body = True, b"", b"ok" * 500_000

    async def until_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + b"\r\n" + body)
        await writer.drain()
        if not ends_with_notice:
            writer.transport._ssl_protocol._transport.close()

    async def run() -> None:
        nonlocal ends_with_notice, head
        head = b"HTTP/1.1 200 OK\r\n"
        tls = TlsProfile(ca=str(certificate))
        async with serving(until_close, context) as server:
            assert (await server.ask(tls=tls)).body == body
            ends_with_notice = False
            with pytest.raises(
                TransportError, match="broke off its answer: TLS ended without notice"
            ) as caught:
                await server.ask(tls=tls)
            assert caught.value.failure.retryable
            head += b"Content-Length: %d\r\n" % len(body)
            assert (await server.ask(tls=tls)).body == body

    asyncio.run(run())


def test_a_connection_over_tls_is_verified_and_used_again(tmp_path: Path) -> None:
    certificate = _write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def run() -> None:
        async with serving(keep_answering, context) as server:
            for _ in range(2):
                assert (await server.ask(tls=TlsProfile(ca=str(certificate)))).body == b"ok"
            assert server.taken == 1
            with pytest.raises(TransportError, match=r"certificate of 127\.0\.0\.1 is not trusted") as caught:
                await server.ask()
            assert caught.value.failure.error_class == "tls"

    asyncio.run(run())


def _write_certificate(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1 that nobody signed, and its key, into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(30))
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
    )
    signed = builder.sign(key, hashes.SHA256())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(plain + signed.public_bytes(Encoding.PEM))
    return file
