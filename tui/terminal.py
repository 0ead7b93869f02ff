"""What concerns the terminal itself: signals, the mouse, plain text to select, a crash kept in a file."""

import asyncio
import os
import signal
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from textual.app import App

_LEAVING = ("SIGTERM", "SIGHUP")
_PATIENCE_S = 10.0


def leave_on_signals(app: "App[int]") -> None:
    """Leave in good order, with the terminal restored, when the process is asked to end."""
    if app.is_headless:
        return
    loop = asyncio.get_running_loop()

    def leave(code: int) -> None:
        # A terminal that is gone can hold the drawing thread for ever; what is kept is safe by then.
        watchdog = threading.Timer(_PATIENCE_S, os._exit, (code,))
        watchdog.daemon = True
        watchdog.start()
        app.exit(code)

    for name in _LEAVING:
        number = getattr(signal, name, None)
        if number is not None:
            loop.add_signal_handler(number, leave, 128 + number)


def end_without_terminal(code: int) -> None:
    """End the process at once where the terminal is gone; Textual's reader would wait for it for ever."""
    if any(thread.name == "textual-input" for thread in threading.enumerate()):
        os._exit(code)


def set_mouse(app: "App[Any]", *, on: bool) -> None:
    """Give the mouse to the app or to the terminal."""
    name = "_enable_mouse_support" if on else "_disable_mouse_support"
    switch = getattr(app._driver, name, None)  # noqa: SLF001 - Textual has no public way
    if switch is not None:
        switch()


def screen_text(app: "App[Any]") -> str:
    """Give what is visible as plain text, without blanks at the ends of lines."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - Textual has no public way
    return "\n".join(strip.text.rstrip() for strip in strips).rstrip()


def selectable_text(screen: str, rows: int) -> str:
    """Give the lines that say something, and how to come back, in no more rows than the terminal has."""
    lines = [line for line in screen.splitlines() if line.strip()]
    return "\n".join([*lines[: max(1, rows - 1)], "(enter goes back)"])


def dump_screen(app: "App[Any]") -> bool:
    """Leave the full screen, print what was visible, come back on enter; tell whether that can be done."""
    text = selectable_text(screen_text(app), app.size.height)
    try:
        with app.suspend():
            sys.stdout.write(text)
            sys.stdout.flush()
            sys.stdin.readline()
    except SuspendNotSupported:
        return False
    app.refresh(layout=True)
    return True


def keep_crash(error: BaseException | None, folder: Path) -> str:
    """Append the traceback, without values, to a log of the user and give the sentence to show."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "crash.log"
    with path.open("a", encoding="utf-8") as file:
        path.chmod(0o600)
        file.write(f"{datetime.now(UTC).isoformat()}\n")
        file.writelines(traceback.format_exception(error) if error else ["unknown\n"])
    kind = type(error).__name__ if error else "unknown"
    return f"connect-tui stopped because of a mistake of its own ({kind}). What happened stands in {path}"
