"""Read a line that is pasted, of any length, without blocking the event loop."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

_MOST: Final = 64 * 1024
_ERASE, _KILL, _END = b"\x7f\x08", 0x15, 0x04
# The terminal shows ^? for the key itself; both go, and the letter before.
_BACK: Final = b"\b\b  \b\b\b \b"


async def read_line() -> str:
    """Read a line where the system can wait for it; a file is just read. Nothing means that it has ended."""
    try:
        descriptor = sys.stdin.fileno()
    except OSError:
        return sys.stdin.readline()
    loop, found = asyncio.get_running_loop(), bytearray()
    with _long_lines(descriptor) as is_raw:
        while not found.endswith(b"\n") and len(found) < _MOST:
            ready = asyncio.Event()
            try:
                loop.add_reader(descriptor, ready.set)
            except (OSError, NotImplementedError):
                return bytes(found).decode("utf-8", "replace") + sys.stdin.readline()
            try:
                await ready.wait()
            finally:
                loop.remove_reader(descriptor)
            part = os.read(descriptor, 4096)
            if not part or (is_raw and not found and part[0] == _END):
                break
            _take(found, part, is_raw=is_raw)
    return found.decode("utf-8", "replace")


def _take(found: bytearray, part: bytes, *, is_raw: bool) -> None:
    """Add what was read; where the terminal edits no lines, the keys that take back are heard here."""
    if not is_raw:
        found += part
        return
    for byte in part:
        if byte in _ERASE and found:
            found.pop()
            with suppress(OSError):
                os.write(sys.stderr.fileno(), _BACK)
        elif byte == _KILL:
            found.clear()
        elif byte not in _ERASE:
            found.append(byte)
        if byte == ord("\n"):
            return


@contextmanager
def _long_lines(descriptor: int) -> Iterator[bool]:
    """Let a terminal hand over lines in pieces; whole, it cuts them at 1024 or 4096 characters."""
    try:
        import termios

        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, termios.error):
        yield False
        return
    changed = termios.tcgetattr(descriptor)
    changed[3] &= ~termios.ICANON
    changed[6][termios.VMIN], changed[6][termios.VTIME] = 1, 0
    termios.tcsetattr(descriptor, termios.TCSANOW, changed)
    try:
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
