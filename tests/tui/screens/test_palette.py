"""The palette finds connections, their operations and connectors by name, and opens them."""

import pytest


@pytest.mark.parametrize(
    ("typed", "kind", "seen"),
    [
        ("desk connection", "connection", "▸ Connections"),
        ("desk list-tickets", "run", "▸ Run"),
        ("grafana", "connector", "▸ Grafana"),
        ("what happened", "everywhere", "▸ Operations"),
    ],
)
async def test_anything_is_found_by_its_name_and_opened(open_app, desk, typed, kind, seen):
    async with open_app() as hand:
        await hand.until(desk)
        await hand.until(lambda: hand.app.services.engine_is_open)
        await hand.press("2")
        await hand.until("airtable")
        await hand.press("ctrl+p")
        await hand.until("type to narrow")
        await hand.type(typed)
        await hand.until(kind)
        await hand.press("enter")
        await hand.until(seen)


async def test_changed_keys_are_shown_as_they_were_changed(open_app, home):
    (home.config / "keymap.toml").write_text('[keys]\n"app.refresh" = "f6"\n"app.help" = "f8"\n')
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("f8 all")
        await hand.press("1")
        await hand.press("f8")
        await hand.type("read again")
        await hand.until("f6")
