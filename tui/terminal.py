"""What concerns the terminal itself: the mouse, plain text to select, a crash kept in a file."""

import os
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import SuspendNotSupported

if TYPE_CHECKING:
    from textual.app import App

_OF_THE_TERMINAL = ("textual-input", "textual-output")


def end_without_terminal(code: int) -> None:
    """End the process at once where the terminal is gone; the threads that use it would wait for it."""
    if any(thread.name in _OF_THE_TERMINAL for thread in threading.enumerate()):
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
    return show_plainly(app, selectable_text(screen_text(app), app.size.height))


def show_plainly(app: "App[Any]", text: str) -> bool:
    """Leave the full screen, print a text of ours, come back on enter; tell whether that can be done.

    The terminal itself breaks what is too long for it, so that selecting gives whole lines.
    """
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
