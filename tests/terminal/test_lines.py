"""A line that is slow, stalls or cuts in the wrong place, and a window that never keeps its size, break nothing."""

import random
import signal
import time

import pytest

pytestmark = pytest.mark.terminal

REPLIES = b"\x1b[?2026;2$y\x1b[?2048;0$y\x1b[?1;2c\x1b[>0;276;0c\x1b[0n\x1b[?0u\x1bP>|term 1\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\"


@pytest.fixture
def app(on_pty, desk):
    app = on_pty()
    app.wait("▸ Connections", "desk")
    app.wait_quiet()
    return app


def run_slow(app, seconds: int) -> None:
    app.send(":run desk drill-slow\r")
    app.wait("▸ drill-slow", "seconds")
    app.wait_quiet()
    app.send(f"\x15{seconds}")
    app.wait(f"[{seconds}")
    app.wait_quiet()
    app.send("\x1b[15~")
    app.wait("▸ running", "GET /slow")


def test_hundreds_of_sizes_while_an_operation_runs(app, assert_restored):
    run_slow(app, 4)
    chance = random.Random(7)
    for _ in range(400):
        app.resize(chance.randint(1, 220), chance.randint(1, 70))
        app.read(0.003)
    app.resize(80, 24)
    # On a slow machine many of these sizes are still to be drawn.
    app.wait("✓ done", "answered after 4", "▸ drill-slow", limit_s=90)
    app.wait_quiet()
    app.send("\x11")
    assert app.wait_end() == 0
    assert_restored(app.written)


def test_a_terminal_that_takes_nothing_more_does_not_keep_it_from_ending(app, desk):
    run_slow(app, 30)
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        # Nobody reads; each size draws the whole screen, until the line is full.
        app.resize(200 if int(ends * 10) % 2 else 190, 60)
        app.resize(120, 40)
        time.sleep(0.02)
    app.signal(signal.SIGTERM)
    assert app.wait_dead() == 143


def test_keys_that_come_in_pieces_and_late_do_what_they_say(app):
    for piece in (":", "op", "s", "\r"):
        app.send(piece)
        app.read_for(0.25)
    app.wait("▸ Operations")
    app.wait_quiet()
    for byte in b"\x1b[15~":  # a key in single bytes, each a little later than the one before
        app.send(bytes([byte]))
        app.read_for(0.03)
    app.wait_quiet()
    app.send("1")
    app.wait("▸ Connections")


def test_a_letter_cut_in_two_is_one_letter(app):
    app.send("/")
    app.wait_quiet()
    app.send(b"\xc3")
    app.read_for(0.3)
    app.send(b"\xbc")
    app.wait("/ ü")


def test_bytes_that_are_no_text_are_no_reason_to_end(app):
    app.send("/")
    app.wait_quiet()
    app.send(b"\xff\xfe\xe9a\x80")
    app.wait("/ ", "a")
    assert not app.has_ended()


def test_answers_of_a_terminal_that_come_late_press_no_keys(app):
    for pieces in ([REPLIES], [REPLIES[:-9], REPLIES[-9:]]):
        for piece in pieces:
            app.send(piece)
            app.read_for(0.5)
        shown = app.wait_quiet()
        assert "type to narrow" not in shown
        assert "history" not in shown
        assert "▸ Connections" in shown


def test_it_starts_on_a_terminal_that_answers_at_once(on_pty, desk):
    app = on_pty()
    while b"\x1b[?2026$p" not in app.written:
        app.read()
    app.send(REPLIES)
    app.wait("▸ Connections", "desk", "? all")
