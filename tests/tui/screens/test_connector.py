"""One connector in tabs: what the last line names is what the keys of the tab do."""

from tui.state.places import ConnectorPlace


async def test_in_the_source_the_key_bar_names_the_keys_of_the_text(open_app):
    async with open_app() as hand:
        hand.app.go(ConnectorPlace("practice", "Practice"))
        await hand.until("n new connection")
        for _ in range(3):
            await hand.press("right")
        await hand.until("n next match")
        assert "n new connection" not in hand.text
        await hand.press("right")
        await hand.until("n new connection")
