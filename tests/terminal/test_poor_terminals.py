"""Few colours, no colours, no glyphs, few abilities: the screen is drawn, can be read and is given back."""

import re

import pytest

pytestmark = pytest.mark.terminal

POOR = {
    "sixteen colours": {"TERM": "xterm-16color", "COLORTERM": ""},
    "screen": {"TERM": "screen-256color", "COLORTERM": ""},
    "the console": {"TERM": "linux", "COLORTERM": ""},
    "vt100": {"TERM": "vt100", "COLORTERM": ""},
    "no colour": {"NO_COLOR": "1"},
    "LANG=C": {"LANG": "C"},
    "LC_ALL=C": {"LC_ALL": "C", "LANG": "C", "TERM": "linux", "COLORTERM": ""},
    "Latin 1": {"LANG": "en_US.ISO-8859-1", "PYTHONIOENCODING": "utf-8"},
}


def colours(written: bytes) -> set[bytes]:
    """Give which kinds of colour were used: ``38;2`` and ``38;5`` for many, ``3x`` and ``4x`` for few."""
    found = set()
    for parameters in re.findall(rb"\x1b\[([0-9;]*)m", written):
        deep = re.findall(rb"[34]8;[25]", parameters)
        found.update(deep)
        if not deep:
            found.update(
                one[:1] + b"x" for one in parameters.split(b";") if re.fullmatch(rb"(?:[34]|9|10)[0-7]", one)
            )
    return found


@pytest.mark.parametrize("name", POOR)
def test_it_is_drawn_used_and_left(on_pty, desk, assert_restored, name):
    app = on_pty(**POOR[name])
    app.wait("Connections", "desk", "practice", "active", "? all")
    app.wait_quiet()
    app.send(":run desk list-tickets\r")
    app.wait("list-tickets", "status")
    app.wait_quiet()
    app.send("\x1b[15~")
    app.wait("done", "25 records", "SUBJECT")
    app.wait_quiet()
    drawn = app.written
    app.send("\x11")
    assert app.wait_end() == 0
    assert_restored(app.written)
    if "C" in (POOR[name].get("LANG"), POOR[name].get("LC_ALL")):
        assert drawn.isascii(), {drawn[at - 20 : at + 9] for at, byte in enumerate(drawn) if byte > 127}
    if name == "no colour":
        assert colours(drawn) == set()
    if name in ("sixteen colours", "the console"):
        assert not {one for one in colours(drawn) if b";" in one}, colours(drawn)
    if name == "screen":
        assert b"38;2" not in colours(drawn)


def test_on_a_dumb_terminal_it_says_what_to_use_instead(on_pty, desk):
    app = on_pty(TERM="dumb")
    assert app.wait_end() == 2
    assert b"use the commands instead" in app.written
    assert b"\x1b" not in app.written


def test_commands_on_a_poor_terminal_are_text(on_pty, desk):
    for environment in POOR.values():
        ran = on_pty("connection", "list", **environment)
        assert ran.wait_end() == 0
        assert b"desk" in ran.written
        assert b"Traceback" not in ran.written


def test_the_greeting_names_its_keys_where_there_are_no_glyphs_for_them(on_pty):
    app = on_pty(LANG="C")
    app.wait("Welcome.", "enter  try it with the practice service", "enter open")


def test_keys_have_names_where_there_are_no_glyphs_for_them(on_pty, desk):
    app = on_pty(LANG="C")
    app.wait("desk", "n new  t test  enter open  a sign in  / filter  ? all")
    app.wait_quiet()
    app.send("?")
    app.wait("enter run", "up/down choose", "j  down", "k  up")
    app.wait_quiet()
    app.send("pane")
    app.wait("shift+tab", "the pane before")
    app.send("\x1b")
    app.wait("desk", gone=("the pane before",))
    app.wait_quiet()
    app.send("n")
    app.wait("enter choose  up/down move  esc leave  F1 help  ? all")
