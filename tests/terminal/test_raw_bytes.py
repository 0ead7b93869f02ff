"""Nothing from outside reaches the terminal as anything but text: every byte of every screen is looked at.

A home is filled with hostile names, connectors, answers and history, through the engine and a hostile server where
it lets them in, and straight into the database where it would not. Then the screens are walked on a pty, and what the
app wrote is read with a grammar of all that it may write: any other escape sequence is a finding.
"""

import re

import pytest

from .hostile_home import PICTURE
from .walk import ESC
from .written_bytes import find_foreign

pytestmark = pytest.mark.terminal


def test_the_grammar_itself_finds_each_of_them():
    for one in (b"\x1b[5m", b"\x1b[31m", b"\x1b]52;c;QQ==\x07", b"\x1bPx\x1b\\", b"\x1bc", b"\x1b[2J", b"\x07", b"\x00",
                b"\x9b5m", "\x9b5m".encode(), "\u202e".encode(), "\u200b".encode(), "\ufeff".encode(), b"\t", b"\x08",
                b"\x1b]8;;http://x\x1b\\", b"\x1b]0;x\x07", "\U000e0041".encode(), "\u2028".encode()):  # fmt: skip
        assert find_foreign(b"text " + one + b" text"), one
    assert not find_foreign(
        "plain ␛[5m ─ é\r\n\x1b[1;38;2;1;2;3;48;2;4;5;6mx\x1b[0m\x1b[3;4H\x1b[?25l".encode()
    )


SIZES = pytest.mark.parametrize(("columns", "rows"), [(80, 24), (200, 50)])


@SIZES
def test_connections_and_their_details(walk, columns, rows):
    walk = walk(columns, rows)
    for _ in range(3):
        assert PICTURE in walk.see("j", "4 connections")
    assert PICTURE in walk.see("D", "── ▲ N")
    walk.see("y", "copy")
    walk.see(ESC, "nothing was copied")
    walk.see("gt", "connection test")
    walk.see("", "evil: ", gone=("connection test",))


def test_help_and_the_palette(walk):
    walk = walk()
    walk.see("j?", "type to narrow")
    walk.see("\x1b[6~\x1b[6~", "type to narrow")
    walk.paste("nothing of that kind")
    walk.see(ESC, "4 connections")
    walk.see("\x10", "type to narrow", PICTURE)
    walk.paste("nothing of that kind")


def test_the_command_line_the_filter_and_the_status_line(walk):
    walk = walk()
    walk.see(":", ":")
    walk.paste()
    walk.see("\r", "▲")
    walk.see(ESC)
    walk.see("/", "/")
    walk.paste()
    walk.see("\r", "nothing here fits")
    walk.see(ESC, "4 connections")
    walk.see("/", "/")
    walk.paste_escapes()
    walk.see(ESC)
    walk.see(ESC)
    walk.see(":", ":")
    walk.see("conn N", "N")
    walk.see("\t", PICTURE)


def test_the_screen_as_plain_text(walk):
    walk = walk()
    begin = len(walk.app.written)
    walk.app.send("j\x0c")
    walk.app.wait("(enter goes back)")
    written = walk.app.written[begin:]
    assert PICTURE.encode() in written
    # Before and after the text the terminal itself is left and taken, which clears it.
    text = written[written.rindex(b"\x1b[?1049l") :].partition(b"(enter goes back)")[0]
    switched = re.sub(rb"\x1b\[\?[0-9]+[hl]|\x1b\[<u", b"", text)
    assert not find_foreign(switched)
    walk.app.send("\r")
    walk.app.wait("4 connections", gone=("(enter goes back)",))


@pytest.mark.parametrize(("key", "title"), [("L", "Lock evil"), ("D", "Delete evil")])
def test_a_dialog_that_asks_for_a_text(walk, key, title):
    walk = walk()
    walk.see(f"g{key}", title)
    walk.paste()
    if key == "D":
        walk.see("\r", "exactly")
    walk.see(ESC, "4 connections", gone=(title,))


@SIZES
def test_the_catalog_and_a_connector(walk, columns, rows):
    walk = walk(columns, rows)
    walk.see("2", "▸ Catalog", "hostile", "cannot be used")
    walk.see("/", "/")
    walk.see("handle:hostile", PICTURE)
    walk.see("\r", "1 of", PICTURE)
    walk.see("\r", "overview", PICTURE)
    for _ in range(4):
        walk.see("\x1b[6~", PICTURE)
    for _ in range(5):
        walk.see("\x1b[C", PICTURE)
    walk.see("/", "/")
    walk.paste()
    walk.see(ESC)
    walk.see(ESC, "▸ Catalog")
    walk.see("/", "/")
    walk.paste()


def test_new_connection_from_page_to_page(walk):
    walk = walk()
    walk.see("n", "▸ Connector", "airtable")
    walk.paste()
    walk.see("\x15hostile", PICTURE, gone=("airtable",))
    walk.see("\r", "▶ authentication", "Token", PICTURE)
    for _ in range(5):
        walk.see("\x1b[B", PICTURE)
    walk.see("\t", PICTURE)
    walk.paste()
    walk.see("\r", PICTURE)


def test_the_inputs_page_with_choices_and_unfolded_fields(walk):
    walk = walk()
    walk.see("ga", "▶ authentication", PICTURE)
    walk.see("\r", "▶ inputs", PICTURE)
    for _ in range(7):
        walk.see("\t", PICTURE)
        walk.paste(shown=False)
    for _ in range(3):
        walk.see("\x1b[Z\x1b[Z", PICTURE)
        walk.see("\r", PICTURE)


def test_the_test_page(walk):
    walk = walk()
    walk.see("ga", "▶ authentication", PICTURE)
    walk.see("\r", "▶ inputs", PICTURE)
    # The stage that warns takes the room of the one before, which is shown again when the cursor is on it.
    walk.see("\r", "▲ fails", "Saving is safe", PICTURE)
    walk.see("k", "✓ probe")
    for _ in range(9):
        walk.see("j", PICTURE)
    walk.see("l", "▸ Operations", PICTURE)


def test_the_choice_of_an_operation_and_its_form(walk):
    walk = walk()
    walk.see(":", ":")
    walk.see("run evil\r", "▸ evil", "what do you want", PICTURE)
    walk.paste()
    walk.see("\x15list-t", PICTURE, gone=("fail-thing",))
    walk.see("\r", "▸ list-things", "field", PICTURE)
    for _ in range(3):
        walk.paste(shown=False)
        walk.see("\t", PICTURE)
    walk.see("\x14", "{")
    walk.paste()
    walk.paste_escapes()
