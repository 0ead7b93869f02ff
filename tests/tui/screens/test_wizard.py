"""New connection by keys: from nothing to a tested connection, back and forth, interrupted and mended."""

import pytest

from core.root import open_engine
from tui.state.places import NewConnectionPlace
from tui.widgets.form_row import FormRow
from tui.widgets.text_field import TextField

CANARY = "canary-7f3a-secret"


def kept(hand, name):
    rows = {row.connection.name: row.connection for row in hand.app.services.reading.connections()}
    return rows.get(name)


async def to_inputs(hand, practice, *, token=None):
    """Go through the first two pages for the practice connector, and point it at the service of this test."""
    await hand.press("4")
    await hand.until("CONNECTOR")
    await hand.type("practice")
    await hand.press("enter")
    await hand.until("step 2/5")
    await hand.press("tab")
    if token is not None:
        await hand.press("ctrl+u")
        await hand.type(token)
    await hand.press("enter")
    await hand.until("step 3/5")
    await hand.press("tab", "ctrl+u")
    await hand.type(practice.base_url)


async def to_tested(hand, practice, *, token=None):
    await to_inputs(hand, practice, token=token)
    await hand.press("enter")
    await hand.until("step 4/5")
    await hand.until(lambda: "Works" in hand.text or "Does not work" in hand.text)


async def test_a_newcomer_reaches_a_tested_connection_with_four_enters(open_app):
    async with open_app() as hand:
        await hand.until("Welcome")
        await hand.press("enter")
        await hand.until("step 2/5")
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.press("enter")
        await hand.until("Works")
        await hand.press("enter")
        await hand.until("practice is saved")
        row = kept(hand, "practice")
    assert row is not None
    assert (row.state, row.last_test_verdict, row.wizard_page) == ("active", "passed", None)


async def test_each_stage_shows_its_verdict_evidence_and_time(open_app, practice):
    async with open_app() as hand:
        await to_tested(hand, practice)
        for line in ("✓ TCP", "– TLS", "✓ authentication   accepted as agent@practice", "✓ customers"):
            await hand.until(line)
        await hand.until("connect-tui connection create practice --name practice --auth practice")


async def test_the_verdict_and_the_first_failure_are_in_sight_however_long_the_hints_are(open_app, practice):
    async with open_app((80, 20)) as hand:
        await to_tested(hand, practice, token="wrong")
        await hand.until("Does not work")
        await hand.until("✗ authentication")
        verdict, command = hand.text.index("Does not work"), hand.text.index("as a command")
        assert verdict < command


async def test_typing_finds_a_connector_by_its_words(open_app):
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("CONNECTOR")
        await hand.type("help desk")
        await hand.until("practice")
        await hand.type(" zzz")
        await hand.until("no")
        await hand.press("enter")
        await hand.until("step 1/5")


async def test_escape_goes_a_page_back_and_loses_nothing(open_app, practice):
    async with open_app() as hand:
        await to_inputs(hand, practice, token=CANARY)
        await hand.press("shift+tab", "ctrl+u")
        await hand.type("my-desk")
        await hand.press("escape")
        await hand.until("step 2/5")
        await hand.press("escape")
        await hand.until("step 1/5")
        await hand.press("enter")
        await hand.until("step 2/5")
        token = next(row.editor for row in hand.app.screen.query(FormRow) if row.field.key == "token")
        assert isinstance(token, TextField)
        assert token.value == CANARY
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.until("my-desk")
        await hand.until(practice.base_url)


async def test_a_secret_is_never_on_the_screen_and_a_reference_is(open_app, practice):
    async with open_app() as hand:
        await to_inputs(hand, practice, token=CANARY)
        seen = [hand.text, hand.app.export_screenshot()]
        await hand.press("escape")
        await hand.until("step 2/5")
        seen += [hand.text, hand.app.export_screenshot()]
        assert not any(CANARY in one for one in seen)
        await hand.press("tab", "ctrl+u")
        await hand.type("ref:env:DESK_TOKEN")
        await hand.until("ref:env:DESK_TOKEN")
        await hand.until("--secret token=ref:env:DESK_TOKEN")


async def test_what_is_missing_is_named_and_gets_the_focus(open_app):
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("CONNECTOR")
        await hand.type("practice")
        await hand.press("enter")
        await hand.until("step 2/5")
        await hand.press("tab", "ctrl+u", "enter")
        await hand.until("is required")
        await hand.until("step 2/5")
        assert isinstance(hand.app.focused, TextField)
        assert hand.app.focused.password


