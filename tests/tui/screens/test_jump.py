"""Labels on what is in sight: typing one goes there, and anything else takes them away."""

import pytest

from tui.screens.jump import JumpScreen
from tui.state.jump_labels import build_labels, still_fitting
from tui.state.places import CatalogPlace, RunPlace
from tui.widgets.form_row import FormRow
from tui.widgets.line_table import LineTable


@pytest.mark.parametrize("count", [0, 1, 26, 27, 51, 52, 200, 600])
def test_no_label_is_the_beginning_of_another(count):
    labels = build_labels(count)
    assert len(set(labels)) == len(labels) == count
    assert all(still_fitting(labels, label) == (label,) for label in labels)
    assert max(map(len, labels), default=1) == (1 if count <= 26 else 2)


async def test_a_label_goes_to_its_row(open_app):
    async with open_app() as hand:
        hand.app.go(CatalogPlace())
        await hand.until("airtable")
        view = hand.app.screen
        listed = hand.text.splitlines()
        first = next(row for row, line in enumerate(listed) if "airtable" in line)
        await hand.press("apostrophe")
        await hand.until(lambda: isinstance(hand.app.screen, JumpScreen))
        labelled = hand.text.splitlines()[first + 2]
        assert labelled.startswith("d")
        assert labelled[3:20] == listed[first + 2][3:20]
        await hand.press("d")
        await hand.until(lambda: hand.app.screen is view)
        await hand.until(lambda: view.query_one("#connectors", LineTable).cursor == 2)


async def test_a_label_goes_to_its_field_while_another_is_typed_in(open_app, desk):
    async with open_app() as hand:
        hand.app.go(RunPlace("desk", "list-tickets"))
        await hand.until("▸ list-tickets")
        await hand.until(lambda: hand.app.focused and isinstance(hand.app.focused.parent, FormRow))
        rows = [row for row in hand.app.screen.query(FormRow) if row.display]
        await hand.press("f3")
        await hand.until(lambda: isinstance(hand.app.screen, JumpScreen))
        await hand.press("d")
        await hand.until(lambda: hand.app.focused is rows[2].editor)


async def test_in_a_picker_a_label_goes_to_its_row(open_app):
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("step 1/5")
        await hand.until("airtable")
        await hand.press("f3", "d")
        await hand.until(lambda: isinstance(hand.app.focused, LineTable))
        assert hand.app.focused.cursor == 1


@pytest.mark.parametrize("key", ["escape", "1", "enter", "Z", "down"])
async def test_any_other_key_takes_the_labels_away_and_does_nothing_else(open_app, key):
    async with open_app() as hand:
        hand.app.go(CatalogPlace())
        await hand.until("airtable")
        view = hand.app.screen
        await hand.press("apostrophe")
        await hand.until(lambda: isinstance(hand.app.screen, JumpScreen))
        await hand.press(key)
        await hand.until(lambda: hand.app.screen is view)
        assert view.query_one("#connectors", LineTable).cursor == 0
