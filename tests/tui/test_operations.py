"""The log of operations and one operation in full, on a real database that is written to meanwhile."""

import json
import random
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.home import Home
from storage.records import Body, Exchange
from tui.app import ConnectApp
from tui.state.body_document import build_document
from tui.state.copies import curl_command
from tui.state.document import HexDocument, TextDocument, json_spans, pretty_json
from tui.state.log_window import BLOCK, LONGEST, LogWindow, newest_window, oldest_window
from tui.state.places import OperationsPlace
from tui.widgets.body_view import BodyView


def _app_rows(app: ConnectApp) -> list[str]:
    return [row.name for row in app.screen.log_shown.window.rows]  # type: ignore[attr-defined]


def test_a_window_grows_at_both_ends_by_key_and_never_beyond_its_length(workspace: Any, home: Home) -> None:
    desk = workspace.add_connection("desk")
    workspace.log(desk, BLOCK + 40)
    from storage.reading import open_reading, parse_filter

    with open_reading(home.database) as reading:
        everything = parse_filter("")
        window = newest_window(reading, everything)
        assert (len(window.rows), window.at_oldest, window.at_newest) == (BLOCK, False, True)
        block = reading.operations_block(everything, before_seq=window.first_seq, limit=BLOCK)
        assert window.add_older(list(reversed(block))) == 40
        assert window.at_oldest
        assert [row.name for row in window.rows] == [f"op-{number}" for number in range(BLOCK + 40)]
        oldest = oldest_window(reading, everything)
        assert (oldest.rows[0].name, oldest.at_newest) == ("op-0", False)


def test_a_long_window_drops_rows_at_the_other_end(workspace: Any) -> None:
    done = workspace.finish(workspace.begin(workspace.add_connection("desk")))
    rows = [type(done)(**{**_fields(done), "seq": seq}) for seq in range(1, LONGEST + 400)]
    window = LogWindow(rows[300 : LONGEST + 100])
    assert window.add_newer(rows[LONGEST + 100 : LONGEST + 399]) == -99
    assert (window.at_oldest, window.at_newest) == (False, True)
    assert window.index_of(5_000) is None
    assert window.rows[window.index_of(1_000) or 0].seq == 1_000


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def test_curl_names_its_secrets_and_quotes_the_rest() -> None:
    exchange = Exchange(
        "op", 1, "POST", "https://api.x/t?q=a b&api_key=•••", 0, 0,
        (("Authorization", "Bearer •••"), ("X-Note", "it's $HOME"), ("Host", "api.x")),
        request_body=Body(b'{"a": "it\'s"}', 13, "application/json"),
    )  # fmt: skip
    said = curl_command(exchange)
    assert said.startswith("curl -X POST 'https://api.x/t?q=a b&api_key='\"$API_KEY\"")
    assert "'Authorization: Bearer '\"$AUTHORIZATION\"" in said
    assert "Host" not in said
    assert "•••" not in said


def test_a_shell_reads_the_curl_command_as_it_was_meant(tmp_path: Any) -> None:
    import subprocess

    exchange = Exchange(
        "op", 1, "GET", "https://api.x/t?token=•••&x=$(id)", 0, 0, (("X-Key", "•••"), ("X-Note", "it's `id`"))
    )
    script = curl_command(exchange).replace("curl", "printf '%s\\n'", 1)
    environment = {"TOKEN": "t-1", "X_KEY": "k-1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.splitlines() == [
        "https://api.x/t?token=t-1&x=$(id)", "-H", "X-Key: k-1", "-H", "X-Note: it's `id`",
    ]  # fmt: skip


@given(st.text())
def test_the_tones_of_json_leave_every_character(text: str) -> None:
    assert "".join(piece for piece, _ in json_spans(text)) == text


def test_json_is_made_pretty_and_what_is_not_stays() -> None:
    assert (
        pretty_json(b'{"a":[1,12345678901234567890]}')
        == b'{\n  "a": [\n    1,\n    12345678901234567890\n  ]\n}'
    )
    assert pretty_json(b'{"a": ') is None
    assert build_document(b'{"a": ').text(0) == '{"a": '


def test_bytes_are_shown_as_bytes_and_can_be_searched() -> None:
    document = build_document(bytes(range(256)))
    assert isinstance(document, HexDocument)
    assert document.text(4).startswith("00000040  40 41 42")
    assert document.find("pqr", -1, 1) == 5
    assert document.find("pqr", 5, 1) == 7


def test_a_search_goes_forth_and_back_and_ends() -> None:
    document = TextDocument("one\ntwo\nONE more\nthree")
    assert [document.find("one", line, 1) for line in (-1, 0, 2)] == [0, 2, None]
    assert [document.find("one", line, -1) for line in (3, 2, 0)] == [2, 0, None]


