"""The tabs of the workspace in a hostile home, and a hostile secret that is shown: nothing of it steers the terminal."""

import pytest

from .hostile_home import PICTURE
from .walk import ESC

pytestmark = pytest.mark.terminal


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (200, 50)])
def test_the_tabs_and_their_details(walk, columns, rows):
    walk = walk(columns, rows)
    walk.see("9", "4 kept", PICTURE)
    for said in ("2 apps", "1 certificate", "secrets"):
        walk.see("\x1b[C", said, PICTURE)
        walk.see("G", PICTURE)
        walk.see("z", PICTURE)
        walk.see("z", PICTURE)
        walk.see("z", PICTURE)


def test_the_form_of_an_app_and_its_delete_question(walk):
    walk = walk()
    walk.see(":apps N0", ":apps N0")
    walk.see("\r", "1 of 2", PICTURE)
    walk.see("e", "Edit", PICTURE)
    walk.paste(shown=False)  # the field is full of such a text already
    walk.see(ESC, "1 of 2", gone=("Edit",))
    walk.see("D", "Delete", PICTURE)
    walk.paste()
    walk.see(ESC, "1 of 2", gone=("Delete",))


def test_a_secret_that_is_shown(walk):
    walk = walk()
    walk.see(":secrets client_secret", ":secrets client_secret")
    walk.see("\r", "1 of", "client_secret")
    walk.see("s", "y yes")
    assert PICTURE in walk.see("y", "gone at")
    walk.see(ESC, "it was shown", gone=("gone at",))
