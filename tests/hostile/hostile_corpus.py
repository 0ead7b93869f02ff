"""Hostile answers as data: what is sent, byte by byte, and how it must end."""

import gzip
import json
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Literal

import brotli

Pieces = Callable[[], Iterable[bytes]]
Part = Literal["framing", "codings", "bodies", "redirects"]


@dataclass(frozen=True)
class Hostile:
    """One answer.

    ``error`` is the class it must end in, empty for a success; ``says`` stands in the error's sentences or in the
    line about the result; ``shows`` must be found in what is displayed and exported, exactly as written.
    ``pause_s`` is waited after each piece, ``ending`` says what happens to the connection behind the last.
    """

    name: str
    part: Part
    pieces: Pieces
    error: str = ""
    says: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    ending: Literal["close", "reset", "hold"] = "close"
    pause_s: float = 0.0
    operation: str = "fetch"
    headers: tuple[tuple[str, str], ...] = field(default=())


def http(
    body: bytes | Callable[[], bytes] = b"",
    *more: str,
    status: str = "200 OK",
    kind: str | None = "application/json",
    length: int | str | None = -1,
) -> Pieces:
    """Build a whole answer; the length is right unless it is given, and left out for None.

    A large body is a function, so that only who sends it has it in memory.
    """

    def pieces() -> Iterable[bytes]:
        content = body if isinstance(body, bytes) else body()
        size = len(content) if length == -1 else length
        lines = [f"HTTP/1.1 {status}"]
        lines += [f"Content-Type: {kind}"] if kind is not None else []
        lines += [f"Content-Length: {size}"] if size is not None else []
        return "\r\n".join([*lines, "Connection: close", *more]).encode("latin-1") + b"\r\n\r\n", content

    return pieces


def raw(*pieces: bytes) -> Pieces:
    """Send these bytes and nothing else."""
    return lambda: pieces


def endless(head: bytes, piece: bytes) -> Pieces:
    """Send one piece again and again."""
    return lambda: chain((head,), repeat(piece))


def head_of(*lines: str) -> bytes:
    """Write a status line and headers."""
    return "\r\n".join(("HTTP/1.1 200 OK", *lines)).encode("latin-1") + b"\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """Write one chunk."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def deflate_bomb(bits: int, megabytes: int) -> Iterator[bytes]:
    """Give compressed zeros: each MiB is a piece of its own, so that building it costs nothing."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, bits)
    first = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    again = squeeze.compress(bytes(1 << 20)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    return chain((first,), repeat(again, megabytes - 1))


def zstd_bomb(gigabytes: int, window: int = 0x58) -> bytes:
    """Give a frame of blocks that repeat one byte 128 KiB long, four bytes each (RFC 8878, section 3.1.1.2)."""
    block = struct.pack("<I", (128 * 1024 << 3) | 0b010)[:3] + b"\0"
    return b"\x28\xb5\x2f\xfd\x00" + bytes([window]) + block * (gigabytes * 8192)


def coded(pieces: Callable[[], Iterable[bytes]], codings: str, kind: str = "application/json") -> Pieces:
    """Send coded data as it comes, without a length."""
    head = head_of(f"Content-Type: {kind}", f"Content-Encoding: {codings}", "Connection: close")
    return lambda: chain((head,), pieces())


def gzip_in_gzip() -> Iterator[bytes]:
    """Give a bomb that is packed once more, a thousand times a thousand."""
    outer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for piece in deflate_bomb(31, 20_000):
        if packed := outer.compress(piece):
            yield packed


def brotli_bomb(megabytes: int) -> Iterator[bytes]:
    """Give compressed zeros, a piece for each MiB."""
    squeeze = brotli.Compressor(quality=1)
    for _ in range(megabytes):
        yield squeeze.process(bytes(1 << 20)) + squeeze.flush()
    yield squeeze.finish()


def zstd_of(data: bytes) -> bytes:
    """Compress with one raw block, which needs no library."""
    return b"\x28\xb5\x2f\xfd\x20" + bytes([len(data)]) + struct.pack("<I", (len(data) << 3) | 1)[:3] + data


def deflated(data: bytes) -> bytes:
    """Compress without the frame of zlib, as some servers do."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(data) + squeeze.flush()


