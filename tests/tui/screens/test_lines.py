"""The lines of ``/`` and ``:``: what they begin with, and what stays in them when it cannot be."""

from tui.widgets.command_line import CommandLine


def line(hand) -> str:
    return next((one.value for one in hand.app.screen.query(CommandLine)), "")


async def test_typing_replaces_the_filter_that_is_there(open_app, desk):
    async with open_app() as hand:
        await hand.until("desk")
        await hand.press("slash", *"practice", "enter")
        await hand.until("1 of 1")
        await hand.press("slash")
        assert line(hand) == "/practice"
        await hand.press(*"conn")
        assert line(hand) == "/conn"


async def test_an_arrow_goes_on_with_the_filter_that_is_there(open_app, desk):
    async with open_app() as hand:
        await hand.until("desk")
        await hand.press("slash", *"pract", "enter", "slash", "right", *"ice")
        assert line(hand) == "/practice"
        await hand.press("escape", "slash", "left", *"x")
        assert line(hand) == "/xpract"


async def test_backspace_takes_all_of_the_filter_that_is_there(open_app, desk):
    async with open_app() as hand:
        await hand.until("desk")
        await hand.press("slash", *"pract", "enter", "slash", "backspace")
        assert line(hand) == "/"


async def test_a_wrong_value_is_answered_with_those_there_are_and_stays_to_be_mended(open_app, desk):
    async with open_app() as hand:
        await hand.until("desk")
        await hand.press("slash", *"state:resting", "enter")
        await hand.until("deleting")
        assert all(state in hand.text for state in ("draft, active", "authorization_required", "inactive"))
        assert line(hand) == "/state:resting"
        await hand.press("ctrl+u", *"state:active")
        await hand.until(lambda: "deleting" not in hand.text)
        await hand.press("enter")
        await hand.until("1 of 1")
        assert line(hand) == ""


async def test_a_command_with_a_wrong_filter_goes_nowhere(open_app, desk):
    async with open_app() as hand:
        await hand.until("desk")
        await hand.press("colon", *"cat can:sendd", "enter")
        await hand.until("it can be read, write")
        await hand.until("▸ Connections")
        assert line(hand) == ":cat can:sendd"
        await hand.press("escape")
        await hand.until(lambda: "it can be" not in hand.text)


async def test_a_command_with_the_name_of_no_connection_lists_those_there_are(open_app, desk):
    async with open_app() as hand:
        await hand.until("desk")
        await hand.press("colon", *"run dusk", "enter")
        await hand.until("there is no connection dusk; there are desk")
        assert line(hand) == ":run dusk"


async def test_a_connector_that_is_not_there_leads_to_those_that_are(open_app):
    async with open_app() as hand:
        await hand.until("Welcome")
        await hand.press("colon", *"new prometeus", "enter")
        await hand.until("▸ Connector")
        await hand.until("prometeus")
        assert "did you mean" in hand.text or "there is no" in hand.text
