"""Four screens as pictures at 80x24, with a clock that stands still: what changed in one is seen at once.

`pytest --snapshot-update` takes them again; they are looked at before they are committed.
"""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.home import Home
from tui.app import ConnectApp
from tui.screens.run.bench import Bench
from tui.state.live import Live
from tui.state.places import ExchangePlace, RunPlace
from tui.terminal import screen_text

NOW = 1_790_000_000_000_000
SECOND = 1_000_000
SIZE = (80, 24)
BODY = b'{"error": {"category": "MISSING_SCOPES", "message": "the scope tickets is missing"}}'
STAGES = tuple(
    {"stage": stage, "verdict": "passed", "took_ms": took_ms, "evidence": evidence}
    for stage, took_ms, evidence in (
        ("inputs", 0, "all present"), ("dns", 4, "192.0.2.7"), ("tcp", 11, "connected, port 443"),
        ("tls", 19, "TLSv1.3"), ("auth", 23, "accepted as agent@practice"), ("probe:tickets", 31, "1 ticket read"),
    )
)  # fmt: skip


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("NO_COLOR", "COLORTERM", "TMUX", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def app_of(home: Home) -> ConnectApp:
    return ConnectApp(home, now_us=lambda: NOW)


async def seen(pilot: Pilot[Any], *texts: str) -> None:
    """Wait until all of this is on the screen, the engine is open, and the screen stays as it is."""
    before = ""
    for _ in range(1_000):
        await pilot.pause(0.02)
        now = screen_text(pilot.app)
        if now == before and pilot.app.services.engine_is_open and all(text in now for text in texts):  # type: ignore[attr-defined]
            return
        before = now
    pytest.fail(f"never came: {texts}\n{before}")


def test_the_greeting(snap_compare: Any, home: Home) -> None:
    async def open_it(pilot: Pilot[Any]) -> None:
        await seen(pilot, "Welcome")

    assert snap_compare(app_of(home), terminal_size=SIZE, run_before=open_it)


def test_a_connection_that_was_tested(snap_compare: Any, home: Home, workspace: Any) -> None:
    workspace.now = NOW
    workspace.add_connection(
        "acme-desk",
        variables={"base_url": "https://desk.example/api"},
        last_test_verdict="passed",
        last_test_us=NOW - 180 * SECOND,
        last_test_stages=STAGES,
        expires_us=NOW + 41 * 86_400 * SECOND,
    )
    workspace.add_connection("billing", state="authorization_required")
    workspace.add_connection("crm", state="inactive", locked_reason="the audit is on")

    async def open_it(pilot: Pilot[Any]) -> None:
        await seen(pilot, "acme-desk", "3 connections", "auth ✓ 23ms")

    assert snap_compare(app_of(home), terminal_size=SIZE, run_before=open_it)


def test_what_a_failed_operation_sent_and_received(snap_compare: Any, home: Home, workspace: Any) -> None:
    workspace.now = NOW
    desk = workspace.add_connection("acme-desk")
    for number, failed in enumerate((False, True, True)):
        begun = workspace.begin(desk, ago_s=1_200 - 600 * number, id=f"op_01M8{number}AB3CD4EF5GH6JK7MN8PQ")
        workspace.finish(begun, failed=failed, body=BODY)
    workspace.store.log.flush()
    app = app_of(home)

    async def open_it(pilot: Pilot[Any]) -> None:
        await seen(pilot, "acme-desk")
        app.go(ExchangePlace(begun.id))
        await seen(pilot, "MISSING_SCOPES", "the last success was", "when     2026")

    assert snap_compare(app, terminal_size=SIZE, run_before=open_it)


def test_the_result_of_a_run(snap_compare: Any, home: Home, desk: str) -> None:
    app = app_of(home)

    async def open_it(pilot: Pilot[Any]) -> None:
        await seen(pilot, desk)
        app.go(RunPlace(desk, "list-tickets"))
        await seen(pilot, "records on a page")
        await pilot.press("ctrl+r")
        await seen(pilot, "✓ done", "limit 5", "25 records")
        running: Any = app.screen._active  # type: ignore[attr-defined]
        running.live = _standing_still(running.live)
        app.screen.query_one(Bench).show_live(running.live)
        await seen(pilot, "✓ done  20ms", "200   8ms")

    assert snap_compare(app, terminal_size=SIZE, run_before=open_it)


def _standing_still(live: Live) -> Live:
    return replace(live, took_ms=20, calls=tuple(replace(one, took_ms=8) for one in live.calls))


def test_no_picture_names_this_machine() -> None:
    pictures = list((Path(__file__).parent / "__snapshots__" / "test_snapshots").iterdir())
    assert len(pictures) == 4
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w/.])/(home|root|tmp|work|Users|var)/", text)
        assert not re.search(rf"\b{re.escape(socket.gethostname())}\b", text) or len(socket.gethostname()) < 3
        assert not re.search(r"127\.0\.0\.1:[02-9]\d{3,}", text)
