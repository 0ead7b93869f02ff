"""The sample attachments, made in code: a picture, a log, a table, a note."""

import struct
import zlib


def sample_files() -> tuple[tuple[str, str, bytes], ...]:
    """Name, media type and content of each."""
    return (
        ("screen.png", "image/png", picture(64, 40)),
        ("printer.log", "text/plain; charset=utf-8", _log()),
        ("orders.csv", "text/csv; charset=utf-8", _orders()),
        ("Rückfrage Müller.txt", "text/plain; charset=utf-8", "Bitte um Rückruf – danke!\n".encode()),
        ("dump.bin", "application/octet-stream", bytes(range(256)) * 16),
    )


def picture(width: int, height: int) -> bytes:
    """A PNG of one colour gradient (PNG specification, section 5)."""
    rows = b"".join(
        b"\x00" + b"".join(bytes((255 * x // width, 96, 255 * y // height)) for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _log() -> bytes:
    lines = (f"08:{n // 60:02d}:{n % 60:02d} queue=7 job={4000 + n} state=waiting" for n in range(0, 600, 5))
    return "\n".join(lines).encode() + b"\n"


def _orders() -> bytes:
    rows = [
        f"{10_000 + n},2026-{1 + n % 12:02d}-{1 + n % 28:02d},{n * 37 % 900}.{n % 100:02d}" for n in range(50)
    ]
    return "\r\n".join(["order,date,amount", *rows]).encode() + b"\r\n"