async def test_after_the_inputs_page_there_is_a_draft_to_come_back_to(open_app, practice):
    async with open_app() as hand:
        await to_tested(hand, practice)
        row = kept(hand, "practice")
        assert (row.state, row.wizard_page) == ("draft", "test")
        await hand.press("1")
        await hand.until("draft")
        await hand.press("enter")
        await hand.until("step 4/5")
        await hand.until("Works")
        await hand.press("enter")
        await hand.until("practice is saved")
        await hand.until(lambda: kept(hand, "practice").state == "active")


async def test_a_draft_that_is_gone_back_from_is_changed_and_not_made_twice(open_app, practice):
    async with open_app() as hand:
        await to_tested(hand, practice)
        await hand.press("escape")
        await hand.until("step 3/5")
        await hand.press("ctrl+u")
        await hand.type("renamed")
        await hand.press("enter")
        await hand.until("step 4/5")
        await hand.until("Works")
        names = [row.connection.name for row in hand.app.services.reading.connections()]
    assert names == ["renamed"]


async def test_a_wrong_secret_says_so_and_can_be_mended_where_it_was_typed(open_app, practice):
    async with open_app((100, 30)) as hand:
        await to_tested(hand, practice, token="wrong")
        await hand.until("bad credentials")
        await hand.until("– customers        not reached")
        await hand.press("m")
        await hand.until("step 2/5")
        await hand.until("kept; type to replace it")
        await hand.press("tab")
        await hand.type(practice.credentials.token)
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.press("enter")
        await hand.until("Works")
        await hand.press("enter")
        await hand.until("practice is saved")
        await hand.until(lambda: kept(hand, "practice").state == "active")


async def test_a_failing_connection_can_be_saved_and_its_state_says_what_it_needs(open_app, practice):
    async with open_app() as hand:
        await to_tested(hand, practice, token="wrong")
        await hand.press("enter")
        await hand.until("practice is saved")
        await hand.until(lambda: kept(hand, "practice").state == "authorization_required")


async def test_a_host_that_does_not_answer_is_unreachable_and_mended_in_the_inputs(open_app, practice):
    practice.stop()
    async with open_app((100, 30)) as hand:
        await to_tested(hand, practice)
        await hand.until("unreachable")
        await hand.press("m")
        await hand.until("step 3/5")


async def test_one_stage_can_be_repeated_and_the_whole_test_run_again(open_app, practice):
    async with open_app() as hand:
        await to_tested(hand, practice)
        before = hand.app.services.reading.newest_seq()
        await hand.press("r")
        await hand.until(lambda: hand.app.services.reading.newest_seq() == before + 1)
        await hand.until("Works")
        await hand.until("accepted as agent@practice")
        await hand.press("R")
        await hand.until(lambda: hand.app.services.reading.newest_seq() == before + 2)
        await hand.until("Works")


async def test_an_authentication_that_exists_is_offered_and_used(open_app, desk):
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("CONNECTOR")
        await hand.type("practice")
        await hand.press("enter")
        await hand.until("used by desk")
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.until("--auth agent")


async def test_a_name_that_is_taken_is_said_at_the_field(open_app, practice, desk):
    async with open_app((100, 30)) as hand:
        await to_inputs(hand, practice)
        await hand.press("shift+tab", "ctrl+u")
        await hand.type("DESK")
        await hand.press("enter")
        await hand.until("✗ a connection called DESK exists")
        await hand.until("step 3/5")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_every_page_fits_the_terminal(open_app, practice, size):
    async with open_app(size) as hand:
        await to_tested(hand, practice)
        for step in (3, 2, 1):
            await hand.press("escape")
            await hand.until(f"step {step}/5")
            lines = hand.text.splitlines()
            assert len(lines) == size[1]
            assert "? all" in lines[-1]


async def test_a_small_terminal_shows_the_field_that_is_typed_into_instead_of_the_command(open_app):
    async with open_app((60, 15)) as hand:
        hand.app.go(NewConnectionPlace("slack"))
        await hand.until("Bot or user token")
        assert "as a command" not in hand.text
        await hand.press("tab")
        await hand.type("abcd")
        await hand.until("[••••")


