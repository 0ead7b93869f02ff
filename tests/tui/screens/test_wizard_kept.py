"""New connection with what is kept already: a provider app in place of a typed client, a certificate to show."""

import pytest

from core.root import open_engine
from tui.state.places import NewConnectionPlace

VENDOR = """
schema: connect/1
revision: 1
handle: vendor
name: Vendor
summary: A vendor with apps.
type: api
author: {company: Tests}
http: {base_url: 'http://127.0.0.1:9'}
auth:
  app:
    kind: basic
    username: '{{ auth.client_id }}'
    password: '{{ auth.client_secret }}'
    inputs:
      - {key: client_id, required: true}
      - {key: client_secret, type: secret, required: true}
operations:
  get-things: {request: {path: /things}}
"""


@pytest.fixture
async def kept(home, tmp_path, monkeypatch, authority) -> None:
    """A connector with an app that fits it and one that does not, and two certificates."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    (home.connectors / "vendor.yaml").write_text(VENDOR)
    engine = open_engine(home)
    try:
        workspace = engine.workspace
        workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-app"})
        workspace.apps.add("other", "github", "id-2", {}, {"client_secret": "canary-other"})
        for name in ("first", "second"):
            mine = authority.issue(name)
            workspace.certificates.add(name, {"certificate": mine.cert + mine.key()})
    finally:
        await engine.close()


def row_of(hand, name):
    rows = {row.connection.name: row for row in hand.app.services.reading.connections()}
    return rows.get(name)


async def test_an_app_that_fits_takes_the_place_of_its_client(open_app, kept):
    async with open_app() as hand:
        hand.app.go(NewConnectionPlace("vendor"))
        await hand.until("step 2/5")
        await hand.until("Provider app")
        await hand.until("--app ours")
        assert "Client id" not in hand.text
        assert "other" not in hand.text
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.press("enter")
        await hand.until("step 4/5")
        await hand.until(lambda: row_of(hand, "vendor"))
        reading = hand.app.services.reading
        (made,), apps = reading.authentications(), {app.name: app.id for app in reading.apps()}
        assert made.provider_app == apps["ours"]
        assert (dict(made.values), dict(made.secrets)) == ({}, {})


async def test_without_the_app_the_client_is_typed(open_app, kept):
    async with open_app() as hand:
        hand.app.go(NewConnectionPlace("vendor"))
        await hand.until("--app ours")
        await hand.press("left")
        await hand.until("Client id")
        assert "--app" not in hand.text
        await hand.press("enter")
        await hand.until("is required")


async def test_a_certificate_is_chosen_and_taken_away_in_the_settings(open_app, kept):
    async with open_app() as hand:
        hand.app.go(NewConnectionPlace("vendor"))
        await hand.until("--app ours")
        await hand.press("enter")
        await hand.until("step 3/5")
        await hand.press("tab", "enter")
        await hand.until("Certificate")
        await hand.press("tab", "tab", "tab", "right")
        await hand.until("--certificate first")
        await hand.press("right")
        await hand.until("--certificate second")
        await hand.press("enter")
        await hand.until("step 4/5")
        certificates = {one.id: one.name for one in hand.app.services.reading.certificates()}
        await hand.until(lambda: row_of(hand, "vendor"))
        assert certificates[row_of(hand, "vendor").connection.certificate] == "second"
        await hand.press("escape")
        await hand.until("step 3/5")
        await hand.press("tab", "tab", "tab", "tab", "right")
        await hand.until(lambda: "--certificate" not in hand.text)
        await hand.press("enter")
        await hand.until(lambda: row_of(hand, "vendor").connection.certificate is None)