async def test_the_log_shows_what_failed_and_why(workspace: Any, home: Home, until: Any, text: Any) -> None:
    workspace.log(workspace.add_connection("desk"), 30, failed=frozenset({4, 20}))
    app = ConnectApp(home)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: "op-29" in text(pilot) and "following" in text(pilot))
        await pilot.press("E")
        await until(pilot, lambda: "▌" in text(pilot) and "the scope tickets is missing" in text(pilot))
        assert app.screen.current.name == "op-20"  # type: ignore[attr-defined]
        await pilot.press("E")
        await until(pilot, lambda: app.screen.current.name == "op-4")  # type: ignore[attr-defined]
        await pilot.press("E")
        await until(pilot, lambda: "no earlier one failed" in text(pilot))
        await pilot.press("e")
        await until(pilot, lambda: app.screen.current.name == "op-20")  # type: ignore[attr-defined]


async def test_a_filter_says_how_many_of_how_many(workspace: Any, home: Home, until: Any, text: Any) -> None:
    workspace.log(workspace.add_connection("desk"), 12, failed=frozenset({3}))
    app = ConnectApp(home)
    async with app.run_test(size=(100, 30)) as pilot:
        app.go(OperationsPlace("state:failed"))
        await until(pilot, lambda: "1 of 12" in text(pilot))
        assert _app_rows(app) == ["op-3"]
        await pilot.press("slash", "end", *"xx", "colon", "enter")
        await until(pilot, lambda: "did you mean state:failed?" in text(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "12 ·" in text(pilot))


async def test_new_operations_are_followed_or_counted(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    desk = workspace.add_connection("desk")
    workspace.log(desk, 5)
    app = ConnectApp(home)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: "op-4" in text(pilot))
        running = workspace.begin(desk, "late-one")
        await until(pilot, lambda: "late-one" in text(pilot) and "running" in text(pilot))
        assert app.screen.current.name == "late-one"  # type: ignore[attr-defined]
        workspace.finish(running)
        workspace.store.log.flush()
        await until(pilot, lambda: "running" not in text(pilot))
        await pilot.press("k")
        workspace.finish(workspace.begin(desk, "later-one"))
        workspace.store.log.flush()
        await until(pilot, lambda: "▼ 1 new" in text(pilot))
        assert app.screen.current.name == "op-4"  # type: ignore[attr-defined]
        await pilot.press("F")
        await until(pilot, lambda: app.screen.current.name == "later-one")  # type: ignore[attr-defined]


async def test_the_cursor_reaches_both_ends_of_a_long_log(workspace: Any, home: Home, until: Any) -> None:
    workspace.log(workspace.add_connection("desk"), BLOCK + 100)
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: getattr(app.screen, "current", None) is not None)
        await pilot.press("g")
        await until(pilot, lambda: app.screen.current.name == "op-0")  # type: ignore[attr-defined]
        await pilot.press("G")
        await until(pilot, lambda: app.screen.current.name == f"op-{BLOCK + 99}")  # type: ignore[attr-defined]
        for _ in range(40):
            await pilot.press("pageup")
        await until(pilot, lambda: app.screen.current.name == "op-0")  # type: ignore[attr-defined]


async def test_one_operation_opens_with_request_response_timeline_and_log(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    desk = workspace.add_connection("desk")
    body = json.dumps({"name": "Caf\u00e9 \u202e[/b]", "list": list(range(40))}).encode()
    workspace.finish(workspace.begin(desk), failed=True, body=body)
    workspace.store.log.flush()
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: "list-tickets" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: '"name"' in text(pilot) and "403" in text(pilot))
        await pilot.press("slash", *"39", "enter")
        await until(pilot, lambda: "39" in text(pilot))
        await pilot.press("left")
        await until(pilot, lambda: "authorization  •••" in text(pilot))
        await pilot.press("left")
        await until(pilot, lambda: "page 1 read" in text(pilot))
        await pilot.press("left")
        await until(pilot, lambda: "━" in text(pilot) and "in all" in text(pilot))
        assert {"y", "c", "j", "u"} <= set(app.screen.copies())  # type: ignore[attr-defined]
        await pilot.press("escape")
        await until(pilot, lambda: type(app.screen).__name__ == "OperationsScreen")


async def test_copying_says_which_way_was_taken(
    workspace: Any, home: Home, until: Any, text: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    workspace.log(workspace.add_connection("desk"), 1)
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: "op-0" in text(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "c curl" in text(pilot))
        await pilot.press("c")
        await until(pilot, lambda: "copied curl through the terminal" in text(pilot))
        assert app.clipboard.startswith("curl ")


async def test_five_megabytes_of_json_open_sooner_than_they_are_written_anew(
    home: Home, until: Any, cost: Any
) -> None:
    rows = [{"id": number, "name": f"customer {number}", "open": True} for number in range(95_000)]
    body = json.dumps(rows).encode()
    assert len(body) > 5_000_000
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        view = BodyView()
        await app.screen.mount(view)
        await until(pilot, lambda: view.size.height > 0)
        started = time.process_time()
        view.show_body(body, [[("200 ", "good"), ("──", "faint")]])
        view.render_line(0)
        took = time.process_time() - started
        view.action_do("last")
        keys = time.process_time()
        for _ in range(20):
            view.scroll_rows(random.Random(1).choice((-1, 1)))
            for y in range(view.size.height):
                view.render_line(y)
        each = (time.process_time() - keys) / 20
        await pilot.pause()
    written = cost(lambda: json.dumps(rows, indent=2))
    assert took < 2 * written
    assert each < written / 4
