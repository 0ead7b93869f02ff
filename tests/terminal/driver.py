"""Real terminals: tmux driven by keys, and a raw pty where every byte a program writes is kept."""

import fcntl
import importlib.util
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pyte

LIMIT_S = 45.0
APP = (sys.executable, "-P", "-m", "tui")
_BENCH = Path(__file__).parents[1] / "bench" / "terminal.py"


def _load_bench() -> ModuleType:
    """Load the pty of the benchmark, which is no package that pytest could import."""
    spec = importlib.util.spec_from_file_location("bench_terminal", _BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


class Tmux:
    """One tmux server with one window, driven by keys and read as text."""

    def __init__(self, folder: Path, columns: int, rows: int, environment: Mapping[str, str]) -> None:
        self._socket = str(folder / "tmux")
        self._environment = dict(environment)
        self._ask(
            "-f", os.devnull, "new-session", "-d", "-s", "main", "-x", str(columns), "-y", str(rows),
            "env PS1='$ ' sh",
        )  # fmt: skip
        # The window stays when its shell ends, and a lone escape is not held back.
        self._ask("set-option", "-g", "escape-time", "0")

    def start(self, line: str) -> None:
        """Type a line into the shell."""
        self._ask("send-keys", "-t", "main", "-l", line)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names."""
        self._ask("send-keys", "-t", "main", *keys)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._ask("send-keys", "-t", "main", "-l", text)

    def screen(self) -> str:
        """Give what is shown."""
        return self._ask("capture-pane", "-p", "-t", "main")

    def flag(self, name: str) -> str:
        """Give what tmux knows of the terminal, such as ``alternate_on`` or ``cursor_flag``."""
        return self._ask("display-message", "-p", "-t", "main", f"#{{{name}}}").strip()

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._ask("resize-window", "-t", "main", "-x", str(columns), "-y", str(rows))

    def wait(self, *texts: str, gone: tuple[str, ...] = (), limit_s: float = LIMIT_S) -> str:
        """Wait until all texts are shown and the ``gone`` ones are not; gives the screen."""
        ends = time.monotonic() + limit_s
        while True:
            shown = self.screen()
            if all(text in shown for text in texts) and not any(text in shown for text in gone):
                return shown
            if time.monotonic() > ends:
                raise TimeoutError(f"waited for {texts} without {gone}; the screen is\n{shown}")
            time.sleep(0.03)

    def wait_for(self, holds: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
        """Wait until something holds."""
        ends = time.monotonic() + limit_s
        while not holds():
            if time.monotonic() > ends:
                raise TimeoutError(f"waited for {what}; the screen is\n{self.screen()}")
            time.sleep(0.03)

    def stop(self) -> None:
        """End the server with everything in it."""
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, check=False)

    def _ask(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *words],
            capture_output=True, text=True, env=self._environment, timeout=20, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"tmux {words}: {done.stderr}"
        return done.stdout


class Pty:
    """A program on a pty: every byte it writes is kept, and drawn by an emulator to be read as text."""

    def __init__(self, terminal: Any, columns: int, rows: int) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._fed = 0
        self._is_closed = False
        self.pid: int = terminal.pid
        self.status: int | None = None

    @property
    def written(self) -> bytes:
        """Every byte so far."""
        return bytes(self._terminal.seen)

    @property
    def modes(self) -> set[int]:
        """The modes of the emulator that are on."""
        return set(self._screen.mode)

    def screen(self) -> str:
        """Give what is shown."""
        fresh = self._terminal.seen[self._fed :]
        self._fed = len(self._terminal.seen)
        self._stream.feed(_without_unknown(fresh))
        return "\n".join(line.rstrip() for line in self._screen.display)

    def read(self, wait_s: float = 0.03) -> bytes:
        """Read what is there within ``wait_s``."""
        return bytes(self._terminal.read(wait_s))

    def read_for(self, seconds: float) -> bytes:
        """Read everything that comes for some seconds."""
        return bytes(self._terminal.read_for(seconds))

    def wait(self, *texts: str, gone: tuple[str, ...] = (), limit_s: float = LIMIT_S) -> str:
        """Wait until all texts are shown and the ``gone`` ones are not; gives the screen."""
        ends = time.monotonic() + limit_s
        while True:
            self.read()
            shown = self.screen()
            if all(text in shown for text in texts) and not any(text in shown for text in gone):
                return shown
            if time.monotonic() > ends or self.has_ended():
                raise TimeoutError(f"waited for {texts} without {gone}; the screen is\n{shown}")

    def wait_quiet(self, quiet_s: float = 0.3, limit_s: float = LIMIT_S) -> str:
        """Wait until nothing was written for ``quiet_s``; gives the screen."""
        ends = time.monotonic() + limit_s
        last = time.monotonic()
        while time.monotonic() - last < quiet_s:
            if self.read():
                last = time.monotonic()
            if time.monotonic() > ends:
                raise TimeoutError(f"it does not stop writing; the screen is\n{self.screen()}")
        return self.screen()

    def send(self, keys: str | bytes) -> None:
        """Type keys."""
        self._terminal.send(keys.encode() if isinstance(keys, str) else keys)

    def paste(self, text: str) -> None:
        """Paste a text, in the brackets that a terminal puts around it."""
        self.send(b"\x1b[200~" + text.encode("utf-8", "surrogatepass") + b"\x1b[201~")

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self.pid, number)

    def has_ended(self) -> bool:
        """Tell whether the program ended."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait_end(self, limit_s: float = LIMIT_S) -> int:
        """Wait until the program ended; gives its exit code."""
        ends = time.monotonic() + limit_s
        while not self.has_ended():
            self.read()
            if time.monotonic() > ends:
                raise TimeoutError(f"it does not end; the screen is\n{self.screen()}")
        while self.read():
            pass
        assert self.status is not None
        return self.status

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program hears of it by a signal."""
        fcntl.ioctl(self._terminal.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)

    def attributes(self) -> list[Any]:
        """Give how the terminal treats lines, echo and keys that are signals."""
        return termios.tcgetattr(self._terminal.master)

    def hang_up(self) -> None:
        """Close the terminal, as a connection that breaks does; nothing can be read any more."""
        os.close(self._terminal.master)
        self._is_closed = True

    def wait_dead(self, limit_s: float = LIMIT_S) -> int:
        """Wait until the program ended, without reading what it writes; gives its exit code."""
        ends = time.monotonic() + limit_s
        while not self.has_ended():
            if time.monotonic() > ends:
                raise TimeoutError("it does not end")
            time.sleep(0.02)
        assert self.status is not None
        return self.status

    def stop(self) -> None:
        """End the program if it still runs, and close the pty."""
        if self._is_closed:
            if not self.has_ended():
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
        elif self.has_ended():
            os.close(self._terminal.master)
        else:
            self._terminal.stop()


def _without_unknown(written: bytes) -> bytes:
    """Take out what the emulator would print as text: private modes with ``>``, ``<`` or ``=``."""
    return _UNKNOWN.sub(b"", written)


_UNKNOWN = re.compile(rb"\x1b\[[<=>][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP[^\x1b]*\x1b\\")


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """Give an environment without settings of whoever runs the tests; all of the app's stands in ``home``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CONNECT_TUI_", "TMUX", "SSH_", "COV_", "PYTEST"))
        and name not in ("NO_COLOR", "LINES", "COLUMNS")
    }
    return {**kept, "LANG": "C.UTF-8", "TERM": "xterm-256color", "COLORTERM": "truecolor",
            "CONNECT_TUI_HOME": str(home), **more}  # fmt: skip


