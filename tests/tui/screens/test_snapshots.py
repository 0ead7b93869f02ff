"""A few screens as pictures, with a clock that stands still: what changed in one is seen at once.

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
from storage.records import Authentication, Certificate, Connection, ProviderApp
from tui.app import ConnectApp
from tui.screens.run.bench import Bench
from tui.state.live import Live
from tui.state.places import (
    AppsPlace,
    AuthenticationsPlace,
    CertificatesPlace,
    ExchangePlace,
    RunPlace,
    SecretsPlace,
)
from tui.terminal import screen_text

NOW = 1_790_000_000_000_000
SECOND = 1_000_000
DAY = 86_400 * SECOND
SIZE = (80, 24)
SHOP = """
schema: connect/1
handle: shop
name: Shop
revision: 1
type: api
summary: A shop with orders.
http: {base_url: https://shop.example}
auth:
  person:
    kind: oauth2
    grants: [authorization_code, refresh_token]
    authorize_url: https://shop.example/authorize
    token_url: https://shop.example/token
    scopes: [read, orders]
    test: [{name: me, request: {path: /me}, needs_scope: read}]
  certificate: {kind: mtls, test: [{name: me, request: {path: /me}}]}
operations:
  get-me: {request: {path: /me}, scopes: [read]}
  list-orders: {request: {path: /orders}, scopes: [orders]}
"""
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


@pytest.mark.parametrize("size", [SIZE, (200, 50)], ids=["80x24", "200x50"])
def test_the_authentications_by_what_breaks_first(
    snap_compare: Any, home: Home, workspace: Any, size: tuple[int, int]
) -> None:
    (home.connectors / "shop.yaml").write_text(SHOP, encoding="utf-8")
    keep_authentications(workspace)
    app = app_of(home)

    async def open_it(pilot: Pilot[Any]) -> None:
        await seen(pilot, "crm-prod")
        app.go(AuthenticationsPlace("crm"))
        await seen(pilot, "6 kept · 2 need you · 1 ends in 24 h", "missing  orders for list-orders")

    assert snap_compare(app, terminal_size=size, run_before=open_it)


@pytest.mark.parametrize("size", [SIZE, (200, 50)], ids=["80x24", "200x50"])
@pytest.mark.parametrize("tab", ["apps", "certificates", "secrets"])
def test_a_tab_of_the_workspace(
    snap_compare: Any, home: Home, workspace: Any, size: tuple[int, int], tab: str
) -> None:
    keep_what_others_stand_on(workspace)
    place, texts = {
        "apps": (AppsPlace("hubspot-ours"), ("2 apps · 1 not used", "secret, in the vault")),
        "certificates": (CertificatesPlace("erp-client"), ("1 expired · 1 ends in 24 h", "valid until")),
        "secrets": (
            SecretsPlace("app hubspot-ours client_secret"),
            ("6 secrets · 3 elsewhere", "comes from"),
        ),
    }[tab]
    app = app_of(home)

    async def open_it(pilot: Pilot[Any]) -> None:
        await seen(pilot, "erp")
        app.go(place)
        await seen(pilot, *texts)

    assert snap_compare(app, terminal_size=size, run_before=open_it)


def keep_what_others_stand_on(workspace: Any) -> None:
    """Two provider apps, three certificates, and a connection that uses one of each."""
    workspace.now = NOW
    store, project = workspace.store, workspace.project.id
    for name, provider, values, secrets in (
        (
            "hubspot-ours",
            "hubspot",
            {"scopes_url": "https://ours.example/scopes"},
            {"client_secret": "vault:one"},
        ),
        ("idp", "login.example.com", {}, {"private_key": "ref:op:Shared/idp/key"}),
    ):
        store.apps.add(ProviderApp(
            f"app_{name}", project, name, provider, f"{name}-8f1c0a", values, secrets, NOW - 90 * DAY, NOW - 9 * DAY
        ))  # fmt: skip
    for name, start, end, where in (
        ("erp-client", NOW - 90 * DAY, NOW + DAY // 2, "vault:two"),
        ("old-bank", NOW - 400 * DAY, NOW - 35 * DAY, "ref:file:/etc/pki/bank.pem"),
        ("next-bank", NOW - 2 * DAY, NOW + 363 * DAY, "vault:three"),
    ):
        store.certificates.add(Certificate(
            f"crt_{name}", project, name, f"CN={name},O=Acme GmbH,C=DE", "CN=Acme Issuing CA 3", "6f01", {"certificate": where},
            start, end, NOW - 90 * DAY, NOW - 90 * DAY,
        ))  # fmt: skip
    row = workspace.add_connection("erp", certificate="crt_erp-client", secrets={"key": "ref:env:ERP_KEY"})
    store.authentications.note(row.authentication, provider_app="app_hubspot-ours")


def keep_authentications(workspace: Any) -> None:
    """One that has to sign in, one in doubt, one that ends soon, a certificate, a key, and one unused."""
    made = Authentication(
        id="", project_id=workspace.project.id, name="", connector="shop", method="person", kind="oauth2",
        state="ready", values={"client_id": "c1"}, secrets={"client_secret": "vault:one"},
        created_us=NOW - 90 * DAY, updated_us=NOW - 9 * DAY,
    )  # fmt: skip
    held = {"tokens": "vault:tokens", "scopes": ["read"], "captured": {"account": "Acme", "seats": 12}}
    workspace.now = NOW
    desk = workspace.add_connection("desk")
    dead = "the provider no longer takes the refresh token of warehouse: it has ended"
    for name, changes, told in (
        ("warehouse", {"state": "authorization_required"}, {
            **held, "expires_us": NOW - 2 * DAY, "refreshed_us": NOW - 3 * DAY,
            "refresh_failed_us": NOW - 2 * DAY, "refresh_failures": 3, "refresh_error": dead}),
        ("billing", {}, {
            **held, "expires_us": NOW + 1_800 * SECOND, "refresh_expires_us": NOW + 9 * DAY,
            "refreshed_us": NOW - 7_200 * SECOND, "rotation_us": NOW - 600 * SECOND}),
        ("crm", {}, {
            **held, "expires_us": NOW + 2_460 * SECOND, "refresh_expires_us": NOW + 20 * DAY,
            "refreshed_us": NOW - 1_140 * SECOND}),
        ("old-erp", {"kind": "mtls", "method": "certificate"}, {"expires_us": NOW + 12 * DAY}),
        ("someday", {"connector": "practice", "method": "token", "kind": "bearer"}, {}),
    ):  # fmt: skip
        row = replace(made, id=f"aut_{name}", name=name, **changes)
        workspace.store.authentications.add(row)
        workspace.store.authentications.note(row.id, **told)
        if name != "someday":
            use(workspace, desk, row)


def use(workspace: Any, desk: Connection, row: Authentication) -> None:
    """Let a connection of the same name use an authentication."""
    workspace.store.connections.add(
        replace(desk, id=f"con_{row.name}", name=f"{row.name}-prod", authentication=row.id)
    )


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
    assert len(pictures) == 12
    for picture in pictures:
        text = picture.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w/.])/(home|root|tmp|work|Users|var)/", text)
        assert not re.search(rf"\b{re.escape(socket.gethostname())}\b", text) or len(socket.gethostname()) < 3
        assert not re.search(r"127\.0\.0\.1:[02-9]\d{3,}", text)
