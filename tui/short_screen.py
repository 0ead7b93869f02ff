"""Show a few lines on the other screen of this terminal for a time; nothing of them can be scrolled to."""

import os
import select
import signal
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, NoReturn

from .state.cells import fitted
from .state.revealed import pages_of, revealed_lines

_ENTER: Final = "\x1b[?1049h\x1b[H\x1b[2J"
_LEAVE: Final = "\x1b[H\x1b[2J\x1b[?1049l"
_ONWARD: Final = (b" ", b"j", b"\x1b[B", b"\x1bOB", b"\x1b[6~")
_AROUND: Final = 3
"""How many rows stand around a page: what it is, when it ends, and an empty one."""


def can_show_shortly() -> bool:
    """Tell whether there is a terminal with another screen, to ask on, to read from and to write to."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(one.isatty() for one in streams) and os.environ.get("TERM") not in (
        None,
        "",
        "dumb",
        "unknown",
    )


def show_shortly(
    title: str, value: str, seconds: float, *, now: Callable[[], float] = time.monotonic
) -> None:
    """Show a text until the time is over or a key is pressed; ``title`` stands above it.

    Raises:
        KeyboardInterrupt: the program was told to end meanwhile.
    """
    ends = now() + seconds
    at = time.strftime("%H:%M:%S", time.localtime(time.time() + seconds))
    columns, rows = _size()
    pages = pages_of(revealed_lines(value, columns), rows - _AROUND)
    with _other_screen():
        for number, page in enumerate(pages, start=1):
            onward = f"space: page {number + 1} of {len(pages)}; " if number < len(pages) else ""
            keys = f"gone at {at}; {onward}any {'other ' if onward else ''}key ends it"
            _write("\x1b[H\x1b[2J" + "\r\n".join([fitted(title, columns), "", *page]))
            _write(f"\x1b[{rows};1H{fitted(keys, columns)}")
            if not _goes_on(ends - now()):
                return


def _size() -> tuple[int, int]:
    """Give columns and rows; a terminal that does not know them has the usual ones."""
    columns, rows = os.get_terminal_size(sys.stdout.fileno())
    return columns or 80, rows or 24


def _goes_on(wait_s: float) -> bool:
    """Wait for a key; tell whether it asks for the next page."""
    ours = sys.stdin.fileno()
    ready, _, _ = select.select([ours], [], [], max(0.0, wait_s))
    return bool(ready) and os.read(ours, 64) in _ONWARD


@contextmanager
def _other_screen() -> Iterator[None]:
    """Have the other screen without echo, and leave it empty, whatever ends it."""
    ours = sys.stdin.fileno()
    saved = termios.tcgetattr(ours)
    with _ended_by_signals():
        try:
            tty.setraw(ours)
            _write(_ENTER)
            yield
        finally:
            with suppress(OSError, termios.error):  # the terminal is gone, and what was on it
                _write(_LEAVE)
                termios.tcsetattr(ours, termios.TCSAFLUSH, saved)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let the signals that end a program end what is shown first; it cannot be left standing by ^Z."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, how)
        for number, how in ((signal.SIGTERM, end), (signal.SIGHUP, end), (signal.SIGTSTP, signal.SIG_IGN))
    }
    try:
        yield
    finally:
        for number, how in before.items():
            signal.signal(number, how)


def _write(text: str) -> None:
    sys.stdout.flush()
    os.write(sys.stdout.fileno(), text.encode("utf-8", "replace"))
