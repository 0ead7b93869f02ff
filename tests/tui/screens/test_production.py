"""A production project: red in every view, read-only until its name was typed, then armed for the session."""

import pytest

from core.root import open_engine
from storage import open_store
from storage.reading import parse_filter
from tui.app import ConnectApp
from tui.state.places import (
    CatalogPlace,
    ConnectionsPlace,
    ConnectorPlace,
    DoctorPlace,
    OperationsPlace,
    ProjectPlace,
    RunPlace,
)
from tui.widgets.form_row import FormRow
from tui.widgets.top_bar import TopBar

VIEWS = {
    "Connections": ConnectionsPlace(),
    "Catalog": CatalogPlace(),
    "Run": RunPlace(),
    "Operations": OperationsPlace(),
    "Doctor": DoctorPlace(),
    "Catalog ▸ Practice": ConnectorPlace("practice", "Practice"),
}


@pytest.fixture
async def prod(home, practice, tmp_path, monkeypatch) -> str:
    """A production project with the active connection ``desk``."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    with open_store(home.database) as store:
        store.projects.create("prod", production=True)
    engine = open_engine(home, project="prod")
    try:
        engine.workspace.authentications.add(
            "practice", "token", "agent", {}, {"token": practice.credentials.token}
        )
        engine.workspace.create_connection(
            "practice", "desk", authentication="agent", variables={"base_url": practice.base_url}
        )
        engine.workspace.activate("desk")
    finally:
        await engine.close()
    return "prod"


def badge(hand) -> dict[str, str]:
    return {text.strip(): tone for text, tone in hand.app.screen.query_one(TopBar).line(0)}


async def arm(hand, key="A") -> None:
    await hand.press(key)
    await hand.until("Type prod to arm it")
    await hand.type("prod")
    await hand.press("enter")
    await hand.until("prod is armed until you leave")


async def to_create_ticket(hand) -> None:
    hand.app.go(RunPlace("desk", "create-ticket"))
    await hand.until("▸ desk ▸ create-ticket")
    for key, text in (("customer_id", "47"), ("subject", "Printer")):
        row = next(row for row in hand.app.screen.query(FormRow) if row.field.key == key)
        row.editor.focus()
        await hand.until(lambda row=row: row.editor.has_focus)
        await hand.type(text)


def writes(hand):
    block = hand.app.services.reading.operations_block(parse_filter("project:prod op:create-ticket"))
    return [(row.name, row.state) for row in block]


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_every_view_of_a_production_project_has_a_red_badge_that_says_read_only(open_app, prod, size):
    async with open_app(size, project=prod) as hand:
        for crumb, place in VIEWS.items():
            hand.app.go(place)
            await hand.until(f"▸ {crumb}")
            await hand.until(lambda: badge(hand)["prod"] == "production")
            assert "read-only" in hand.text.splitlines()[0]


async def test_a_write_is_refused_until_armed_and_runs_then(open_app, prod):
    async with open_app(project=prod) as hand:
        await to_create_ticket(hand)
        await hand.press("ctrl+r")
        await hand.until("prod is production and read-only: f9 or A arms it")
        assert writes(hand) == []
        await arm(hand, "f9")
        await hand.press("ctrl+r")
        await hand.until("This is production. Type desk to send it.")
        await hand.type("desk")
        await hand.press("enter")
        await hand.until(lambda: writes(hand) == [("create-ticket", "success")])


async def test_reading_needs_no_arming(open_app, prod):
    async with open_app(project=prod) as hand:
        hand.app.go(RunPlace("desk", "list-tickets"))
        await hand.until("▸ list-tickets")
        await hand.press("ctrl+r")
        await hand.until("25 records")


async def test_a_project_is_armed_by_its_exact_name_alone_and_disarmed_by_the_same_key(open_app, prod):
    async with open_app(project=prod) as hand:
        await hand.until("desk")
        await hand.press("A")
        await hand.until("Type prod to arm it")
        await hand.type("pro")
        await hand.press("enter")
        await hand.until("type prod exactly")
        await hand.press("escape")
        await hand.until(lambda: hand.app.services.is_read_only)
        await arm(hand)
        await hand.until(lambda: badge(hand)["armed"] == "bad")
        await hand.press("2")
        await hand.until("▸ Catalog")
        await hand.until(lambda: badge(hand)["armed"] == "bad")
        await hand.press("A")
        await hand.until("prod is read-only again")
        await hand.press("1")
        await hand.until("▸ Connections")
        await hand.until(lambda: badge(hand)["read-only"] == "quiet")


async def test_nothing_is_set_up_or_changed_until_armed(open_app, prod):
    async with open_app(project=prod) as hand:
        await hand.until("desk")
        for key in ("p", "L", "D", "n", "a", "4"):
            await hand.press(key)
            await hand.until("read-only: f9 or A arms it")
            assert hand.app.screen.CONTEXT == "connections"
            hand.app.screen.say("")
        for character in ":new practice":
            await hand.press(character)
        await hand.press("enter")
        await hand.until("read-only: f9 or A arms it")
        await arm(hand)
        await hand.press("p")
        await hand.until("suspended")


async def test_the_flag_counts_however_the_projects_name_was_typed(home, prod, until):
    app = ConnectApp(home, "PROD")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.services.engine_is_open)
        assert app.services.is_read_only


async def test_a_project_that_is_not_production_needs_no_arming(open_app, desk):
    async with open_app() as hand:
        await hand.press("A")
        await hand.until("default is no production project")
        assert not hand.app.services.is_read_only


async def test_another_project_is_gone_on_in_by_name_and_back_again_unarmed(open_app, prod, desk):
    async with open_app() as hand:
        await hand.until(lambda: badge(hand).get("default") == "badge")
        await hand.press("colon", *"project pro", "tab", "enter")
        await hand.until("you are in prod: production, read-only")
        await hand.until(lambda: badge(hand)["prod"] == "production")
        await hand.until("desk")
        await arm(hand)
        await hand.press("colon", *"project default", "enter")
        await hand.until(lambda: badge(hand).get("default") == "badge")
        await hand.until("you are in default")
        await hand.press("colon", *"project prod", "enter")
        await hand.until("you are in prod: production, read-only")
        assert not hand.app.services.is_armed
        await hand.press("escape")
        await hand.until("this is the first view")


async def test_what_is_run_after_a_change_of_project_is_run_there(open_app, prod, desk):
    async with open_app() as hand:
        await hand.until("desk")
        hand.app.go(ProjectPlace("prod"))
        await hand.until("you are in prod")
        await hand.press("t")
        await hand.until(
            lambda: hand.app.services.reading.operations_block(parse_filter("project:prod"), limit=5)
        )
        assert not hand.app.services.reading.operations_block(parse_filter("project:default"), limit=5)


async def test_the_list_of_projects_marks_production_and_enter_goes_there(open_app, prod):
    async with open_app() as hand:
        await hand.press("f7")
        await hand.until("Go on in which project?")
        lines = [line for line in hand.text.splitlines() if "prod" in line and "production" in line]
        assert len(lines) == 1
        assert "1 connection" in lines[0]
        await hand.until("you are here")
        await hand.press("down", "enter")
        await hand.until("you are in prod")


async def test_the_palette_finds_projects(open_app, prod):
    async with open_app() as hand:
        await hand.press("ctrl+p")
        await hand.until("production")
        await hand.type("prod production")
        await hand.press("enter")
        await hand.until("you are in prod")


async def test_a_project_that_is_not_there_is_refused_in_the_line(open_app, prod):
    async with open_app() as hand:
        await hand.press("colon", *"project prd", "enter")
        await hand.until("there is no project prd; there are default, prod")


async def test_the_project_is_not_changed_while_something_runs(open_app, prod, desk):
    async with open_app() as hand:
        hand.app.services.running.add("op_x")
        hand.app.go(ProjectPlace("prod"))
        await hand.until("an operation still runs here")
        assert hand.app.services.project == "default"


async def test_a_half_done_set_up_stays_in_its_own_project(open_app, prod, desk):
    async with open_app() as hand:
        await hand.press("colon", *"new gitlab", "enter")
        await hand.until("step 2/5")
        hand.app.go(ProjectPlace("prod"))
        await hand.until("you are in prod")
        hand.app.go(ProjectPlace("default"))
        await hand.until("you are in default")
        await hand.press("4")
        await hand.until("going on with gitlab")
