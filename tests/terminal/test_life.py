"""How the app lives on a terminal: it starts, idles, is resized, is ended, and leaves the terminal as it was."""

import re
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.terminal

WELCOME = "Welcome."
TOO_SMALL = "connect-tui needs 60 columns and 15 lines."

# What the app turns on, by the number of the private mode: the alternate screen, mouse reports, focus
# reports, pasting in brackets; and the cursor, which it turns off.
TURNED_ON = (b"1049", b"1000", b"1003", b"1015", b"1006", b"1004", b"2004")


def last_switch(written: bytes, mode: bytes) -> bytes:
    """Give ``h`` or ``l``: how a private mode was switched last, empty when never."""
    found = re.findall(rb"\x1b\[\?(?:[0-9;]*;)?" + mode + rb"(?:;[0-9;]*)?([hl])", written)
    return found[-1] if found else b""


def assert_restored(written: bytes) -> None:
    """Everything that was turned on is off again, and the cursor is there."""
    assert last_switch(written, b"1049") == b"l", "the alternate screen was not left"
    for mode in TURNED_ON:
        assert last_switch(written, mode) in (b"l", b""), f"mode {mode!r} was left on"
    assert last_switch(written, b"25") == b"h", "the cursor was left hidden"
    pushed, popped = (
        len(re.findall(rb"\x1b\[>[0-9]+u", written)),
        len(re.findall(rb"\x1b\[<[0-9]*u", written)),
    )
    assert pushed == popped, "the keyboard's mode was left on"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_in_good_order(on_pty, number, code):
    app = on_pty()
    app.wait(WELCOME)
    app.wait_quiet()
    assert last_switch(app.written, b"1049") == b"h"
    assert last_switch(app.written, b"1003") == b"h"
    app.signal(number)
    assert app.wait_end() == code
    assert_restored(app.written)


@pytest.mark.parametrize("keys", ["q", "\x11"], ids=["q", "ctrl+q"])
def test_leaving_by_key_restores_the_terminal(on_pty, keys):
    app = on_pty()
    app.wait(WELCOME)
    app.send(keys)
    assert app.wait_end() == 0
    assert_restored(app.written)


def test_it_can_be_left_while_it_starts(on_pty):
    app = on_pty()
    while b"\x1b[?1049h" not in app.written:
        app.read()
    app.send("\x11")
    assert app.wait_end() == 0
    assert_restored(app.written)


def test_idle_it_writes_nothing(on_pty, tmp_path):
    app = on_pty()
    app.wait(WELCOME)
    database = tmp_path / "home" / "connect.db"
    while not database.exists():
        app.read()
    app.wait_quiet(1.5)
    assert app.read_for(3.0) == b""


def test_a_terminal_too_small_shows_a_sentence_and_the_command(on_pty):
    app = on_pty(columns=59, rows=24)
    shown = app.wait(TOO_SMALL, "connect-tui connection list")
    assert WELCOME not in shown


def test_a_terminal_too_low_shows_it_too(on_pty):
    app = on_pty(columns=80, rows=14)
    assert WELCOME not in app.wait(TOO_SMALL)


def test_it_follows_the_size_of_the_window(tmux):
    window = tmux(80, 24)
    window.start(f"{sys.executable} -P -m tui")
    window.wait(WELCOME)
    window.resize(58, 14)
    window.wait(TOO_SMALL, gone=(WELCOME,))
    window.resize(200, 50)
    window.wait(WELCOME, gone=(TOO_SMALL,))
    window.wait_for(
        lambda: window.screen().splitlines()[49].strip().endswith("? all"), "the bar in the last line"
    )
    window.resize(60, 15)
    window.wait("▸ Connections", "practice service", "? all", gone=(TOO_SMALL,))
    window.press("q")
    window.wait("$", gone=("▸",))
    assert window.flag("alternate_on") == "0"


def test_without_a_terminal_it_says_so(environment):
    ran = subprocess.run(
        [sys.executable, "-P", "-m", "tui"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "terminal" in ran.stderr
    assert "Traceback" not in ran.stderr
