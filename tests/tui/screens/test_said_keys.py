"""What the last line and the help say of a key is what the key does on that very page."""

import pytest

from tui.keys import KEYS, shown, spell
from tui.screens.new_connection import shown_keys as wizard_keys
from tui.screens.run import shown_keys as run_keys
from tui.screens.view import View
from tui.state.places import ConnectorPlace, DoctorPlace

BARS = {
    **{f"wizard {page}": pieces for page, pieces in wizard_keys.KEYS_OF.items()},
    "wizard failed": wizard_keys.FAILED,
    "wizard testing": wizard_keys.TESTING,
    **{f"run {name}": getattr(run_keys, name) for name in ("PICK", "INPUT", "RECORD", "FAILED")},
}


@pytest.mark.parametrize("name", BARS)
def test_no_key_of_a_page_is_left_out_at_80_columns_with_or_without_glyphs(name):
    keys = {key.id: shown(key.keys) for key in KEYS}
    pieces = [f"{spell(keys.get(key, key))} {word}" for key, word in (*BARS[name], ("app.help", "all"))]
    assert sum(len(piece) + 2 for piece in pieces) <= 80 - 3, "  ".join(pieces)


def bar(hand) -> str:
    return (hand.text.splitlines() or [""])[-1]


def copies(hand) -> dict[str, str]:
    assert isinstance(hand.app.screen, View)
    return {key: copy.text for key, copy in hand.app.screen.copies().items()}


async def test_a_list_is_filtered_and_a_text_is_searched(open_app, desk):
    async with open_app() as hand:
        await hand.until(lambda: "/ filter" in bar(hand))
        hand.app.go(DoctorPlace())
        await hand.until(lambda: "/ search" in bar(hand))
        await hand.press("question_mark", *"search in")
        await hand.until("search in what is shown")


async def test_of_a_connector_the_source_is_searched_and_the_operations_are_filtered(open_app):
    async with open_app(size=(100, 30)) as hand:
        hand.app.go(ConnectorPlace("practice", "Practice"))
        await hand.until(lambda: "/ filter" in bar(hand))
        await hand.press("right", "right", "right")
        await hand.until(lambda: "/ search" in bar(hand))


async def test_the_requests_of_a_test_are_named_as_such_and_searched(open_app, desk):
    async with open_app(size=(100, 30)) as hand:
        await hand.until("desk")
        await hand.press("a")
        await hand.until("step 2/5")
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.press("enter")
        await hand.until("Works")
        await hand.until(lambda: "l requests" in bar(hand))
        await hand.press("l")
        await hand.until("timeline")
        assert "/ search" in bar(hand)


async def test_the_address_of_the_documentation_is_copied_from_a_connector(open_app):
    async with open_app() as hand:
        hand.app.go(ConnectorPlace("gitlab", "GitLab"))
        await hand.until("n new connection")
        assert copies(hand)["u"] == "https://docs.gitlab.com/api/rest/"
        await hand.press("question_mark", *"copy:")
        await hand.until("yu docs URL")


async def test_the_address_of_the_documentation_is_copied_while_a_connection_is_set_up(open_app):
    async with open_app() as hand:
        await hand.press("colon", *"new gitlab", "enter")
        await hand.until("step 2/5")
        assert copies(hand)["u"] == "https://docs.gitlab.com/user/profile/personal_access_tokens/"
        await hand.press("y")
        await hand.until("u docs URL")


async def test_what_is_not_there_is_not_offered(open_app):
    async with open_app() as hand:
        hand.app.go(ConnectorPlace("practice", "Practice"))
        await hand.until("n new connection")
        assert "u" not in copies(hand)
        await hand.press("question_mark", *"copy:")
        await hand.until("copy: yy handle")
        assert "yu" not in hand.text
