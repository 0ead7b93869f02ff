"""The workspace by keys: its tabs, apps and certificates in forms, and a secret that is shown for a time."""

import time

import pytest

from core.root import open_engine
from storage.reading import open_reading, parse_filter
from tui.screens.authentications import AuthenticationsScreen
from tui.screens.form_dialog import FormDialog
from tui.screens.reveal import RevealScreen
from tui.screens.workspace import AppsScreen, CertificatesScreen, SecretsScreen
from tui.state.places import AppsPlace, SecretsPlace

CANARY = "canary-Tz5/9+qL=sw"


def at(hand, kind) -> bool:
    return isinstance(hand.app.screen, kind)


@pytest.fixture
async def kept(home, tmp_path, monkeypatch) -> None:
    """An authentication with a secret, and nothing else."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    engine = open_engine(home)
    try:
        engine.workspace.authentications.add("practice", "token", "agent", {}, {"token": CANARY})
    finally:
        await engine.close()


async def test_the_tabs_go_round_and_back_leads_out_of_the_workspace(open_app, kept):
    async with open_app() as hand:
        await hand.press("6")
        await hand.press("9")
        await hand.until(lambda: at(hand, AuthenticationsScreen))
        for kind in (AppsScreen, CertificatesScreen, SecretsScreen, AuthenticationsScreen, AppsScreen):
            await hand.press("right")
            await hand.until(lambda kind=kind: at(hand, kind))
        await hand.press("left")
        await hand.until(lambda: at(hand, AuthenticationsScreen))
        await hand.until("1 kept")
        await hand.press("escape")
        await hand.until("Operations")
        await hand.until(lambda: not at(hand, AuthenticationsScreen))


async def test_the_tabs_go_round_where_nothing_is_kept_yet(open_app):
    async with open_app() as hand:
        await hand.press("9")
        await hand.until(lambda: at(hand, AuthenticationsScreen))
        for kind in (AppsScreen, CertificatesScreen, SecretsScreen, AuthenticationsScreen):
            await hand.press("right")
            await hand.until(lambda kind=kind: at(hand, kind))


async def test_each_tab_is_a_command_and_is_found_in_the_palette(open_app, kept):
    tabs = {
        "auths": AuthenticationsScreen, "apps": AppsScreen, "certs": CertificatesScreen, "secrets": SecretsScreen
    }  # fmt: skip
    async with open_app() as hand:
        for line, kind in tabs.items():
            await hand.press(*f":{line}", "enter")
            await hand.until(lambda kind=kind: at(hand, kind))
        await hand.press("1", "ctrl+p")
        await hand.until("type to narrow")
        await hand.type("certificates work")
        await hand.until(lambda: "Certificates" in hand.text and "workspace" in hand.text)
        await hand.press("enter")
        await hand.until(lambda: at(hand, CertificatesScreen))


async def test_a_production_project_is_looked_at_and_not_changed_until_it_is_armed(
    open_app, home, tmp_path, kept
):
    engine = open_engine(home)
    engine.create_project("prod", production=True)
    await engine.close()
    live = open_engine(home, project="prod")
    live.workspace.authentications.add("practice", "token", "live", {}, {"token": CANARY})
    await live.close()
    async with open_app(project="prod") as hand:
        hand.app.go(SecretsPlace())
        await hand.until("the vault of this home")
        for keys in (("s",), ("left", "n"), ("left", "n")):
            await hand.press(*keys)
            await hand.until("prod is production and read-only")
            assert not at(hand, FormDialog)
        hand.app.services.is_armed = True
        await hand.press("n")
        await hand.until("Keep a provider app")


async def test_an_app_is_kept_edited_and_deleted_in_a_form(open_app, kept, home):
    async with open_app() as hand:
        await hand.press(*":apps", "enter")
        await hand.until("No provider app is kept yet")
        await hand.press("n")
        await hand.until("Keep a provider app")
        await hand.type("ours")
        await hand.press("tab")
        await hand.type("not a host")
        await hand.press("tab")
        await hand.type("id-1")
        await hand.press("tab")
        await hand.type("canary-app-secret")
        await hand.press("enter")
        await hand.until("is no provider")
        assert at(hand, FormDialog)
        await hand.until(lambda: getattr(hand.app.focused, "value", "") == "not a host")
        await hand.press("home", "ctrl+k")
        await hand.type("shop")
        await hand.press("enter")
        await hand.until("1 app · 1 not used")
        await hand.until("secret, in the vault")
        assert "canary" not in hand.text
        await hand.press("e")
        await hand.until("Edit ours")
        await hand.press("end")
        await hand.type("2")
        await hand.press("enter")
        await hand.until("changed ours")
        await hand.until("id-12")
        await hand.press("D")
        await hand.until("Delete ours")
        await hand.type("ours")
        await hand.press("enter")
        await hand.until("No provider app is kept yet")


async def test_an_app_that_is_used_is_not_deleted_and_leads_to_who_uses_it(open_app, kept, home):
    (home.connectors / "vendor.yaml").write_text(VENDOR)
    engine = open_engine(home)
    engine.workspace.apps.add("ours", "vendor", "id-1", {}, {"client_secret": "canary-s"})
    engine.workspace.authentications.add("vendor", "app", "me", {}, {}, app="ours")
    await engine.close()
    async with open_app() as hand:
        hand.app.go(AppsPlace("ours"))
        await hand.until("used by")
        await hand.press("D")
        await hand.until("ours is used by me")
        await hand.press("c")
        await hand.until('app:"ours"')
        await hand.until("1 of 2")


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


async def test_a_certificate_is_kept_from_a_file_and_replaced(
    open_app, kept, authority, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    one, two = authority.issue("client one"), authority.issue("client two")
    (tmp_path / "one.p12").write_bytes(one.pkcs12("canary-pass"))
    (tmp_path / "two.pem").write_text(two.cert + two.key())
    async with open_app() as hand:
        await hand.press(*":certs", "enter")
        await hand.until("No client certificate is kept yet")
        await hand.press("n")
        await hand.until("Keep a client certificate")
        await hand.type("client")
        await hand.press("tab")
        await hand.type("one.p12")
        await hand.press("enter")
        await hand.until("✗")
        await hand.press("tab", "tab")
        await hand.type("canary-pass")
        await hand.press("enter")
        await hand.until("CN=client one")
        assert "canary" not in hand.text
        await hand.until("valid until")
        await hand.press("e")
        await hand.until("Replace client")
        await hand.type("two.pem")
        await hand.press("enter")
        await hand.until("replaced client: CN=client two")
        await hand.press("c")
        await hand.until("no connection shows client")
        await hand.press("D")
        await hand.until("Delete client")
        await hand.type("client")
        await hand.press("enter")
        await hand.until("No client certificate is kept yet")


async def test_a_certificate_leads_to_the_connections_that_show_it(open_app, kept, home, authority):
    mine = authority.issue("client one")
    engine = open_engine(home)
    engine.workspace.certificates.add("client", {"certificate": mine.cert + mine.key()})
    for name in ("first", "second", "third"):
        shown = "client" if name != "third" else None
        engine.workspace.create_connection("practice", name, authentication="agent", certificate=shown)
    await engine.close()
    async with open_app() as hand:
        await hand.press(*":certs", "enter")
        await hand.until("first, second")
        await hand.press("D")
        await hand.until("client is used by first, second")
        await hand.press("c")
        await hand.until("2 of 3")


async def test_a_secret_is_shown_after_a_question_until_a_key_and_the_log_tells_of_it(open_app, kept, home):
    async with open_app() as hand:
        hand.app.go(SecretsPlace())
        await hand.until("the vault of this home")
        assert CANARY not in hand.text
        await hand.press("s")
        await hand.until("Show token of the authentication agent?")
        await hand.press("n")
        await hand.press("s")
        await hand.until("Show token of the authentication agent?")
        await hand.press("y")
        await hand.until(CANARY)
        assert at(hand, RevealScreen)
        await hand.press("ctrl+l", "y", "colon")
        assert at(hand, RevealScreen)
        await hand.press("escape")
        await hand.until("it was shown")
        assert CANARY not in hand.text
        await hand.press("o")
        await hand.until("reveal token of authentication agent")
        await hand.until("✓ shown on a termi")
    with open_reading(home.database) as reading:
        assert len(reading.operations_block(parse_filter("kind:auth"))) == 1


async def test_a_secret_goes_by_itself(open_app, kept, monkeypatch):
    monkeypatch.setattr("tui.screens.workspace.secrets.REVEAL_S", 1)
    async with open_app() as hand:
        hand.app.go(SecretsPlace("authentication agent token"))
        await hand.until("the vault of this home")
        await hand.press("s")
        await hand.until("Show token")
        began = time.monotonic()
        await hand.press("y")
        await hand.until("it was shown")
        assert time.monotonic() - began >= 1
        assert CANARY not in hand.text


async def test_enter_on_a_secret_leads_to_what_has_it_and_the_filter_narrows(open_app, kept):
    async with open_app() as hand:
        await hand.press(*":secrets from:env", "enter")
        await hand.until("nothing here fits")
        await hand.press("escape")
        await hand.until("the vault of this home")
        await hand.press("enter")
        await hand.until(lambda: at(hand, AuthenticationsScreen))
        await hand.until("agent · practice")
