"""The log by keys: slow ones, retries and limits, since when something fails, one operation as a file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.home import Home
from storage.ids import new_id
from storage.reading import open_reading
from storage.records import Counts
from tui.app import ConnectApp
from tui.state import streaks
from tui.state.streaks import Streak, find_streak, streak_said

SECOND = 1_000_000


def _at(app: ConnectApp, name: str) -> Any:
    return lambda: getattr(app.screen, "current", None) is not None and app.screen.current.name == name  # type: ignore[attr-defined]


async def test_w_goes_to_retries_and_limits_and_s_to_slow_ones(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    desk = workspace.add_connection("desk")
    plain: dict[str, Any] = {}
    kinds = {
        3: {"counts": Counts(requests=3, retries=2)},
        6: {"took_us": 2 * SECOND},
        9: {"failed": True, "error_class": "limit"},
        12: {"took_us": 5 * SECOND},
    }
    for number in range(15):
        workspace.finish(workspace.begin(desk, f"op-{number}"), **kinds.get(number, plain))
    workspace.store.log.flush()
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await until(pilot, _at(app, "op-14"))
        for key, name in (("W", "op-9"), ("W", "op-3"), ("w", "op-9"), ("s", "op-12"), ("S", "op-6")):
            await pilot.press(key)
            await until(pilot, _at(app, name))
        await pilot.press("S")
        await until(pilot, lambda: "no earlier one was slow" in text(pilot))
        await pilot.press("G", "w")
        await until(pilot, lambda: "no later one was tried again or met a limit" in text(pilot))


def _fail(workspace: Any, desk: Any, ago_s: int, **changes: Any) -> Any:
    done = workspace.finish(workspace.begin(desk, "sync", ago_s), failed=True, **changes)
    workspace.store.log.flush()
    return done


def _streak(workspace: Any) -> Streak:
    from storage.reading import parse_filter

    with open_reading(workspace.home.database) as reading:
        return find_streak(reading, reading.operations_block(parse_filter("op:sync"), limit=1)[0])


def test_a_streak_goes_back_to_the_last_success_of_the_same_operation(workspace: Any) -> None:
    desk, other = workspace.add_connection("desk"), workspace.add_connection("other")
    _fail(workspace, desk, 900)
    success = workspace.finish(workspace.begin(desk, "sync", 800))
    first = _fail(workspace, desk, 700)
    workspace.finish(workspace.begin(other, "sync", 650))
    workspace.finish(workspace.begin(desk, "another", 640))
    _fail(workspace, desk, 600, error_class="network")
    _fail(workspace, desk, 500)
    assert _streak(workspace) == Streak(first.started_us, 2, ends=True, success_us=success.started_us)


def test_a_streak_of_another_project_is_another_one(workspace: Any) -> None:
    desk = workspace.add_connection("desk")
    project = workspace.store.projects.create("second")
    begun = replace(workspace.begin(desk, "sync", 700), id=new_id("op"), project_id=project.id)
    workspace.store.log.begin(begun)
    workspace.finish(begun)
    last = _fail(workspace, desk, 600)
    assert _streak(workspace) == Streak(last.started_us, 1, ends=True, success_us=None)


def test_a_streak_is_looked_for_only_so_far(workspace: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(streaks, "LOOKED_BACK", 3)
    desk = workspace.add_connection("desk")
    for ago in (900, 800, 700, 600, 500):
        _fail(workspace, desk, ago)
    found = _streak(workspace)
    assert (found.times, found.ends, found.success_us) == (4, False, None)


def test_a_streak_is_looked_up_by_an_index(workspace: Any) -> None:
    _fail(workspace, workspace.add_connection("desk"), 1)
    from storage.reading import parse_filter, to_sql

    condition, parameters = to_sql(parse_filter('conn:"desk" op:"sync"'), 0)
    with open_reading(workspace.home.database) as reading:
        plan = reading._source.rows(
            f"EXPLAIN QUERY PLAN SELECT * FROM operation WHERE {condition} AND seq < ? ORDER BY seq DESC LIMIT 9",
            (*parameters, 9),
        )
    said = " ".join(row[3] for row in plan)
    assert "operation_connection_name" in said
    assert "TEMP B-TREE" not in said


def test_a_streak_says_since_when_how_often_and_when_it_last_went_well() -> None:
    now = 1_800_000_000 * SECOND

    def said(**changes: Any) -> str:
        return streak_said(replace(Streak(now - 60 * SECOND, 188, True, now - 120 * SECOND), **changes), now)

    assert "first seen" in said()
    assert "187 times since; the last success was" in said()
    assert said(times=1).startswith("for the first time; the last success was")
    assert said(success_us=None).endswith("it never succeeded before")
    assert "more than 187 times" in said(success_us=None, ends=False)


async def test_the_detail_of_a_failed_operation_says_since_when(
    workspace: Any, home: Home, until: Any, text: Any
) -> None:
    desk = workspace.add_connection("desk")
    workspace.finish(workspace.begin(desk, "sync", 900))
    for ago in (600, 500, 400):
        _fail(workspace, desk, ago)
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: "2 times since; the last success was" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: type(app.screen).__name__ == "ExchangeScreen")
        await until(pilot, lambda: "2 times since; the last success was" in text(pilot))


async def test_x_writes_one_operation_as_the_command_prints_it_for_its_owner_alone(
    workspace: Any, home: Home, until: Any, text: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    done = workspace.finish(workspace.begin(workspace.add_connection("desk"), "sync"), failed=True)
    workspace.store.log.flush()
    path = tmp_path / f"{done.id}.json"
    app = ConnectApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("6")
        await until(pilot, _at(app, "sync"))
        await pilot.press("x")
        await until(pilot, lambda: "Write this operation to which file?" in text(pilot))
        await pilot.press("enter")
        await until(pilot, path.exists)
        await until(pilot, lambda: "bytes in" in text(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "Write this operation to which file?" in text(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "it is there already" in text(pilot))
    assert path.stat().st_mode & 0o777 == 0o600
    written = json.loads(path.read_text())
    assert (written["id"], written["error"]["class"], written["project"]) == (
        done.id,
        "permission",
        "default",
    )
    assert written["exchanges"][0]["response"]["body"] == '{"ok": true}'
    assert written["log"][0]["text"] == "page 1 read"


async def test_x_writes_the_connections_that_are_listed_or_marked(
    workspace: Any, home: Home, until: Any, text: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("desk", "other", "third"):
        workspace.add_connection(name)
    app = ConnectApp(home)

    async def export(pilot: Any, name: str) -> list[str]:
        await pilot.press("x")
        await until(pilot, lambda: "to which file?" in text(pilot))
        await pilot.press("ctrl+u", *name, "enter")
        await until(pilot, (tmp_path / name).exists)
        await until(pilot, lambda: f"bytes in {name}" in text(pilot))
        return [row["name"] for row in json.loads((tmp_path / name).read_text())]

    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "third" in text(pilot))
        assert await export(pilot, "all.json") == ["desk", "other", "third"]
        await pilot.press("j", "space")
        assert await export(pilot, "one.json") == ["other"]
    assert (tmp_path / "one.json").stat().st_mode & 0o777 == 0o600