async def test_a_paste_with_line_ends_creates_nothing(open_app, practice):
    from textual import events

    async with open_app() as hand:
        await to_inputs(hand, practice)
        for key, character in (("enter", "\r"), ("x", "x"), ("enter", "\r"), ("y", "y")):
            hand.app.post_message(events.Key(key, character))
        await hand.until("as in a paste")
        assert hand.app.services.reading.connections() == ()


async def test_going_on_with_a_connection_begins_at_its_credentials(open_app, home, desk):
    engine = open_engine(home)
    engine.workspace.suspend(desk)
    await engine.close()
    async with open_app() as hand:
        hand.app.go(NewConnectionPlace(resume=desk))
        await hand.until("step 2/5")
        await hand.until("kept; type to replace it")


async def sign_in(hand, token):
    """Type another token for the only connection and test it."""
    await hand.press("1")
    await hand.until("desk")
    await hand.press("a")
    await hand.until("kept; type to replace it")
    await hand.press("tab")
    await hand.type(token)
    await hand.press("enter")
    await hand.until("step 3/5")
    await hand.until("connect-tui auth edit agent --secret token=-")
    await hand.press("enter")
    await hand.until(lambda: "Works" in hand.text or "Does not work" in hand.text)


async def token_in_force(hand):
    return await hand.app.services.call(
        lambda engine: engine.keeper.resolve(engine.workspace.authentications.get("agent").secrets["token"])
    )


async def test_a_wrong_sign_in_that_is_left_leaves_the_old_credentials_in_force(open_app, practice, desk):
    async with open_app() as hand:
        await sign_in(hand, "wrong")
        await hand.until("desk ▸ Sign in")
        await hand.until("connect-tui connection test desk")
        assert "connection create" not in hand.text
        assert await token_in_force(hand) == "wrong"
        await hand.press("escape")
        await hand.until("step 3/5")
        await hand.press("escape")
        await hand.until("step 2/5")
        await hand.press("escape")
        await hand.until("what worked before is in force")
        assert await token_in_force(hand) == practice.credentials.token
        await hand.until(lambda: kept(hand, desk).state == "active")
        report = await hand.app.services.submit(lambda engine: engine.test(desk))
        assert report.verdict == "passed"


async def test_quitting_during_a_sign_in_leaves_the_old_credentials_in_force(home, open_app, practice, desk):
    async with open_app() as hand:
        await sign_in(hand, "wrong")
        await hand.press("ctrl+q")
    engine = open_engine(home)
    try:
        row = engine.workspace.authentications.get("agent")
        assert engine.keeper.resolve(row.secrets["token"]) == practice.credentials.token
    finally:
        await engine.close()


async def test_a_sign_in_that_is_saved_stays_when_it_is_left(open_app, desk):
    async with open_app() as hand:
        await sign_in(hand, "wrong")
        await hand.press("enter")
        await hand.until("is saved")
        await hand.press("1")
        await hand.until("Connections")
        assert await token_in_force(hand) == "wrong"


async def test_a_locked_connection_is_not_signed_in_again(home, open_app, desk):
    engine = open_engine(home)
    engine.workspace.lock(desk, "audit until Friday")
    await engine.close()
    async with open_app() as hand:
        await hand.until("desk")
        await hand.press("a")
        await hand.until("desk is locked: audit until Friday")
        assert "New connection" not in hand.text


async def test_a_finished_wizard_is_nothing_to_go_back_to(open_app, practice):
    async with open_app() as hand:
        await to_tested(hand, practice)
        await hand.press("enter")
        await hand.until("practice is saved")
        await hand.press("1")
        await hand.until(lambda: type(hand.app.screen).__name__ == "ConnectionsScreen")
        for key in ("escape", "minus", "right_square_bracket", "left_square_bracket"):
            await hand.press(key)
            assert type(hand.app.screen).__name__ == "ConnectionsScreen"


async def test_an_empty_find_line_leaves_the_keys_of_the_app_to_it(open_app):
    async with open_app() as hand:
        await hand.press("4")
        await hand.until("CONNECTOR")
        await hand.until("F1 help")
        await hand.press("colon")
        await hand.until(lambda: hand.app.screen.query("CommandLine"))
        await hand.press("escape")
        await hand.type("p6?")
        assert hand.app.screen.query_one(TextField).value == "p6?"
        await hand.press("ctrl+u", "6")
        await hand.until(lambda: type(hand.app.screen).__name__ == "OperationsScreen")
        await hand.until(lambda: hand.app.screen.query("#log"))
