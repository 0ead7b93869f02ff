"""Whatever ends the app while an operation runs, the terminal is as it was and the log says what became of it."""

import contextlib
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from core import open_engine
from core.home import find_home

pytestmark = pytest.mark.terminal

APP = (sys.executable, "-P", "-m", "tui")

RUNNING = "SELECT name, state FROM operation WHERE name = 'drill-slow'"


def rows(home: Path) -> list[tuple[str, str]]:
    """Give the slow operations with their states, as they are written."""
    with contextlib.closing(sqlite3.connect(f"file:{home / 'connect.db'}?mode=ro", uri=True)) as database:
        return database.execute(RUNNING).fetchall()


def wait_for(holds, what: str) -> None:
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends, f"waited for {what}"
        time.sleep(0.02)


@pytest.fixture
def running(on_pty, desk):
    """The app with an operation that takes half a minute."""
    app = on_pty()
    app.wait("▸ Connections", "desk")
    app.wait_quiet()
    app.send(":run desk drill-slow\r")
    app.wait("▸ drill-slow", "seconds")
    app.wait_quiet()
    app.send("\x1530")
    app.wait("[30")
    app.wait_quiet()
    app.send("\x1b[15~")
    app.wait("▸ running", "GET /slow")
    wait_for(lambda: rows(desk), "the operation's row")
    return app


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_cancels_what_runs_and_restores_the_terminal(running, desk, assert_restored, number, code):
    before = running.attributes()
    running.signal(number)
    assert running.wait_end() == code
    assert_restored(running.written)
    assert running.attributes() != before
    assert rows(desk) == [("drill-slow", "cancelled")]
    assert not list((desk / "state" / "processes").iterdir())


def test_a_terminal_that_closes_cancels_what_runs(running, desk):
    running.hang_up()
    assert running.wait_dead() in (129, 128 + signal.SIGHUP, -signal.SIGHUP)
    assert rows(desk) == [("drill-slow", "cancelled")]


def test_a_terminal_that_closes_without_a_signal_ends_it_too(on_pty, desk):
    app = on_pty(program=("sh", "-c", 'trap "" HUP; "$@"; exit $?', "sh", *APP))
    app.wait("▸ Connections", "desk")
    app.wait_quiet()
    app.hang_up()
    assert app.wait_dead() != 0
    assert not list((desk / "state" / "processes").iterdir())


def test_what_a_killed_app_was_doing_is_interrupted(running, desk):
    running.signal(signal.SIGKILL)
    assert running.wait_end() == -signal.SIGKILL
    assert rows(desk) == [("drill-slow", "running")]
    open_engine(find_home(desk)).close_store()
    assert rows(desk) == [("drill-slow", "interrupted")]


def test_a_second_signal_does_not_stop_the_clean_up(running, desk, assert_restored):
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(running.pid, number)
    assert running.wait_end() in (143, 129, 130)
    assert_restored(running.written)
    assert rows(desk) == [("drill-slow", "cancelled")]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_cancels_what_a_command_runs(on_pty, desk, number, code):
    command = on_pty("run", "desk", "drill-slow", "--set", "seconds:=30")
    wait_for(lambda: rows(desk), "the operation's row")
    command.signal(number)
    command.wait_end()
    assert rows(desk) == [("drill-slow", "cancelled")]
    assert command.status in (code, 130)


def test_a_command_that_was_started_to_outlive_its_line_does(on_pty, desk):
    """``nohup`` and ``trap "" HUP`` let no SIGHUP through."""
    words = ("run", "desk", "drill-slow", "--set", "seconds:=3")
    command = on_pty(program=("sh", "-c", 'trap "" HUP; exec "$@"', "sh", *APP, *words))
    wait_for(lambda: rows(desk), "the operation's row")
    command.signal(signal.SIGHUP)
    assert command.wait_end() == 0
    assert rows(desk) == [("drill-slow", "success")]
