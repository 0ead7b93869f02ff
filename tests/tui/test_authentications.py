"""The list of authentications: what breaks first, what each row and its detail say, without a screen."""

from typing import Any

import pytest

from core.root import open_engine
from storage.reading import open_reading
from tui.state.authentication_detail import detail_lines, missing_scopes, wide_lines
from tui.state.authentication_facts import MethodFacts, read_method
from tui.state.authentication_rows import read_rows
from tui.state.authentications import (
    SORTS,
    AuthenticationRow,
    due,
    expiry_cell,
    judged,
    note,
    refresh_cell,
    sort_rows,
)
from tui.state.filters import complete_authentication_filter, filter_authentications
from tui.state.refreshing import Refreshing

NOW = 1_800_000_000_000_000
HOUR = 3_600_000_000
DAY = 24 * HOUR


def _row(name: str, **changes: Any) -> AuthenticationRow:
    given = {"name": name, "connector": "shop", "method": "person", "kind": "oauth2", "used_by": ("desk",)}
    return judged(AuthenticationRow(**{**given, **changes}), NOW)


def _tokens(name: str, **changes: Any) -> AuthenticationRow:
    return _row(name, **{"has_tokens": True, "is_attended": True, **changes})


def _said(lines: Any) -> str:
    return "\n".join("".join(text for text, _ in line) for line in lines)


def test_what_needs_somebody_comes_first_then_whatever_ends_soonest_then_what_renews_itself() -> None:
    rows = [
        _row("key", kind="bearer"),
        _tokens("robot", is_attended=False, expires_us=NOW + HOUR),
        _tokens("crm", expires_us=NOW + HOUR, refresh_expires_us=NOW + 20 * DAY),
        _row("erp", kind="mtls", certificate_us=NOW + 12 * DAY),
        _tokens("shaky", failures=2, expires_us=NOW + HOUR),
        _tokens("doubt", rotation_us=NOW - HOUR),
        _tokens("gone", expires_us=NOW - HOUR),
        _tokens("dead", state="authorization_required", expires_us=NOW - DAY),
        _row("unused-dead", state="authorization_required", used_by=()),
    ]
    assert [row.name for row in sort_rows(rows)] == [
        "dead", "gone", "unused-dead", "doubt", "shaky", "erp", "crm", "robot", "key",
    ]  # fmt: skip


def test_every_order_keeps_all_rows_and_lets_names_decide_what_is_equal() -> None:
    rows = [_row("b"), _row("a"), _row("c")]
    for order in range(len(SORTS)):
        assert [row.name for row in sort_rows(rows, order)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("row", "standing"),
    [
        (_row("x", is_attended=True), "sign_in"),
        (_row("x", is_attended=None), "ready"),
        (_row("x", is_attended=False), "ready"),
        (_row("x", used_by=()), "unused"),
        (_tokens("x", is_attended=False, expires_us=NOW - 1), "ready"),
        (_tokens("x", kind="session", is_attended=None, expires_us=NOW - 1), "ready"),
        (_tokens("x", expires_us=NOW), "expired"),
        (_tokens("x", expires_us=NOW - 1, refresh_expires_us=NOW + DAY), "ready"),
        (_tokens("x", expires_us=NOW + DAY, refresh_expires_us=NOW - 1), "expired"),
        (_row("x", kind="mtls", certificate_us=NOW - DAY), "expired"),
    ],
)
def test_how_one_stands_says_whether_somebody_has_to_act(row: AuthenticationRow, standing: str) -> None:
    assert row.standing == standing
    assert row.needs_person is (standing in ("sign_in", "expired"))


def test_the_cell_tells_the_end_that_breaks_and_calms_where_a_token_is_replaced_by_itself() -> None:
    assert expiry_cell(_tokens("x", expires_us=NOW + HOUR), NOW) == ("in 1h", "warn")
    assert expiry_cell(_tokens("x", is_attended=False, expires_us=NOW + HOUR), NOW) == ("in 1h", "quiet")
    assert expiry_cell(_tokens("x", is_attended=False, expires_us=NOW - HOUR), NOW) == ("at use", "quiet")
    assert expiry_cell(_row("x", kind="mtls", certificate_us=NOW + 12 * DAY), NOW) == ("cert 12d", "")
    assert expiry_cell(_row("x"), NOW) == ("–", "quiet")
    assert refresh_cell(_tokens("x", refreshed_us=NOW - HOUR, failed_us=NOW), NOW) == ("✗ 0s", "bad")
    assert refresh_cell(_tokens("x", refreshed_us=NOW - HOUR), NOW) == ("✓ 1h", "quiet")


def test_what_ends_within_a_day_is_parted_by_whether_it_can_be_refreshed() -> None:
    rows = [
        _tokens("soon", expires_us=NOW + HOUR),
        _tokens("later", expires_us=NOW + 2 * DAY),
        _tokens("login", expires_us=NOW + 2 * DAY, refresh_expires_us=NOW + HOUR),
        _tokens("dead", state="authorization_required", expires_us=NOW - HOUR),
        _row("erp", kind="mtls", certificate_us=NOW + HOUR),
    ]
    able, unable = due(rows, NOW)
    assert [row.name for row in able] == ["soon", "login"]
    assert [row.name for row in unable] == ["dead", "erp"]
    assert _said([note(rows, NOW)]) == "5 kept · 1 needs you · 3 end in 24 h"


