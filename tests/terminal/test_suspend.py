"""A stopped app leaves its terminal to the shell; one that goes on takes it back and draws everything again."""

import signal
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.terminal


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def wait_stopped(app) -> None:
    ends = time.monotonic() + 20
    while not is_stopped(app.pid):
        app.read()
        assert time.monotonic() < ends, "it does not stop"
    while app.read():
        pass


@pytest.fixture
def app(on_pty, desk):
    app = on_pty()
    app.wait("▸ Connections", "desk")
    app.wait_quiet()
    return app


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP], ids=["asked", "forced"])
def test_it_is_drawn_again_and_can_be_used_and_left(app, assert_restored, number):
    raw = app.attributes()
    app.signal(number)
    wait_stopped(app)
    if number == signal.SIGTSTP:
        assert_restored(app.written)
        assert app.attributes() != raw, "the shell would see no echo"
    before = len(app.written)
    app.signal(signal.SIGCONT)
    app.wait_quiet(0.5)
    again = app.written[before:].decode()
    assert "\x1b[?1049h" in again
    assert "\x1b[?2004h" in again
    assert "Connections" in again
    assert "desk" in again
    assert app.attributes() == raw
    app.send("6")
    app.wait("▸ Operations")
    app.wait_quiet()
    app.send("\x11")
    assert app.wait_end() == 0
    assert_restored(app.written)
    assert app.attributes() != raw, "the keys that the app reads raw stay raw"


def test_stopping_again_and_again_loses_nothing(app, assert_restored):
    for _ in range(4):
        app.signal(signal.SIGTSTP)
        wait_stopped(app)
        assert_restored(app.written)
        app.signal(signal.SIGCONT)
        app.wait_quiet(0.3)
    app.send("\x11")
    assert app.wait_end() == 0
    assert_restored(app.written)


def test_what_runs_goes_on_after_a_stop(app):
    app.send(":run desk drill-slow\r")
    app.wait("▸ drill-slow", "seconds")
    app.wait_quiet()
    app.send("\x152")
    app.wait("[2")
    app.wait_quiet()
    app.send("\x1b[15~")
    app.wait("▸ running", "GET /slow")
    app.signal(signal.SIGTSTP)
    wait_stopped(app)
    time.sleep(3)
    app.signal(signal.SIGCONT)
    app.wait("✓ done", "answered after 2")


def test_a_stopped_app_ends_when_it_is_told_to_go_on(app, assert_restored):
    app.signal(signal.SIGTSTP)
    wait_stopped(app)
    app.signal(signal.SIGTERM)
    app.signal(signal.SIGCONT)
    assert app.wait_end() == 143
    assert_restored(app.written)
