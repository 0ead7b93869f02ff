"""A set-up that is left half done is gone on with, and one that is done is not come back to."""

import json

from tui.screens.new_connection import NewConnectionScreen
from tui.state.places import ConnectionsPlace
from tui.state.unfinished import Unfinished, drop_unfinished, keep_unfinished, read_unfinished
from tui.widgets.text_field import TextField

CANARY = "canary-51c9-secret"


async def to_inputs_of_gitlab(hand):
    await hand.press("colon", *"new gitlab", "enter")
    await hand.until("step 2/5")
    await hand.press("tab")
    await hand.type(CANARY)
    await hand.press("tab", "ctrl+u")
    await hand.type("my-key")
    await hand.press("enter")
    await hand.until("step 3/5")


async def test_a_set_up_that_is_left_is_said_and_gone_on_with(open_app):
    async with open_app() as hand:
        await to_inputs_of_gitlab(hand)
        hand.app.go(ConnectionsPlace())
        await hand.until("gitlab is not set up yet: 4 goes on")
        await hand.press("4")
        await hand.until("going on with gitlab")
        await hand.until("step 3/5")
        await hand.press("escape")
        await hand.until("step 2/5")
        assert any(field.value == CANARY for field in hand.app.screen.query(TextField))


async def test_what_was_typed_is_there_when_the_app_was_left_meanwhile_save_secrets(open_app, home):
    async with open_app() as hand:
        await to_inputs_of_gitlab(hand)
        await hand.press("ctrl+u")
        await hand.type("my-gitlab")
    kept = home.state / "unfinished.json"
    assert CANARY not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("going on with gitlab")
        await hand.until("its secret has to be typed again")
        await hand.until("step 2/5")
        await hand.until("my-key")
        await hand.press("tab")
        await hand.type(CANARY)
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.until("my-gitlab")


async def test_going_back_to_choose_another_connector_forgets_it(open_app, home):
    async with open_app() as hand:
        await to_inputs_of_gitlab(hand)
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("step 2/5")
        await hand.press("escape")
        await hand.until("step 1/5")
        await hand.press("escape")
        await hand.until("Welcome")
        await hand.press("4")
        await hand.until("step 1/5")
    assert read_unfinished(home.state / "unfinished.json", "default") is None


async def test_a_draft_takes_the_place_of_what_was_left(open_app, practice, home):
    async with open_app() as hand:
        await hand.press("colon", *"new practice", "enter")
        await hand.until("step 2/5")
        hand.app.go(ConnectionsPlace())
        await hand.until("practice is not set up yet")
        assert read_unfinished(home.state / "unfinished.json", "default") is not None
        await hand.press("4")
        await hand.until("going on with practice")
        await hand.press("tab", "enter")
        await hand.until("step 3/5")
        await hand.press("tab", "ctrl+u")
        await hand.type(practice.base_url)
        await hand.press("enter")
        await hand.until("Works")
    assert read_unfinished(home.state / "unfinished.json", "default") is None


async def test_going_back_never_leads_to_a_set_up_that_was_finished_elsewhere(open_app, practice, home):
    async with open_app() as hand:
        await hand.press("colon", *"new practice", "enter")
        await hand.until("step 2/5")
        await hand.press("tab", "enter")
        await hand.until("step 3/5")
        await hand.press("tab", "ctrl+u")
        await hand.type(practice.base_url)
        await hand.press("enter")
        await hand.until("Works")
        first = hand.app.screen
        await hand.press("1")
        await hand.until("practice is kept as a draft")
        # The list may still be the greeting of an empty one, where enter means something else.
        await hand.until(lambda: any("▌" in line and "draft" in line for line in hand.text.splitlines()))
        await hand.press("enter")
        await hand.until("Works")
        assert hand.app.screen is not first
        await hand.press("enter")
        await hand.until("is saved")
        await hand.press("1")
        await hand.until("active")
        for key in ("q", "left_square_bracket", "minus", "right_square_bracket"):
            await hand.press(key)
            assert not isinstance(hand.app.screen, NewConnectionScreen), key
            if not hand.app.is_running:
                break
            await hand.press("6", "1")


async def test_going_back_never_leads_to_a_set_up_whose_draft_is_gone(open_app, practice, home):
    async with open_app() as hand:
        await hand.press("colon", *"new practice", "enter")
        await hand.until("step 2/5")
        await hand.press("tab", "enter")
        await hand.until("step 3/5")
        await hand.press("enter")
        await hand.until("step 4/5")
        await hand.until(lambda: "Works" in hand.text or "Does not work" in hand.text)
        await hand.press("6")
        await hand.until("▸ Operations")
        await hand.app.services.call(lambda engine: engine.workspace.delete("practice"))
        await hand.press("escape")
        await hand.until("▸ Connections")


def test_a_file_that_is_not_ours_holds_nothing(tmp_path):
    path = tmp_path / "unfinished.json"
    for text in (
        "",
        "[]",
        "{",
        '{"default": 1}',
        '{"default": [{"connector": 1}]}',
        '{"default": [{"x": 1}]}',
        "[" * 10_000,
    ):
        path.write_text(text)
        assert read_unfinished(path, "default") is None


def test_each_project_and_connector_has_its_own(tmp_path):
    path = tmp_path / "deep" / "unfinished.json"
    for connector in ("a", "b", "a"):
        keep_unfinished(path, "default", Unfinished(connector, "inputs"))
    keep_unfinished(path, "prod", Unfinished("c"))
    assert read_unfinished(path, "default").connector == "a"
    assert read_unfinished(path, "default", "b").connector == "b"
    drop_unfinished(path, "default", "a")
    assert read_unfinished(path, "default").connector == "b"
    assert read_unfinished(path, "default", "a") is None
    assert set(json.loads(path.read_text())) == {"default", "prod"}