PLAIN = b'{"state": "fine", "price": 1.10}'
WHOLE = ('"state"', "1.10")
TRY_AGAIN = ("try again",)

CODINGS = (
    Hostile("gzip bomb", "codings", coded(lambda: deflate_bomb(31, 4_000), "gzip"), "vendor", ("larger than 16 MiB", "--output")),
    Hostile("gzip bomb in gzip", "codings", coded(gzip_in_gzip, "gzip, gzip"), "vendor", ("larger than 16 MiB",)),
    Hostile("gzip bomb as text", "codings", coded(lambda: deflate_bomb(31, 4_000), "gzip", "text/plain"), "vendor", ("larger than 16 MiB",)),
    Hostile("deflate bomb", "codings", coded(lambda: deflate_bomb(15, 4_000), "deflate"), "vendor", ("larger than 16 MiB",)),
    Hostile("zstd bomb", "codings", coded(lambda: (zstd_bomb(1),), "zstd"), "vendor", ("larger than 16 MiB",)),
    Hostile("zstd with a window of 2 GiB", "codings", coded(lambda: (zstd_bomb(1, 0xA8),), "zstd"), "vendor", ("cannot be decompressed",)),
    Hostile("brotli bomb", "codings", coded(lambda: brotli_bomb(512), "br"), "vendor", ("larger than 16 MiB",)),
    Hostile("brotli bomb in one piece", "codings", coded(lambda: (b"".join(brotli_bomb(512)),), "br"), "vendor", ("larger than 16 MiB",)),
    Hostile("brotli with a window of 1 GiB", "codings", coded(lambda: (b"\x11\x1e" + bytes(100),), "br"), "vendor", ("cannot be decompressed",)),
    Hostile("brotli that is none", "codings", coded(lambda: (PLAIN,), "br"), "vendor", ("cannot be decompressed", "identity")),
    Hostile("brotli cut in two", "codings", coded(lambda: (brotli.compress(PLAIN * 9)[:-3],), "br"), "vendor", ("ends in the middle",)),
    Hostile("brotli with garbage behind", "codings", coded(lambda: (brotli.compress(PLAIN) + b"garbage",), "br"), "vendor", ("cannot be decompressed",)),
    Hostile("brotli of nothing", "codings", coded(lambda: (), "br"), says=("0 bytes",)),
    Hostile("brotli that was not asked for", "codings", coded(lambda: (brotli.compress(PLAIN),), "br"), shows=WHOLE),
    Hostile("brotli byte by byte in gzip", "codings", coded(lambda: (bytes([byte]) for byte in gzip.compress(brotli.compress(PLAIN))), "br, gzip"), shows=WHOLE),
    Hostile("coding that nobody knows", "codings", coded(lambda: (PLAIN,), "x-secret"), "vendor", ("x-secret", "not asked for")),
    Hostile("coding with an escape in its name", "codings", coded(lambda: (PLAIN,), "\x1b[31mred"), "vendor", ("not asked for",)),
    Hostile("four codings", "codings", coded(lambda: (gzip.compress(PLAIN),), "gzip, gzip, gzip, gzip"), "vendor", ("4 times",)),
    Hostile("thousand codings", "codings", coded(lambda: (PLAIN,), ",".join(["gzip"] * 1000)), "vendor", ("1000 times",)),
    Hostile("gzip that is none", "codings", coded(lambda: (PLAIN,), "gzip"), "vendor", ("cannot be decompressed", "identity")),
    Hostile("gzip cut in two", "codings", coded(lambda: (gzip.compress(PLAIN)[:-12],), "gzip"), "vendor", ("ends in the middle",)),
    Hostile("gzip with a wrong sum", "codings", coded(lambda: (gzip.compress(PLAIN)[:-8] + bytes(8),), "gzip"), "vendor", ("cannot be decompressed",)),
    Hostile("gzip with garbage behind", "codings", coded(lambda: (gzip.compress(PLAIN) + b"garbage",), "gzip"), "vendor", ("cannot be decompressed",)),
    Hostile("gzip of two members", "codings", coded(lambda: (gzip.compress(PLAIN[:9]) + gzip.compress(PLAIN[9:]),), "gzip"), shows=WHOLE),
    Hostile("gzip of nothing", "codings", coded(lambda: (), "gzip"), says=("0 bytes",)),
    Hostile("gzip byte by byte", "codings", coded(lambda: (bytes([byte]) for byte in gzip.compress(PLAIN)), "gzip"), shows=WHOLE),
    Hostile("deflate without a frame", "codings", coded(lambda: (deflated(PLAIN),), "deflate"), shows=WHOLE),
    Hostile("zstd of one block", "codings", coded(lambda: (zstd_of(PLAIN),), "zstd"), shows=WHOLE),
    Hostile("zstd cut in two", "codings", coded(lambda: (zstd_of(PLAIN)[:-3],), "zstd"), "vendor", ("ends in the middle",)),
    Hostile("identity and gzip", "codings", coded(lambda: (gzip.compress(PLAIN),), "identity, GZIP"), shows=WHOLE),
)  # fmt: skip