def start_app(
    environment: Mapping[str, str],
    *words: str,
    program: tuple[str, ...] = APP,
    columns: int = 80,
    rows: int = 24,
) -> Pty:
    """Start the app, or a command of it, on a pty in exactly this environment; to be stopped."""
    given = {"LANG": "C.UTF-8", **environment}
    saved = dict(os.environ)
    os.environ.clear()
    try:
        terminal = _load_bench().open_terminal([*program, *words], columns=columns, rows=rows, **given)
    finally:
        os.environ.update(saved)
    return Pty(terminal, columns, rows)


# What the app turns on, by the number of the private mode: the alternate screen, mouse reports, focus
# reports, pasting in brackets; and the cursor, which it turns off.
TURNED_ON = (b"1049", b"1000", b"1003", b"1015", b"1006", b"1004", b"2004")


def last_switch(written: bytes, mode: bytes) -> bytes:
    """Give ``h`` or ``l``: how a private mode was switched last, empty when never."""
    found = re.findall(rb"\x1b\[\?(?:[0-9;]*;)?" + mode + rb"(?:;[0-9;]*)?([hl])", written)
    return found[-1] if found else b""


def check_restored(written: bytes) -> None:
    """Everything that was turned on is off again, and the cursor is there."""
    assert last_switch(written, b"1049") == b"l", "the alternate screen was not left"
    for mode in TURNED_ON:
        assert last_switch(written, mode) in (b"l", b""), f"mode {mode!r} was left on"
    assert last_switch(written, b"25") == b"h", "the cursor was left hidden"
    assert last_switch(written, b"7") in (b"h", b""), "long lines are left cut"
    pushed, popped = (
        len(re.findall(rb"\x1b\[>[0-9]+u", written)),
        len(re.findall(rb"\x1b\[<[0-9]*u", written)),
    )
    assert pushed == popped, "the keyboard's mode was left on"
