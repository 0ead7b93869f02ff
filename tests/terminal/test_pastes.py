"""What is pasted is text: it presses no keys, whatever stands in it and however it is cut."""

import re

import pytest

pytestmark = pytest.mark.terminal

# Read as keys these would open a line, type `quit` and press enter; read as text they do nothing.
COMMAND = ":quit\r"
EVIL = (
    f"\x1b{COMMAND}",
    f"text \x1b{COMMAND} more \x1b{COMMAND}",
    f"\x1b\x1b{COMMAND}",
    f"\x1b[201~{COMMAND}",
    f"\x1b[200~{COMMAND}",
    f"\x1b[15~{COMMAND}\x1b[",
    "\x1bOP\x1b[A\x1b[1;2P6" + COMMAND,
    "\x1b" * 50 + COMMAND,
    f"\x1b[<0;10;5M{COMMAND}",
)


@pytest.fixture
def app(on_pty, desk):
    app = on_pty()
    app.wait("▸ Connections", "desk")
    app.wait_quiet()
    return app


def seen(app) -> str:
    """Give the screen without how long ago something was, which changes by itself."""
    return re.sub(r" *[0-9]+[smh] ", " ", app.wait_quiet())


def test_an_escape_in_a_paste_presses_no_key(app):
    before = seen(app)
    for text in EVIL:
        app.send(f"\x1b[200~{text}\x1b[201~")
        assert seen(app) == before
        assert not app.has_ended()
    app.send("6")
    app.wait("▸ Operations")


def test_a_paste_that_comes_in_pieces_presses_no_key(app):
    before = seen(app)
    for byte in f"\x1b[200~\x1b{COMMAND}\x1b".encode():
        app.send(bytes([byte]))
        app.read_for(0.02)
    app.read_for(0.5)  # an escape alone for so long is the key, where there is no paste
    app.send("[201~")
    assert seen(app) == before
    assert not app.has_ended()


def test_a_pasted_escape_is_seen_in_the_field(app):
    app.send("/")
    app.wait_quiet()
    app.paste("na\x1b[31mme")
    app.wait("/ na␛[31mme")


def test_keys_work_again_when_the_end_of_a_paste_was_lost(app):
    app.send("\x1b[200~half a pas")
    app.read_for(6)
    app.send("6")
    app.wait("▸ Operations")
