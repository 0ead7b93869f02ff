"""Run by keys: choose, fill in, run, watch, look, change, stop."""

import json

import pytest
from textual import events

from core.events import OperationEnded
from core.root import open_engine
from storage.reading import parse_filter
from tui.screens.run.result_pane import ResultPane
from tui.state.places import RunPlace
from tui.widgets.form_row import FormRow
from tui.widgets.form_view import FormView
from tui.widgets.result_table import ResultTable


def newest(hand):
    block = hand.app.services.reading.operations_block(parse_filter(""), limit=1)
    return block[0] if block else None


async def to_operation(hand, name, *, connection="desk"):
    hand.app.go(RunPlace(connection, name))
    await hand.until(f"▸ {connection} ▸ {name}")
    await hand.until(lambda: hand.app.focused)


async def to_field(hand, key):
    row = next(row for row in hand.app.screen.query(FormRow) if row.field.key == key)
    row.editor.focus()
    await hand.until(lambda: row.editor.has_focus)


async def test_an_operation_is_found_by_typing_and_its_form_comes_from_the_schema(open_app, desk):
    async with open_app() as hand:
        await hand.press("5")
        await hand.until("what do you want to do?")
        await hand.type("tickets newest")
        await hand.press("enter")
        await hand.until("▸ list-tickets")
        for word in ("status", "limit", "records on a page", "○ reads", "connect-tui run desk list-tickets"):
            await hand.until(word)


