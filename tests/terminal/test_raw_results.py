"""Nothing that a run brings, or the log keeps of it, reaches the terminal as anything but text."""

import json

import pytest

from .hostile_home import HOSTILE, PICTURE, HostileHome
from .walk import ESC

SIZES = pytest.mark.parametrize(("columns", "rows"), [(80, 24), (200, 50)])

pytestmark = pytest.mark.terminal

RUNS = {
    "list-things": "✓ done",
    "fail-thing": "✗",
    "get-text": "✓ done",
    "get-utf8": "✓ done",
    "get-binary": "✓ done",
    "get-huge": "✓ done",
    "get-broken": "✗",
    "get-odd": "done",
    "get-escape": "✓ done",
    "go-away": "✗",
}


@pytest.mark.parametrize("part", [0, 1])
def test_what_a_run_brings_in_every_view(walk, part):
    walk = walk()
    for name, ends in list(RUNS.items())[part::2]:
        walk.see(":", ":")
        walk.see(f"run evil {name}\r", f"▸ {name}")
        walk.see("\x1b[15~", ends)
        for _ in range(3):
            walk.see("\t")
        for key in ("\r", "W", "p"):
            walk.see(key)
        walk.see("1", "4 connections")


def test_sending_what_writes_asks_and_shows_it(walk):
    walk = walk()
    walk.see(":", ":")
    walk.see("run evil write-thing\r", "▸ write-thing", "word")
    walk.paste()
    walk.see("\x1b[15~", "y yes", PICTURE)
    walk.see("y", "✓ done")


@SIZES
def test_operations_and_all_that_is_below_them(walk, columns, rows):
    walk = walk(columns, rows)
    walk.see("6", "▸ Operations", "▶ following", PICTURE)
    for _ in range(14):
        walk.see("k", "‖ paused")
    walk.see("G", "▶ following")
    walk.see("/", "/")
    walk.paste()
    walk.see(ESC, "▸ Operations")
    walk.see(":", ":")
    walk.see("ops -conn:evil\r", "/ -conn:evil", PICTURE)
    walk.see("\r", "request", "response", PICTURE)
    for _ in range(4):
        walk.see("\x1b[C")
        for keys in ("W", "p", "x", "x", "h", "h", "G", "g"):
            walk.see(keys)
    walk.see("/", "/")
    walk.paste()


@pytest.mark.parametrize("name", ["list-things", "get-text", "get-huge", "get-binary", "get-broken"])
def test_a_body_in_every_view(walk, name):
    walk = walk()
    walk.see(":", ":")
    walk.see(f"ops op:{name} conn:evil\r", "▸ Operations", name)
    walk.see("\r", "200 HTTP/1.1")
    for keys in ("W", "p", "x", "x", "h", "h", "G", "g", "/", "E", "\r", "n", "N"):
        walk.see(keys)


def test_the_doctor_and_a_hostile_keymap(walk, hostile: HostileHome):
    keymap = hostile.folder / "config" / "keymap.toml"
    keymap.write_text(f"[keys]\n{json.dumps(HOSTILE)} = 'x'\n", encoding="utf-8")
    try:
        walk = walk()
        walk.see("", "── ▲", PICTURE)
        assert PICTURE in walk.see("0", "▸ Doctor", PICTURE)
        walk.see("G")
        walk.see("/E\r")
    finally:
        keymap.unlink()
