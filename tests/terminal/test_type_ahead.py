"""Keys that are typed before the screen has followed go where they would have gone a moment later.

Over a slow line many keys arrive in one piece; so do those of a script that drives the app.
"""

import pytest

pytestmark = pytest.mark.terminal


@pytest.fixture
def app(on_pty):
    """The app with its greeting."""
    app = on_pty()
    app.wait("Welcome.")
    app.wait_quiet()
    return app


def test_a_command_may_be_typed_in_one_go(app):
    app.send(":cat prom\r")
    app.wait("▸ Catalog", "/ prom", "Prometheus", gone=("RabbitMQ",))


def test_the_letters_of_a_command_are_no_keys_of_the_list(app):
    app.send(":nothing-there\r")
    shown = app.wait("▲", limit_s=5)
    assert "▸ Connections" in shown
    assert "nothing-there" in shown


def test_a_key_after_letters_comes_after_them(app):
    app.send("n")
    app.wait("find", "practice")
    app.wait_quiet()
    app.send("rabbit\x15prom")
    app.wait("find  prom", "prometheus", gone=("practice",), limit_s=5)


def test_what_follows_a_tab_goes_into_the_next_field(app):
    app.send(":")
    app.wait_quiet()
    app.send("new prometheus\r")
    app.wait("▶ authentication", "basic")
    app.wait_quiet()
    app.send("\x1b[B")
    app.wait("User", "Password")
    app.wait_quiet()
    app.send("\tsomeone\tpass-word-typed\t")
    shown = app.wait_quiet()
    assert b"pass-word-typed" not in app.written, "a secret was typed into a field that shows it"
    assert "[someone" in shown
    assert "•" * len("pass-word-typed") in shown


def test_enter_before_a_page_is_there_breaks_nothing(app):
    app.send("n\r\r")
    app.wait("New connection", limit_s=5)
    app.wait_quiet()
    assert not app.has_ended()


@pytest.mark.parametrize("begun", ["\x1b]11;rgb:00", "\x1bP>|tm", "\x1b[?62;"])
def test_an_answer_of_the_terminal_that_never_ends_does_not_keep_the_keys(app, begun):
    app.send(begun)
    for _ in range(40):
        app.read_for(0.2)
        if "▸ Operations" in app.screen():
            return
        app.send("6")
    pytest.fail(f"40 keys did nothing; the screen is\n{app.screen()}")