def test_the_detail_says_why_a_refresh_failed_and_when_one_was_cut_off() -> None:
    row = _tokens("crm", failed_us=NOW - HOUR, failures=3, error="no route", rotation_us=NOW - HOUR)
    said = _said(detail_lines(row, None, NOW, 78))
    assert "a refresh was cut off at 20" in said
    assert "failed 1h ago, 3 times: no route" in said
    assert "used by  desk" in said
    assert "T refresh now" in said


def test_scopes_are_told_as_granted_and_missing_with_who_needs_them() -> None:
    facts = MethodFacts(is_attended=True, needs={"read": ("test me",), "orders": ("a", "b", "c", "d", "e")})
    row = _tokens("crm", scopes=("read",))
    assert missing_scopes(row, facts) == ["orders"]
    assert "missing  orders for a, b, c and 2 more" in _said(detail_lines(row, facts, NOW, 78))
    wide = _said(wide_lines(row, facts, 78))
    assert "✓ read  test me" in wide
    assert "✗ orders" in wide
    untold = _tokens("crm", scopes=None)
    assert missing_scopes(untold, facts) == []
    assert "what was granted is not known" in _said(detail_lines(untold, facts, NOW, 78))


def test_a_missing_scope_says_how_it_can_be_had() -> None:
    needs = {"orders": ("list-orders",)}
    row = _tokens("crm", scopes=("read",))

    def said(row: AuthenticationRow, **facts: Any) -> str:
        return _said(detail_lines(row, MethodFacts(needs=needs, **facts), NOW, 200))

    assert "a signs in again and asks for orders" in said(row, is_attended=True, asked=("orders",))
    assert "T asks for orders" in said(row, is_attended=False, asked=("orders",))
    assert """auth edit crm --set scopes:='["orders"]', then a signs in""" in said(
        row, is_attended=True, optional=("orders",)
    )
    chosen = _tokens("crm", scopes=("read",), values={"scopes": ["orders"]})
    assert "a signs in again and asks for orders" in said(chosen, is_attended=True, optional=("orders",))
    assert "no sign-in with person asks for it" in said(row, is_attended=True)


def test_rows_are_filtered_with_the_one_filter_language() -> None:
    rows = [
        _tokens("crm", scopes=("read", "orders"), expires_us=NOW + DAY),
        _row("key", kind="bearer", used_by=(), app="own-app"),
        _row("dead", state="authorization_required"),
    ]

    def names(text: str) -> list[str]:
        return [row.name for row in filter_authentications(rows, text, NOW)]

    assert names("state:signin") == names("is:error") == ["dead"]
    assert names("is:used -state:sign_in") == ["crm"]
    assert names("scope:orders") == ["crm"]
    assert names("kind:bearer app:own*") == ["key"]
    assert names("conn:desk") == ["crm", "dead"]
    assert complete_authentication_filter("scope:or", rows) == "scope:orders"
    assert complete_authentication_filter("state:un", rows) == "state:unused"


def test_rows_know_who_uses_them_and_what_ends(workspace: Any) -> None:
    workspace.add_connection("desk", expires_us=workspace.now)
    with open_reading(workspace.home.database) as reading:
        row = read_rows(reading, workspace.project.id)[0]
    assert (row.name, row.used_by, row.expires_us) == ("desk-key", ("desk",), workspace.now)


async def test_a_connector_that_cannot_tell_says_why(home: Any) -> None:
    engine = open_engine(home)
    try:
        assert "nowhere" in read_method(engine, ("nowhere", "token")).problem
        assert "no method gone" in read_method(engine, ("practice", "gone")).problem
        assert read_method(engine, ("practice", "token")).is_attended is False
    finally:
        await engine.close()


def test_a_refresh_of_several_says_how_far_it_is_and_how_it_ended() -> None:
    run = Refreshing(["a", "b", "c"])
    assert run.progress == "refreshing: 0 of 3"
    run.done.append("a")
    run.failed["b"] = "no route"
    assert run.progress == "refreshing: 2 of 3, 1 failed"
    run.done.append("c")
    assert run.result == ("2 refreshed, 1 failed: b: no route", "warn")
    assert Refreshing([]).result == ("refreshed: 0 authentications", "good")


def test_a_refresh_token_that_ends_unused_is_on_the_board() -> None:
    crm = _tokens("crm", idle_expires_us=NOW + 20 * DAY)
    assert [row.name for row in sort_rows([_row("key"), crm])] == ["crm", "key"]
    assert (crm.renews_itself, expiry_cell(crm, NOW)[0]) == (True, "in 20d")
    assert due([crm], NOW, 19 * DAY) == ([], [])
    assert due([crm], NOW, 21 * DAY) == ([crm], [])
    assert "refresh token in 20d unless it is used" in _said(detail_lines(crm, None, NOW, 100))
    assert "ends unused" in _said(wide_lines(crm, None, 100))
    assert _tokens("gone", idle_expires_us=NOW - DAY).standing == "expired"
