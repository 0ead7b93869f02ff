"""The shell: what the first frame needs, the engine's thread, places, the command line, small terminals."""

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from core.events import Event, OperationEnded, OperationStarted, RecordsRead, RequestSent
from core.home import Home
from storage.records import Counts
from tui.app import ConnectApp
from tui.progress import Coalescer
from tui.state.commands import CommandProblem, complete_command, parse_command
from tui.state.history import History

_HEAVY = (
    "httpx",
    "pydantic",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "keyring",
    "core.engine",
    "jmespath",
    "msgspec",
)


def test_the_first_frame_needs_textual_and_reading_only(workspace: Any, home: Home) -> None:
    workspace.add_connection("desk")
    program = """
import asyncio, sys
from core.home import find_home
import tui.app
seen = {}
def behind(self):
    seen["loaded"] = set(sys.modules)
    seen["rows"] = [row.name for row in self.screen._list.rows]
    self.exit(0)
tui.app.ConnectApp._start_behind = behind
asyncio.run(tui.app.ConnectApp(find_home(sys.argv[1])).run_async(headless=True, size=(80, 24)))
print(sorted(name for name in sys.argv[2:] if name in seen["loaded"]), seen["rows"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(home.data), *_HEAVY], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["[] ['desk']"], done.stderr


def test_progress_is_told_ten_times_a_second_and_endings_at_once() -> None:
    told: list[Event] = []
    later: list[Any] = []
    coalescer = Coalescer(told.append, lambda delay, run: later.append((delay, run)))
    coalescer.add(OperationStarted("op", "read", "list", "desk", 0))
    for number in range(1_000):
        coalescer.add(RequestSent("op", number, "GET", "http://x"))
        coalescer.add(RecordsRead("op", (number,), number + 1))
    assert len(told) == 1
    assert len(later) == 1
    later[0][1]()
    assert [type(event).__name__ for event in told[1:]] == ["RequestSent", "RecordsRead"]
    records = told[2]
    assert isinstance(records, RecordsRead)
    assert records.records == tuple(range(1_000))
    coalescer.add(RecordsRead("op", (1,), 1_001))
    coalescer.add(OperationEnded("op", "success", 1, Counts(), "done", None))
    assert [type(event).__name__ for event in told[3:]] == ["RecordsRead", "OperationEnded"]


def test_history_goes_back_and_forth_and_forgets_what_nothing_leads_to() -> None:
    history: History[str] = History()
    for place in "abc":
        history.open(place)
    assert history.step(-1) == "b"
    assert history.last() == "c"
    assert history.open("d") == ("c",)
    assert history.step(1) is None
    assert [history.step(-1), history.step(-1), history.step(-1)] == ["b", "a", None]


def test_a_command_is_a_noun_and_an_unknown_one_names_the_nearest() -> None:
    command = parse_command("run desk list-tickets")
    assert command is not None
    assert (command.noun, command.words) == ("run", ("desk", "list-tickets"))
    assert parse_command("operations conn:desk").noun == "ops"  # type: ignore[union-attr]
    assert parse_command("  ") is None
    with pytest.raises(CommandProblem, match=":conn"):
        parse_command("con")


def test_a_noun_of_the_commands_that_is_no_place_says_what_to_do_instead() -> None:
    with pytest.raises(CommandProblem, match="connect-tui vault"):
        parse_command("vault unlock")


def test_a_command_is_completed_with_nouns_and_names() -> None:
    assert complete_command("op", (), ()) == "ops"
    assert complete_command("run de", ("acme", "desk"), ()) == "run desk"
    assert complete_command("project p", (), (), ("default", "prod")) == "project prod"
    assert complete_command("new p", (), ("practice",)) == "new practice"
    assert complete_command("xyz", (), ()) == ""


async def test_digits_history_and_the_command_line_go_places(home: Home, until: Any) -> None:
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:

        def shows(name: str) -> Any:
            return lambda: type(app.screen).__name__ == name

        await until(pilot, shows("ConnectionsScreen"))
        await pilot.press("2")
        await until(pilot, shows("CatalogScreen"))
        await pilot.press("6")
        await until(pilot, shows("OperationsScreen"))
        await pilot.press("left_square_bracket")
        await until(pilot, shows("CatalogScreen"))
        await pilot.press("right_square_bracket")
        await until(pilot, shows("OperationsScreen"))
        await pilot.press("minus")
        await until(pilot, shows("CatalogScreen"))
        await pilot.press("colon", "d", "o", "tab", "enter")
        await until(pilot, shows("DoctorScreen"))
        await pilot.press("escape")
        await until(pilot, shows("CatalogScreen"))


async def test_a_line_feed_does_not_run_the_command_line(home: Home, until: Any) -> None:
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", "o", "p", "s", "ctrl+j")
        await pilot.pause()
        assert type(app.screen).__name__ == "ConnectionsScreen"
        await pilot.press("enter")
        await until(pilot, lambda: type(app.screen).__name__ == "OperationsScreen")


async def test_help_runs_what_is_chosen_and_says_why_something_cannot_run(
    home: Home, until: Any, text: Any
) -> None:
    app = ConnectApp(home)
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: "there is no connection here yet" in text(pilot))
        await pilot.press(*"catalog")
        await pilot.press("enter")
        await until(pilot, lambda: type(app.screen).__name__ == "CatalogScreen")


async def test_what_changes_something_does_not_run_when_keys_follow_at_once(home: Home, until: Any) -> None:
    app = ConnectApp(home)
    done: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        app.when_quiet(lambda: done.append("pasted"))
        app._key_times._newest += 1
        await until(pilot, lambda: "paste" in app.screen.query_one("#status").text)  # type: ignore[attr-defined]
        app.when_quiet(lambda: done.append("typed"))
        await until(pilot, lambda: done)
    assert done == ["typed"]


@pytest.mark.parametrize("size", [(50, 24), (80, 12)])
async def test_a_small_terminal_gets_a_sentence_and_a_command(
    home: Home, until: Any, text: Any, size: tuple[int, int]
) -> None:
    app = ConnectApp(home)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "connect-tui connection list" in text(pilot))
        assert "60 columns" in text(pilot)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Welcome" in text(pilot))


async def test_a_keymap_gives_other_keys_and_a_wrong_one_is_said(home: Home, until: Any, text: Any) -> None:
    (home.config / "keymap.toml").write_text('[keys]\n"app.catalog" = "f6"\n')
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: type(app.screen).__name__ == "CatalogScreen")
    (home.config / "keymap.toml").write_text('[keys]\n"app.fly" = "f6"\n')
    app = ConnectApp(home)
    async with app.run_test(size=(120, 24)) as pilot:
        await until(pilot, lambda: "app.fly" in text(pilot))


async def test_the_engine_opens_after_the_first_frame_and_its_thread_ends_with_the_app(
    home: Home, until: Any
) -> None:
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.services.engine_is_open)
        assert home.database.exists()
    assert not [thread for thread in threading.enumerate() if thread.name == "engine"]


async def test_text_is_copied_to_a_file_when_it_is_too_long_for_the_terminal(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui.clipboard import copy_text

    monkeypatch.delenv("TMUX", raising=False)
    told: list[str] = []
    assert "OSC 52" in await copy_text("short", home.state, told.append)
    assert told == ["short"]
    said = await copy_text("x" * 80_000, home.state, told.append)
    path = Path(said.removeprefix("to the file "))
    assert path.read_text() == "x" * 80_000
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(told) == 1


async def test_a_mistake_of_ours_is_kept_in_a_file_and_not_shown(home: Home) -> None:
    from tui.terminal import keep_crash

    sentence = keep_crash(ZeroDivisionError("secret-value"), home.state)
    assert "ZeroDivisionError" in sentence
    assert "secret-value" not in sentence
    assert "ZeroDivisionError" in (home.state / "crash.log").read_text()


def _burst(app: ConnectApp, keys: str) -> None:
    """Send keys as a terminal does that writes all of them at once."""
    from textual import events
    from textual.keys import _character_to_key

    for key in keys:
        name = {"\r": "enter", "\t": "tab"}.get(key) or _character_to_key(key)
        app.post_message(events.Key(name, key))


async def test_keys_of_one_burst_go_where_the_ones_before_them_put_the_focus(
    workspace: Any, home: Home, until: Any
) -> None:
    workspace.add_connection("desk")
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        _burst(app, "/prod")
        await until(pilot, lambda: app.screen.query("CommandLine"))
        await until(pilot, lambda: app.screen.query_one("CommandLine").value == "/prod")  # type: ignore[attr-defined]
        assert type(app.screen).__name__ == "ConnectionsScreen"
        await pilot.press("escape")
        _burst(app, ":ops\r")
        await until(pilot, lambda: type(app.screen).__name__ == "OperationsScreen")
        await until(pilot, lambda: app.screen.query("#log"))


async def test_tab_and_a_text_in_one_burst_fill_in_the_next_field(home: Home, until: Any) -> None:
    from textual.app import ComposeResult

    from tui.screens.view import View
    from tui.state.field import Field
    from tui.state.form import open_form
    from tui.widgets.form_view import FormView

    class Asking(View):
        CONTEXT = "catalog"

        def crumbs(self) -> tuple[str, ...]:
            return ("Asking",)

        def compose_view(self) -> ComposeResult:
            yield FormView(open_form((Field("name", "Name"), Field("place", "Place"))))

    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        asking = Asking()
        await app.push_screen(asking)
        await until(pilot, lambda: asking.query("TextField"))
        asking.query_one(FormView).focus_first()
        await pilot.pause()
        _burst(app, "q1\t2yes\ta")  # nothing follows the last field
        form = asking.query_one(FormView).form
        await until(pilot, lambda: (form.text("name"), form.text("place")) == ("q1", "2yesa"))


async def test_only_what_is_behind_the_prompt_of_a_line_is_edited(home: Home, until: Any) -> None:
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("colon", *"run desk")
        line: Any = app.screen.query_one("CommandLine")
        await pilot.press("ctrl+w")
        assert line.value == ":run "
        await pilot.press("home", "x", "ctrl+w", "ctrl+w")
        assert line.value == ":run "
        await pilot.press("end", "ctrl+u", "ctrl+u", "left", "d", "o")
        assert line.value == ":do"
        await pilot.press("backspace", "backspace")
        assert line.value == ":"
        await pilot.press("backspace")
        await until(pilot, lambda: not app.screen.query("CommandLine"))


async def test_a_line_is_closed_when_another_screen_comes_and_keeps_the_focus_until_then(
    home: Home, until: Any
) -> None:
    from tui.state.places import CatalogPlace

    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.screen
        await pilot.press("colon", *"do")
        view.query_one("#rows").focus()
        await pilot.press("c")
        assert view.query_one("CommandLine").value == ":doc"  # type: ignore[attr-defined]
        app.go(CatalogPlace())
        await until(pilot, lambda: not view.query("CommandLine"))
        await until(pilot, lambda: app.screen.query("LineTable"))
        await pilot.press("1")
        await until(pilot, lambda: app.screen is view)
        assert getattr(view.focused, "id", "") == "rows"


def test_what_resembles_no_command_gets_the_list_of_them() -> None:
    with pytest.raises(CommandProblem, match="there are conn, cat, new"):
        parse_command("zzz")


def test_a_place_that_is_done_is_left_out_of_the_history() -> None:
    history: History[str] = History()
    for place in "abc":
        history.open(place)
    history.leave_out("b")
    assert history.current == "c"
    assert history.step(-1) == "a"
    assert history.last() == "c"
    history.leave_out("c")
    assert history.last() is None
    assert list(history) == ["a"]


async def test_conn_with_words_filters_and_run_with_a_wrong_name_names_the_nearest(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    workspace.add_connection("desk")
    workspace.add_connection("acme")
    app = ConnectApp(home)
    async with app.run_test(size=(120, 24)) as pilot:
        await until(pilot, lambda: "acme" in text(pilot))
        await pilot.press("colon", *"conn desk", "enter")
        await until(pilot, lambda: "acme" not in text(pilot))
        assert "desk" in text(pilot)
        await pilot.press("colon", *"run dessk", "enter")
        await until(pilot, lambda: "desk" in text(pilot) and "dessk" in text(pilot).splitlines()[-2])


async def test_letters_and_digits_never_leave_a_choice(home: Home, until: Any) -> None:
    from textual.app import ComposeResult

    from tui.screens.view import View
    from tui.widgets.choice_field import ChoiceField

    class Choosing(View):
        CONTEXT = "catalog"

        def crumbs(self) -> tuple[str, ...]:
            return ("Choosing",)

        def compose_view(self) -> ComposeResult:
            yield ChoiceField(("open", "closed"), "open")

    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        choosing = Choosing()
        await app.push_screen(choosing)
        await until(pilot, lambda: choosing.query("ChoiceField"))
        field = choosing.query_one(ChoiceField)
        choosing.set_focus(field)
        await pilot.press("q", "6", "z", "c")
        assert app.screen is choosing
        assert field.value == "closed"
