"""What keys write over a slow line: only what changed, and that is then what a whole new picture would show."""

import pytest

pytestmark = pytest.mark.terminal

BUDGET = 1_000


@pytest.fixture
def app(on_pty, desk):
    app = on_pty()
    app.wait("▸ Connections", "desk")
    app.wait_quiet()
    for _ in range(3):
        app.send(":run desk list-tickets\r")
        app.wait("▸ list-tickets")
        app.wait_quiet()
        app.send("\x1b[15~")
        app.wait("✓ done")
        app.wait_quiet()
        app.send("1")
        app.wait("▸ Connections")
        app.wait_quiet()
    return app


def press(app, key: str) -> int:
    """Press a key and give how many bytes it had written when all was drawn."""
    before = len(app.written)
    app.send(key)
    app.wait_quiet()
    return len(app.written) - before


def test_moving_through_the_log_writes_what_changed_and_leaves_nothing_old(app):
    app.send("6")
    app.wait("▸ Operations", "list-tickets", "▶ following")
    app.wait_quiet()
    spent = [press(app, key) for key in "kkjj"]
    app.wait("▶ following")
    assert 0 < max(spent) < BUDGET, spent
    press(app, "k")
    shown = app.screen()
    app.resize(81, 24)
    app.wait_quiet()
    app.resize(80, 24)
    assert app.wait_quiet() == shown
