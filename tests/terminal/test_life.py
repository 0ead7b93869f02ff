"""How the app lives on a terminal: it starts, idles, is resized, is ended, and leaves the terminal as it was."""

import signal
import subprocess
import sys
import termios

import pytest

pytestmark = pytest.mark.terminal

WELCOME = "Welcome."
TOO_SMALL = "connect-tui needs 60 columns and 15 lines."


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_in_good_order(on_pty, assert_restored, number, code):
    app = on_pty()
    app.wait(WELCOME)
    app.wait_quiet()
    assert b"\x1b[?1049h" in app.written
    assert b"\x1b[?1003h" in app.written
    app.signal(number)
    assert app.wait_end() == code
    assert_restored(app.written)


@pytest.mark.parametrize("keys", ["q", "\x11"], ids=["q", "ctrl+q"])
def test_leaving_by_key_restores_the_terminal(on_pty, assert_restored, keys):
    app = on_pty()
    app.wait(WELCOME)
    app.send(keys)
    assert app.wait_end() == 0
    assert_restored(app.written)


def test_it_can_be_left_while_it_starts(on_pty, assert_restored):
    app = on_pty()
    # Until it reads keys itself, the terminal takes ctrl+q for "go on" and keeps it.
    while b"\x1b[?1049h" not in app.written or app.attributes()[0] & termios.IXON:
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
    # What opens behind the first screen draws once more, on a slow machine late.
    for _ in range(8):
        written = app.read_for(3.0)
        if not written:
            break
    assert written == b""


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
