"""The list of connections: what it says, how it is filtered, and what its keys do, on a real database."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.home import Home
from core.practice import PRACTICE_CREDENTIALS, PracticeService
from tui.app import ConnectApp
from tui.screens.connections import ConnectionsScreen
from tui.state import labels
from tui.state.connection_rows import methods_to_ask
from tui.state.connections import ConnectionRow, detail_lines, next_keys, row_cells, sort_rows
from tui.state.filters import FilterProblem, complete_connection_filter, filter_connections

NOW = 1_800_000_000_000_000
SECOND = 1_000_000


def _row(name: str, **changes: Any) -> ConnectionRow:
    return ConnectionRow(
        **{"name": name, "connector": "practice", "revision": 1, "state": "active", **changes}
    )


def _said(lines: Any) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0s"), (12, "12s"), (180, "3m"), (7_200, "2h"), (31 * 86_400, "31d"), (10**9, "31y")],
)
def test_how_long_ago_takes_four_characters(seconds: int, said: str) -> None:
    assert labels.ago(NOW - seconds * SECOND, NOW) == said


def test_a_rule_is_named_by_its_place_and_as_people_count() -> None:
    said = [
        labels.rule(name)
        for name in ("errors[0]", "modules.files.errors[1]", "errors[11]", "errors[22]", "no")
    ]
    assert said == [
        "errors[0], the 1st rule", "modules.files.errors[1], the 2nd rule", "errors[11], the 12th rule",
        "errors[22], the 23rd rule", "no",
    ]  # fmt: skip


def test_durations_sizes_and_expiries_are_short() -> None:
    assert [labels.duration(us) for us in (0, 400, 212_000, 6_100_000, 192_000_000, None)] == [
        "0ms", "<1ms", "212ms", "6.1s", "3m12s", "–",
    ]  # fmt: skip
    assert [labels.size(count) for count in (812, 7_312, 5_000_000)] == ["812 B", "7.3 kB", "5.0 MB"]
    assert labels.until(NOW + 41 * 60 * SECOND, NOW) == ("in 41m", "warn")
    assert labels.until(NOW - 2 * 86_400 * SECOND, NOW) == ("2d ago", "bad")


def test_what_nobody_signed_in_to_asks_for_that_and_not_for_a_test() -> None:
    waiting = _row("crm", connector="shop", auth="oauth2", method="person", is_attended=True)
    assert _said([next_keys(waiting)]) == "next     a sign in · t test "
    assert "nobody has signed in" in _said(detail_lines(waiting, NOW, 80))
    for other in ({"has_tokens": True}, {"is_attended": False}, {"is_attended": None}):
        row = replace(waiting, **other)
        assert _said([next_keys(row)]).startswith("next     t test")
        assert "nobody" not in _said(detail_lines(row, NOW, 80))
    rows = [waiting, replace(waiting, method="bot"), replace(waiting, auth="bearer", method="token")]
    assert methods_to_ask(rows, {("shop", "bot"): False}) == [("shop", "person")]


def test_a_state_is_told_by_glyph_and_word() -> None:
    cells = [row_cells(_row("x", state=state), NOW, 80) for state in ("active", "draft", "error", "inactive")]
    assert [(row[0][0], row[-1][0]) for row in cells] == [
        ("●", "active"), ("◌", "draft"), ("✗", "error"), ("‖", "suspended"),
    ]  # fmt: skip


def test_an_active_connection_whose_last_test_failed_has_a_warning() -> None:
    assert row_cells(_row("x", verdict="failed"), NOW, 80)[0] == ("▲", "warn")


def test_rows_are_filtered_with_the_one_filter_language() -> None:
    rows = [_row("acme"), _row("billing", auth="oauth2", connector="stripe"), _row("crm", state="draft")]
    assert [row.name for row in filter_connections(rows, "state:active -auth:oauth2", NOW)] == ["acme"]
    assert [row.name for row in filter_connections(rows, "connector:str*", NOW)] == ["billing"]
    assert [row.name for row in filter_connections(rows, "crm", NOW)] == ["crm"]
    with pytest.raises(FilterProblem, match="connector"):
        filter_connections(rows, "conector:x", NOW)


def test_a_filter_is_completed_with_keys_and_values() -> None:
    rows = [_row("acme-desk")]
    assert complete_connection_filter("sta", rows) == "state:"
    assert complete_connection_filter("state:dr", rows) == "state:draft"
    assert complete_connection_filter("state:draft -conn:ac", rows) == "state:draft -conn:acme-desk"
    assert complete_connection_filter("zzz", rows) == ""


def test_what_needs_somebody_comes_first_when_sorted_by_state() -> None:
    rows = [_row("a"), _row("b", state="authorization_required"), _row("c", state="inactive")]
    assert [row.name for row in sort_rows(rows, 3)] == ["b", "a", "c"]


def test_the_detail_names_the_stage_that_failed_why_and_what_to_press() -> None:
    failed = {
        "stage": "probe:tickets", "verdict": "failed", "took_ms": 60, "evidence": "403 not granted",
        "hint": "grant the scope", "error_class": "permission",
    }  # fmt: skip
    said = _said(detail_lines(_row("x", verdict="failed", stages=(failed,), tested_us=NOW), NOW, 78))
    assert "tickets ✗ 403 not granted" in said
    assert "tickets: grant the scope" in said
    assert "a sign in again" in said


def test_many_hints_neither_push_the_next_keys_away_nor_are_cut_without_saying_so() -> None:
    stages = tuple(
        {"stage": f"probe:p{number}", "verdict": verdict, "evidence": "no", "hint": f"hint {number} " * 40}
        for number, verdict in enumerate(("warned", "warned", "warned", "failed"))
    )
    lines = detail_lines(_row("x", verdict="failed", stages=stages, tested_us=NOW), NOW, 78)
    assert "next" in _said(lines[1:2])
    assert len(_said(lines).split("because")) == 3
    assert "p3: hint 3" in _said(lines)
    assert "…" in _said(lines[:-1])
    assert "… and 2 hints more" in _said(lines[-1:])


async def test_the_list_shows_what_is_kept_and_nothing_steers_the_terminal(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    workspace.add_connection("[/etc]\x1b]52;c;x\x07", last_test_verdict="passed", last_test_us=workspace.now)
    workspace.add_connection("desk", state="authorization_required", expires_us=workspace.now - 10 * SECOND)
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "sign in" in text(pilot))
        assert "[/etc]␛]52" in text(pilot)
        assert "\x1b" not in text(pilot)
        assert "2 connections · 1 needs you" in text(pilot)


async def test_a_change_by_another_process_appears(workspace: Any, home: Home, until: Any, text: Any) -> None:
    workspace.add_connection("desk")
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "desk" in text(pilot))
        workspace.add_connection("later")
        await until(pilot, lambda: "later" in text(pilot))


async def test_filter_sort_mark_and_escape(workspace: Any, home: Home, until: Any, text: Any) -> None:
    for name in ("acme", "billing", "crm"):
        workspace.add_connection(name)
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "billing" in text(pilot))
        await pilot.press("slash", *"conn", "colon", *"bi*", "enter")
        await until(pilot, lambda: "1 of 3" in text(pilot))
        assert "acme" not in text(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "acme" in text(pilot))
        await pilot.press("space")
        assert "▪" in text(pilot)
        await pilot.press("escape")
        assert "▪" not in text(pilot)
        await pilot.press("comma")
        await until(pilot, lambda: "CONNECTOR↓" in text(pilot))


async def test_delete_asks_for_the_name_and_can_be_taken_back(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    workspace.add_connection("desk")
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.services.engine_is_open and "desk" in text(pilot))
        await pilot.press("D")
        await until(pilot, lambda: "Type its name" in text(pilot))
        await pilot.press(*"des", "enter")
        assert "type desk exactly" in text(pilot)
        await pilot.press("k", "enter")
        await until(pilot, lambda: "Welcome" in text(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "desk" in text(pilot) and "is back" in text(pilot))


async def test_the_last_operations_are_those_of_this_project(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    workspace.finish(workspace.begin(workspace.add_connection("desk"), "mine"))
    workspace.project = workspace.store.projects.create("other")
    workspace.finish(workspace.begin(workspace.add_connection("desk"), "theirs"))
    workspace.store.log.flush()
    app = ConnectApp(home)
    async with app.run_test(size=(160, 40)) as pilot:
        await until(pilot, lambda: "Last operations" in text(pilot))
        assert "mine" in text(pilot)
        assert "theirs" not in text(pilot)


async def test_suspend_lock_and_their_reverse(workspace: Any, home: Home, until: Any, text: Any) -> None:
    workspace.add_connection("desk")
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.services.engine_is_open and "desk" in text(pilot))
        await pilot.press("p")
        await until(pilot, lambda: "suspended" in text(pilot))
        await pilot.press("p")
        await until(pilot, lambda: "● desk" in text(pilot).replace("  ", " "))
        await pilot.press("L")
        await until(pilot, lambda: "Why?" in text(pilot))
        await pilot.press(*"audit", "enter")
        await until(pilot, lambda: "audit" in text(pilot) and "locked" in text(pilot))
        await pilot.press("D")
        await until(pilot, lambda: "desk is locked" in text(pilot))
        await pilot.press("L")
        await until(pilot, lambda: "unlocked" in text(pilot))


async def test_a_test_shows_its_stages_and_its_verdict(
    home: Home,
    practice: PracticeService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    until: Any,
    text: Any,
) -> None:
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    app = ConnectApp(home)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.services.engine_is_open)

        def set_up(engine: Any) -> None:
            secrets = {"token": PRACTICE_CREDENTIALS.token}
            engine.workspace.authentications.add("practice", "token", "agent", {}, secrets)
            variables = {"base_url": practice.base_url}
            engine.workspace.create_connection(
                "practice", "desk", authentication="agent", variables=variables
            )
            engine.workspace.activate("desk")

        await app.services.call(set_up)
        await until(pilot, lambda: "1 connection" in text(pilot))
        await pilot.press("t")
        await until(pilot, lambda: "auth ✓" in text(pilot) and "desk: passed" in text(pilot))
        await pilot.press("o")
        await until(pilot, lambda: "conn:desk" in text(pilot) and "passed" in text(pilot))


async def test_nothing_configured_greets_and_offers_the_practice_service(
    home: Home, until: Any, text: Any
) -> None:
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Welcome" in text(pilot))
        assert "try it with the practice service" in text(pilot)
        await pilot.press("t")
        await until(pilot, lambda: "there is no connection here yet" in text(pilot))


async def test_a_database_of_a_newer_version_is_said_and_the_app_stays(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    workspace.store.close()
    with sqlite3.connect(home.database) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "newer" in text(pilot))
        await pilot.press("0")
        await until(pilot, lambda: "What is kept" in text(pilot))


def test_no_seconds_are_said_where_nothing_counts_them() -> None:
    assert [labels.age(NOW - seconds * SECOND, NOW) for seconds in (0, 59, 60)] == ["now", "now", "1m"]
    assert [labels.since(NOW - seconds * SECOND, NOW) for seconds in (9, 61)] == ["just now", "1m ago"]
    assert labels.until(NOW + 5 * SECOND, NOW) == ("in <1m", "warn")
    assert labels.until(NOW - 5 * SECOND, NOW) == ("now", "bad")


async def test_how_long_ago_it_was_goes_on_and_nothing_is_drawn_that_says_the_same(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    stages = ({"stage": "dns", "verdict": "passed", "took_ms": 4, "evidence": "127.0.0.1"},)
    desk = workspace.add_connection(
        "desk", last_test_verdict="passed", last_test_us=workspace.now, last_test_stages=stages
    )
    workspace.add_connection("idle")
    workspace.finish(workspace.begin(desk))
    workspace.store.log.flush()
    clock = [workspace.now]
    app = ConnectApp(home, now_us=lambda: clock[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "desk" in text(pilot) and "just now" in text(pilot))
        screen = app.screen
        assert isinstance(screen, ConnectionsScreen)
        assert screen.show_times() == 0
        clock[0] += 30 * SECOND
        assert screen.show_times() == 0
        clock[0] += 120 * SECOND
        assert screen.show_times() == 1
        await until(pilot, lambda: "test 2m ago" in text(pilot))
        assert screen.show_times() == 0