JSON_HEAD = "Content-Type: application/json"
CHUNKED = head_of(JSON_HEAD, "Connection: close", "Transfer-Encoding: chunked")

FRAMING = (
    Hostile("endless chunks", "framing", endless(CHUNKED, chunk(b"[0," * 20_000)), "vendor", ("larger than 16 MiB", "--output")),
    Hostile("endless without a length", "framing", endless(head_of(JSON_HEAD), b" " * 65_536), "vendor", ("larger than 16 MiB",)),
    Hostile("endless headers", "framing", endless(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n" * 500), "network", ("headers", "100 KiB")),
    Hostile("endless status line", "framing", endless(b"HTTP/1.1 200 ", b"O" * 65_536), "network", ("100 KiB",)),
    Hostile("endless 1xx", "framing", endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"), "timeout", ("within 3 s",), pause_s=0.01),
    Hostile("slow bytes", "framing", lambda: chain((head_of(JSON_HEAD, "Content-Length: 1000"),), repeat(b" ")), "timeout", ("within 3 s",), pause_s=0.2),
    Hostile("slow headers", "framing", lambda: chain((b"HTTP/1.1 200 OK\r\nX: ",), repeat(b"x")), "timeout", ("within 3 s",), pause_s=0.2),
    Hostile("silence", "framing", raw(), "timeout", ("sent nothing for 1.5 s",), ending="hold"),
    Hostile("silence behind the headers", "framing", raw(CHUNKED), "timeout", ("sent nothing for 1.5 s",), ending="hold"),
    Hostile("event stream without end", "framing", endless(head_of("Content-Type: text/event-stream"), b"data: {}\n\n"), "timeout", ("within 3 s",), pause_s=0.05),
    Hostile("closed at once", "framing", raw(), "network", ("without an answer",)),
    Hostile("reset at once", "framing", raw(), "network", ("broke",), ending="reset"),
    Hostile("reset in the body", "framing", raw(head_of(JSON_HEAD, "Content-Length: 1000"), b'{"a":'), "network", ("broke",), ending="reset"),
    Hostile("cut before its length", "framing", raw(head_of(JSON_HEAD, "Content-Length: 1000"), PLAIN), "network", ("broke off", "32 bytes") ),
    Hostile("cut in a chunk", "framing", raw(CHUNKED, b"100\r\n" + PLAIN), "network", ("broke off",)),
    Hostile("cut in the headers", "framing", raw(b"HTTP/1.1 200 OK\r\nContent-Ty"), "network", ("closed the connection",)),
    Hostile("longer than its length", "framing", http(PLAIN + b"and more", length=len(PLAIN)), shows=WHOLE),
    Hostile("length that is negative", "framing", http(PLAIN, length=-5), "network", ("not HTTP",)),
    Hostile("length that is no number", "framing", http(PLAIN, length="many"), "network", ("not HTTP",)),
    Hostile("length beyond all disks", "framing", http(PLAIN, length=10**18), "network", ("broke off",)),
    Hostile("length of 5,000 digits", "framing", http(PLAIN, length="9" * 5_000), "network", ("not HTTP",)),
    Hostile("two lengths", "framing", http(PLAIN, "Content-Length: 5"), "network", ("not HTTP",)),
    Hostile("length and chunks", "framing", raw(head_of(JSON_HEAD, "Content-Length: 3", "Transfer-Encoding: chunked"), chunk(PLAIN), b"0\r\n\r\n"), shows=WHOLE),
    Hostile("coding of the transfer that is none", "framing", raw(head_of(JSON_HEAD, "Transfer-Encoding: gzip"), PLAIN), "network", ("not HTTP",)),
    Hostile("HTTP/0.9", "framing", raw(PLAIN), "network", ("without an answer", "scheme and port")),
    Hostile("HTTP/2 in plain", "framing", raw(b"HTTP/2 200\r\n\r\n" + PLAIN), "network", ("not HTTP",)),
    Hostile("bytes of TLS", "framing", raw(b"\x15\x03\x01\x00\x02\x02\x46" * 3), "network", ()),
    Hostile("greeting of SSH", "framing", raw(b"SSH-2.0-OpenSSH_9.9\r\n\r\n"), "network", ("not HTTP",)),
    Hostile("greeting with escapes", "framing", raw(b"\x1b]52;c;cm0=\x07\x1b[2J\r\n\r\n"), "network", ("not HTTP",)),
    Hostile("status of two digits", "framing", raw(b"HTTP/1.1 20 OK\r\n\r\n"), "network", ("not HTTP",)),
    Hostile("status 000", "framing", http(PLAIN, status="000 Nothing"), "network", ()),
    Hostile("status 999", "framing", http(PLAIN, status="999 Odd"), "vendor", ("999",)),
    Hostile("status line without a phrase", "framing", http(PLAIN, status="200"), shows=WHOLE),
    Hostile("phrase with escapes", "framing", http(PLAIN, status="200 \x1b]0;owned\x07OK"), shows=WHOLE),
    Hostile("hundred hints first", "framing", lambda: chain(repeat(b"HTTP/1.1 103 Early\r\n\r\n", 100), http(PLAIN)()), shows=WHOLE),
    Hostile("101 that nobody asked for", "framing", raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), "network", ("101", "not asked for")),
    Hostile("chunk without a size", "framing", raw(CHUNKED, b"xyz\r\n" + PLAIN), "network", ("not HTTP",)),
    Hostile("chunk beyond 64 bits", "framing", raw(CHUNKED, b"F" * 20 + b"\r\n" + PLAIN), "network", ()),
    Hostile("chunk with a megabyte of extension", "framing", raw(CHUNKED, b"1;" + b"x" * 1_000_000), "network", ()),
    Hostile("chunks of one byte", "framing", lambda: chain((CHUNKED,), (chunk(bytes([byte])) for byte in PLAIN), (b"0\r\n\r\n",)), shows=WHOLE),
    Hostile("trailers with escapes", "framing", raw(CHUNKED, chunk(PLAIN), b"0\r\nX-Late: \x1b[31m\r\n\r\n"), shows=WHOLE),
    Hostile("204 with a body", "framing", http(PLAIN, status="204 No Content"), says=("204",)),
    Hostile("205 with a body", "framing", http(PLAIN, status="205 Reset Content"), says=("205",)),
    Hostile("304 with a body", "framing", http(PLAIN, status="304 Not Modified"), "vendor", ("304", "did not ask", "no-cache")),
    Hostile("304 that was asked for", "framing", http(b"", status="304 Not Modified", length=None), says=("304",), operation="conditional"),
    Hostile("header of 200 KB", "framing", http(PLAIN, "X-Big: " + "x" * 200_000), "network", ("100 KiB",)),
    Hostile("header of 60 KB", "framing", http(PLAIN, "X-Big: " + "x" * 60_000), shows=WHOLE),
    Hostile("four thousand headers", "framing", http(PLAIN, *(f"X-{n}: {n}" for n in range(4_000))), shows=WHOLE),
    Hostile("header without a colon", "framing", http(PLAIN, "no colon here"), "network", ("not HTTP",)),
    Hostile("header with a space in its name", "framing", http(PLAIN, "X Y: 1"), "network", ("not HTTP",)),
    Hostile("header that is folded", "framing", http(PLAIN, "X-Long: one", " two"), shows=WHOLE),
    Hostile("header with a lone CR", "framing", http(PLAIN, "X-Evil: a\rSet-Cookie: b=c"), "network", ()),
    Hostile("header with a NUL", "framing", http(PLAIN, "X-Nul: a\0b"), "network", ("not HTTP",)),
    Hostile("header with escapes", "framing", http(PLAIN, "X-Evil: \x1b]52;c;cm0=\x07 \x9b31m"), shows=WHOLE),
    Hostile("header with bytes beyond ASCII", "framing", http(PLAIN, "X-Name: M\xfcller \xff"), shows=WHOLE),
    Hostile("cookie bomb", "framing", http(PLAIN, *(f"Set-Cookie: c{n}={'v' * 20}; Path=/; Expires=Wed, 09 Jun 2100 10:18:14 GMT" for n in range(1_000))), shows=WHOLE),
    Hostile("cookie with an endless date", "framing", http(PLAIN, "Set-Cookie: a=b; Expires=" + " 1" * 20_000), shows=WHOLE),
    Hostile("type with escapes", "framing", http(PLAIN, kind="application/json; \x1b[2J=1"), shows=WHOLE),
    Hostile("type of 50 KB", "framing", http(PLAIN, kind="application/json;" + "a=b;" * 12_000), shows=WHOLE),
)  # fmt: skip

ELSEWHERE = "http://198.51.100.7/"


def to(location: str, status: str = "302 Found") -> Pieces:
    """Send elsewhere."""
    return http(b"", f"Location: {location}", status=status)


REDIRECTS = (
    Hostile("redirect in circles", "redirects", to("?again"), "vendor", ("more than 10 redirects", "circles")),
    Hostile("redirect to another host", "redirects", to(ELSEWHERE), "policy", ("another host", "redirects: any")),
    Hostile("redirect to another host, allowed to follow", "redirects", to(ELSEWHERE), "policy", ("198.51.100.7", "http.hosts"), operation="any"),
    Hostile("redirect to the metadata service", "redirects", to("http://169.254.169.254/latest/meta-data/"), "policy", ("169.254.169.254",), operation="any"),
    Hostile("redirect to metadata by name", "redirects", to("http://metadata.google.internal/"), "policy", ("metadata",), operation="any"),
    Hostile("redirect to another port of this host", "redirects", to("http://127.0.0.1:22/"), "policy", ("port 22",)),
    Hostile("redirect to loopback by another name", "redirects", to("http://localhost/"), "policy", ("localhost",), operation="any"),
    Hostile("redirect to loopback in IPv6", "redirects", to("http://[::1]/"), "policy", ("::1",), operation="any"),
    Hostile("redirect to loopback as a number", "redirects", to("http://2130706433/"), "policy", ("2130706433",), operation="any"),
    Hostile("redirect to a file", "redirects", to("file:///etc/passwd"), "policy", ("file://", "http or https"), operation="any"),
    Hostile("redirect to FTP", "redirects", to("ftp://127.0.0.1/"), "policy", ("ftp://", "http or https")),
    Hostile("redirect to a script", "redirects", to("javascript:alert(1)"), "policy", ("javascript://",)),
    Hostile("redirect to data", "redirects", to("data:text/html,hello"), "policy", ("data://",)),
    Hostile("redirect with a user in it", "redirects", to("http://user:word@127.0.0.1/"), "policy", ()),
    Hostile("redirect to nowhere", "redirects", http(b"", status="302 Found"), "vendor", ("302", "does not say where")),
    Hostile("redirect to no address", "redirects", to("http://[::1"), "vendor", ("not an address",)),
    Hostile("redirect to a port that is none", "redirects", to("http://127.0.0.1:99999/"), "vendor", ("not an address",)),
    Hostile("redirect with escapes", "redirects", to("/\x1b[31m\x07"), "vendor", ()),
    Hostile("redirect of 90 KB", "redirects", to("http://127.0.0.1:1/" + "x" * 90_000), "vendor", ("not an address",)),
    Hostile("redirect with choices", "redirects", to(ELSEWHERE, "300 Multiple Choices"), "config", ("300", "not followed", "base URL")),
    Hostile("redirect over a proxy", "redirects", to(ELSEWHERE, "305 Use Proxy"), "config", ("305", "not followed")),
)  # fmt: skip


def deep(opening: bytes, closing: bytes, levels: int, inside: bytes = b"1") -> Pieces:
    """Nest a value in itself."""
    return http(lambda: opening * levels + inside + closing * levels)


def one_line() -> Iterable[bytes]:
    """Give ten megabytes of JSON in one line."""
    item = json.dumps({"id": 12345678901234567890123, "text": "x" * 900, "price": 0}).encode()
    item = item.replace(b'"price": 0', b'"price": 12.50')
    body = b"[" + b",".join([item] * 10_500) + b"]"
    return head_of(JSON_HEAD, f"Content-Length: {len(body)}"), body


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><l>&j;</l>"
).encode()
XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
XML = "application/xml"
CSV = "text/csv"

BODIES = (
    Hostile("a hundred thousand lists deep", "bodies", deep(b"[", b"]", 100_000), "vendor", ("nested", "256")),
    Hostile("a hundred thousand objects deep", "bodies", deep(b'{"a":', b"}", 100_000), "vendor", ("nested",)),
    Hostile("three hundred deep", "bodies", deep(b"[", b"]", 300), "vendor", ("nested 300 levels deep",)),
    Hostile("two hundred deep", "bodies", deep(b'{"a":', b"}", 200, b'"bottom"'), shows=("bottom",)),
    Hostile("deep and wide", "bodies", deep(b"[", b"]", 250, b",".join([b'"leaf"'] * 100_000)), shows=("leaf",)),
    Hostile("ten megabytes in one line", "bodies", one_line, shows=("12345678901234567890123", "12.50")),
    Hostile("one text of ten megabytes", "bodies", http(lambda: b'{"text": "' + "é☃😀".encode() * 1_100_000 + b'"}'), shows=("☃😀",)),
    Hostile("a name of a megabyte", "bodies", http(lambda: b'{"' + b"n" * 1_000_000 + b'": 1.10}'), shows=("nnn", "1.10")),
    Hostile("millions of empty objects", "bodies", http(lambda: b"[" + b"{}," * 4_000_000 + b"{}]"), "vendor", ("values", "fewer records")),
    Hostile("millions of numbers", "bodies", http(lambda: b"[" + b"1.5," * 3_000_000 + b"1.5]"), "vendor", ("values", "fewer records")),
    Hostile("million lines of JSON", "bodies", http(lambda: b'{"a":1}\n' * 1_000_000, kind="application/x-ndjson"), "vendor", ("values",)),
    Hostile("NaN", "bodies", http(b'{"value": NaN}'), "vendor", ("NaN", "JSON does not have")),
    Hostile("Infinity", "bodies", http(b'{"value": -Infinity}'), "vendor", ("Infinity", "JSON does not have")),
    Hostile("1e400", "bodies", http(b'{"value": 1e400, "small": -1E-400}'), shows=("1e400", "-1E-400")),
    Hostile("integers beyond 64 bits", "bodies", http(b'[{"id": 18446744073709551616}, {"id": -123456789012345678901234567890}]'), shows=("18446744073709551616", "-123456789012345678901234567890")),
    Hostile("integer beyond floats", "bodies", http(b'{"id": 9007199254740993}'), shows=("9007199254740993",)),
    Hostile("integer of 5,000 digits", "bodies", http(lambda: b'{"id": ' + b"7" * 5_000 + b"}"), shows=("7" * 200,)),
    Hostile("forty decimals", "bodies", http(b'{"pi": 3.1415926535897932384626433832795028841971}'), shows=("3.1415926535897932384626433832795028841971",)),
    Hostile("zeros that count", "bodies", http(b'{"price": 1.10, "rate": 1.000, "minus": -0.0, "exp": 1.5E+3}'), shows=("1.10", "1.000", "-0.0", "1.5E+3")),
    Hostile("zero below zero", "bodies", http(b'{"value": -0, "list": [1.0, -0]}'), shows=("-0", "1.0")),
    Hostile("names that come twice", "bodies", http(b'{"id": 1, "role": "user", "role": "admin"}'), says=("`role`", "twice", "last"), shows=("admin",)),
    Hostile("names that come twice, spaced", "bodies", http(b'{"id" : 1 , "id" : 2}'), says=("`id`", "twice"), shows=("2",)),
    Hostile("half a pair of characters", "bodies", http(b'{"text": "half \\ud83d emoji", "n": 1.10}'), shows=("\\ud83d", "1.10")),
    Hostile("a whole pair of characters", "bodies", http(b'{"text": "\\ud83d\\ude00"}'), shows=("😀",)),
    Hostile("broken JSON", "bodies", http(b'{"a": 1, "b": }'), "vendor", ("not JSON", "column", "response: {type: text}")),
    Hostile("JSON cut in two", "bodies", http(b'{"a": [1, 2'), "vendor", ("not JSON",)),
    Hostile("garbage behind JSON", "bodies", http(b'{"a": 1} garbage'), "vendor", ("not JSON",)),
    Hostile("two documents of JSON", "bodies", http(b'{"a": 1}{"b": 2}'), "vendor", ("not JSON",)),
    Hostile("single quotes", "bodies", http(b"{'a': 1}"), "vendor", ("not JSON",)),
    Hostile("comma at the end", "bodies", http(b"[1, 2, ]"), "vendor", ("not JSON",)),
    Hostile("control characters in a text", "bodies", http(b'{"a": "x\x1b[31m\x07"}'), "vendor", ("not JSON",)),
    Hostile("escapes as escapes", "bodies", http(b'{"a": "\\u001b]52;c;cm0=\\u0007\\u009b31m", "\\u001b[2J": 1}'), shows=("52;c;cm0=",)),
    Hostile("direction marks", "bodies", http('{"file": "invoice\u202egnp.exe"}'.encode()), shows=("gnp.exe",)),
    Hostile("bytes that are no UTF-8", "bodies", http(b'{"a": "\xff\xfe\xfa"}'), "vendor", ("UTF-8", "0xff")),
    Hostile("UTF-16", "bodies", http('{"a": "Müller"}'.encode("utf-16")), shows=("Müller",)),
    Hostile("UTF-8 with a mark", "bodies", http(b"\xef\xbb\xbf" + PLAIN), shows=WHOLE),
    Hostile("charset that is none", "bodies", http(PLAIN, kind="application/json; charset=klingon"), shows=WHOLE),
    Hostile("charset that is a trap", "bodies", http(lambda: b"a" * 2_000_000 + b"-", kind="text/plain; charset=punycode"), shows=("aaa",)),
    Hostile("charset that lies", "bodies", http("Müller ☃".encode(), kind="text/plain; charset=us-ascii"), says=("shown as",), shows=("ller",)),
    Hostile("text that is no UTF-8", "bodies", http(b"caf\xe9 \x80", kind="text/plain; charset=utf-8"), says=("byte 3 is 0xe9",), shows=("caf",)),
    Hostile("nothing but spaces", "bodies", http(b" \r\n\t " * 1000), says=("200",)),
    Hostile("a page where JSON was said", "bodies", http(b"<!doctype html><h1>Login</h1>"), "vendor", ("not JSON", "another server")),
    Hostile("JSON where a page was said", "bodies", http(PLAIN, kind="text/html"), shows=WHOLE),
    Hostile("JSON where bytes were said", "bodies", http(PLAIN, kind="application/octet-stream"), shows=()),
    Hostile("JSON where nothing was said", "bodies", http(PLAIN, kind=None), shows=WHOLE),
    Hostile("bytes where nothing was said", "bodies", http(bytes(range(256)) * 40, kind=None)),
    Hostile("a picture that is none", "bodies", http(b"\x89PNG\r\n\x1a\n" + b"\x1b[31m" * 100, kind="image/png")),
    Hostile("terminal escapes", "bodies", http(b"\x1b[2J\x1b]0;owned\x07\x1b]52;c;cm0=\x07\x9b31m red\x08\x7f", kind="text/plain"), shows=("red",)),
    Hostile("a line of ten megabytes", "bodies", http(lambda: "x☃".encode() * 2_500_000, kind="text/plain"), shows=("x☃x☃",)),
    Hostile("three million lines", "bodies", http(lambda: b"\n" * 3_000_000 + b"end", kind="text/plain"), shows=("end",)),
    Hostile("error with a megabyte of message", "bodies", http(lambda: json.dumps({"message": "no " * 300_000}).encode(), status="500 Error"), "vendor", ("500", "…")),
    Hostile("error with escapes", "bodies", http(b'{"message": "\\u001b[31mno\\u0007"}', status="403 Forbidden"), "permission", ("403",)),
    Hostile("error that is broken", "bodies", http(b'{"message": ', status="503 Down"), "vendor", ("503", "try again")),
    Hostile("a billion laughs", "bodies", http(LAUGHS, kind=XML), "vendor", ("entities",)),
    Hostile("an entity from a file", "bodies", http(XXE, kind=XML), "vendor", ("entities",)),
    Hostile("an entity that is nowhere", "bodies", http(b"<a>&boo;</a>", kind=XML), "vendor", ("not XML", "undefined entity")),
    Hostile("XML a hundred thousand deep", "bodies", http(lambda: b"<a>" * 100_000, kind=XML), "vendor", ("nested",)),
    Hostile("XML of a million elements", "bodies", http(lambda: b"<r>" + b"<i/>" * 1_000_000 + b"</r>", kind=XML), "vendor", ("elements",)),
    Hostile("XML of a hundred thousand attributes", "bodies", http(lambda: b"<r " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>", kind=XML), shows=("a99999",)),
    Hostile("XML that is broken", "bodies", http(b"<a><b></a>", kind=XML), "vendor", ("not XML", "mismatched tag")),
    Hostile("XML in an error", "bodies", http(b"<Error><Code>NoSuchKey</Code><Message>it is gone</Message></Error>", kind=XML, status="404 Gone"), "not_found", ("it is gone",)),
    Hostile("CSV of a million columns", "bodies", http(lambda: b",".join([b"c"] * 1_000_000) + b"\n", kind=CSV), "vendor", ("columns", "10,000")),
    Hostile("CSV of a million rows", "bodies", http(lambda: b"a,b\n" + b"1,2\n" * 1_000_000, kind=CSV), "vendor", ("cells",)),
    Hostile("CSV with a quote that never ends", "bodies", http(lambda: b'a,b\n1,"' + b"x\n" * 500_000, kind=CSV), shows=("x\n",)),
    Hostile("CSV with NULs", "bodies", http(b"a,b\n1\0,2\n", kind=CSV), shows=("b",)),
    Hostile("CSV whose names come twice", "bodies", http(b"id,id,\n1,2,3\n", kind=CSV), says=("`id`",), shows=("id_2",)),
    Hostile("CSV whose lines end in three ways", "bodies", http(b"a,b\n1,2\r3,4\r\n5,6", kind=CSV), shows=("3", "5")),
    Hostile("CSV of decimal commas", "bodies", http(b"price\n1,50\n2,75\n", kind=CSV), shows=("1,50", "2,75")),
    Hostile("XML with attributes of one name", "bodies", http(b'<a xmlns:s="urn:s" xmlns:d="urn:d" k="x0" s:k="x1" d:k="x2"/>', kind=XML), shows=("x0", "x1", "x2")),
    Hostile("CSV with formulas", "bodies", http(b'a;b\n=HYPERLINK("x");007\n', kind=CSV), shows=("007",)),
    Hostile("lines of JSON with a broken one", "bodies", http(b'{"a":1}\n{"a":\n', kind="application/x-ndjson"), "vendor", ("line 2",)),
)  # fmt: skip

CORPUS = (*CODINGS, *FRAMING, *REDIRECTS, *BODIES)