async def test_a_list_comes_as_a_table_and_a_row_opens_as_json(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("ctrl+j")
        await hand.until("25 records")
        await hand.until("SUBJECT")
        assert isinstance(hand.app.focused, ResultTable)
        await hand.press("down", "enter")
        await hand.until("record 2 of 25")
        await hand.until('"subject":')
        await hand.press("escape")
        await hand.until("SUBJECT")


async def test_how_it_went_is_shown_when_the_outcome_is_there_before_its_events(open_app, desk, monkeypatch):
    async with open_app() as hand:
        views, held = hand.app._views, []
        tell = views.tell
        monkeypatch.setattr(views, "tell", held.append)
        await to_operation(hand, "list-tickets")
        await hand.press("f5")
        await hand.until("25 records")
        await hand.until(
            lambda: any(isinstance(getattr(one(), "event", None), OperationEnded) for one in held)
        )
        assert "✓ done" not in hand.text
        for build in held:
            tell(build)
        await hand.until("✓ done")


async def test_tab_goes_from_table_to_json_to_the_raw_answer_and_back(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("f5")
        await hand.until("limit 5")
        pane = hand.app.screen.query_one(ResultPane)
        await hand.press("tab")
        assert pane.view == "JSON"
        await hand.until('"items": [')
        await hand.press("tab")
        await hand.until("200 HTTP/1.1")
        await hand.press("tab")
        assert pane.view == "table"


async def test_a_write_shows_the_exact_request_and_no_sends_nothing(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "create-ticket")
        await to_field(hand, "customer_id")
        await hand.type("47")
        await to_field(hand, "subject")
        await hand.type("Printer")
        before = newest(hand)
        await hand.press("ctrl+j")
        await hand.until("It changes something there.")
        await hand.until("POST http://127.0.0.1")
        await hand.until('"subject": "Printer"')
        await hand.press("n")
        await hand.until("nothing was sent")
        assert newest(hand) == before
        await hand.press("ctrl+j")
        await hand.until("It changes something there.")
        await hand.press("y")
        await hand.until("created ticket")
        await hand.until(lambda: newest(hand).state == "success")


async def test_a_delete_wants_the_name_of_the_connection(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "delete-ticket")
        await hand.type("1042")
        await hand.press("ctrl+j")
        await hand.until("Type desk to send it")
        await hand.type("des")
        await hand.press("enter")
        await hand.until("type desk exactly")
        await hand.type("k")
        await hand.press("enter")
        await hand.until("deleted ticket 1042")


async def test_ctrl_c_stops_what_runs_and_it_ends_as_cancelled(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "drill-slow")
        await hand.press("ctrl+j")
        await hand.until("waiting")
        await hand.press("ctrl+c")
        await hand.until("cancelled")
        await hand.until(lambda: newest(hand).state == "cancelled")


async def test_an_error_says_class_message_remedy_and_what_to_press(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "drill-fail")
        await hand.press("ctrl+j")
        await hand.until("✗ vendor · 503")
        for word in ("this route always answers 503", "try again", "trying again can help", "R run again"):
            await hand.until(word)
        before = hand.app.services.reading.newest_seq()
        await hand.press("R")
        await hand.until(lambda: hand.app.services.reading.newest_seq() == before + 1)


async def test_what_is_missing_stands_under_its_field(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "create-ticket")
        await hand.press("ctrl+j")
        await hand.until("✗ is required")
        assert newest(hand) is None


async def test_the_form_and_the_json_are_the_same_input(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        form = hand.app.screen.query_one(FormView).form
        form.set_text("status", "open")
        await hand.press("ctrl+t")
        await hand.until('"status": "open"')
        editor = hand.app.focused
        editor.text = json.dumps({"status": "solved", "limit": 3})
        await hand.press("ctrl+t")
        await hand.until("solved")
        await hand.press("ctrl+j")
        await hand.until("3 records")


async def test_json_that_cannot_be_read_is_said_and_nothing_runs(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("ctrl+t")
        hand.app.focused.text = '{"limit": '
        await hand.press("ctrl+j")
        await hand.until("is not JSON")
        assert newest(hand) is None


async def test_a_paste_does_not_run_anything(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        await to_field(hand, "limit")
        for key, character in (("5", "5"), ("ctrl+j", "\n"), ("6", "6"), ("ctrl+j", "\n"), ("x", "x")):
            hand.app.post_message(events.Key(key, character))
        await hand.until("2556x")
        assert newest(hand) is None


async def test_a_search_goes_through_the_rows_of_the_table_and_leaves_the_form_folded(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("ctrl+j")
        await hand.until("25 records")
        table = hand.app.screen.query_one(ResultTable)
        wanted = table.records[7]["subject"]
        matches = [place for place, row in enumerate(table.records) if wanted in row["subject"]]
        await hand.press("slash")
        assert "more field" not in hand.text
        await hand.type(wanted[:60])
        await hand.until(lambda: table.cursor == matches[0])
        await hand.press("enter", "n")
        await hand.until(lambda: table.cursor == (matches * 2)[1])
        await hand.press("slash")
        await hand.type("zzzz")
        await hand.press("enter")
        await hand.until("25 records")
        assert table.cursor in matches


async def test_a_download_is_saved_as_it_came_for_its_owner_alone(open_app, desk, tmp_path):
    path = tmp_path / "picture.png"
    async with open_app() as hand:
        await to_operation(hand, "download-attachment")
        await hand.type("1")
        await hand.press("ctrl+j")
        await hand.until(lambda: hand.app.screen.query_one(ResultPane).can_export)
        content = hand.app.screen.query_one(ResultPane).whole
        await hand.press("x")
        await hand.until("The bytes as they came")
        await hand.press("ctrl+u")
        await hand.type(str(path))
        await hand.press("enter")
        await hand.until(f"{len(content):,} bytes in")
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv"])
async def test_records_are_exported_to_a_file(open_app, desk, tmp_path, ending):
    path = tmp_path / f"tickets.{ending}"
    async with open_app((120, 30)) as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("ctrl+j")
        await hand.until("25 records")
        await hand.press("x")
        await hand.until("to which file?")
        await hand.press("ctrl+u")
        await hand.type(str(path))
        await hand.press("enter")
        await hand.until(f"25 records in {path}"[:60])
    assert path.stat().st_size > 1_000


async def test_a_suspended_connection_refuses_with_a_sentence(open_app, home, desk):
    engine = open_engine(home)
    engine.workspace.suspend(desk)
    await engine.close()
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("ctrl+j")
        await hand.until("desk is suspended")
        assert newest(hand) is None


async def test_o_opens_what_was_sent_and_answered(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("ctrl+j")
        await hand.until("25 records")
        await hand.press("o")
        await hand.until("Operations ▸ list-tickets")
        await hand.press("escape")
        await hand.until("25 records")


async def test_hostile_records_are_drawn_as_visible_characters(open_app, desk):
    async with open_app() as hand:
        await to_operation(hand, "drill-hostile")
        await hand.press("ctrl+j")
        await hand.until("SUBJECT")
        assert "\x1b" not in hand.text
        await hand.until("␛[31mred")
        await hand.press("enter")
        await hand.until("record 1 of")
        assert "\x1b" not in hand.text


async def test_without_a_connection_it_says_what_to_press(open_app):
    async with open_app() as hand:
        await hand.press("5")
        await hand.until("There is no connection yet. 4 sets one up.")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_the_result_has_room_at_every_size(open_app, desk, size):
    async with open_app(size) as hand:
        await to_operation(hand, "list-tickets")
        await hand.press("ctrl+j")
        await hand.until("25 records")
        table = hand.app.screen.query_one(ResultTable)
        assert table.page >= 12
        lines = hand.text.splitlines()
        assert len(lines) == size[1]
        assert "? all" in lines[-1]


async def test_after_a_refusal_the_input_begins_at_the_field_that_the_vendor_named(open_app, desk):
    async with open_app(size=(100, 30)) as hand:
        await to_operation(hand, "create-customer")
        for text in ("Hotel", "same@example.org"):
            await hand.type(text)
            await hand.press("tab")
        await hand.press("ctrl+j")
        await hand.until("yes")
        await hand.press("y")
        await hand.until("created customer")
        await hand.press("R")
        await hand.until("yes")
        await hand.press("y")
        await hand.until("already has the address")
        await hand.until(lambda: hand.app.screen.query_one(ResultPane).answer)
        for key in ("i", "escape"):
            hand.app.screen.query_one(ResultPane).focus_view()
            await hand.press(key)
            await hand.until(lambda: isinstance(hand.app.focused.parent, FormRow))
            assert hand.app.focused.parent.field.key == "email"
