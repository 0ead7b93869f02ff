"""The authentications by keys: sign in, refresh one and all, sign out, delete, and where they lead."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.root import open_engine
from tui.screens.authentications import AuthenticationsScreen
from tui.state.places import AuthenticationsPlace

from ...sign_in_provider import CONNECTOR, Provider

SHOP = CONNECTOR.replace("request: {path: /me}}]", "request: {path: /me}, needs_scope: read}]")


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    found.pending = 0
    yield found
    found.stop()


@pytest.fixture
async def shops(home, provider, tmp_path, monkeypatch) -> None:
    """Two accounts that never signed in, one of which a connection uses, and a key that nothing uses."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.2 22")
    text = SHOP.replace("type: url, required: true}", f"type: url, default: '{provider.url}'}}")
    (home.connectors / "shop.yaml").write_text(
        f"{text}  list-orders: {{request: {{path: /orders}}, scopes: [orders]}}\n"
    )
    engine = open_engine(home)
    try:
        workspace = engine.workspace
        for name in ("crm", "second"):
            workspace.authentications.add(
                "shop", "person", name, {"client_id": "c1"}, {"client_secret": "canary-client-secret"}
            )
        workspace.create_connection(
            "shop", "shop", authentication="crm", variables={"base_url": provider.url}
        )
        workspace.authentications.add("practice", "token", "spare", {}, {"token": "canary-spare-token"})
    finally:
        await engine.close()


async def sign_in_by_commands(home: Any, *names: str) -> None:
    engine = open_engine(home)
    try:
        for name in names:
            attempt = await engine.begin_sign_in(name, flow="device")
            await attempt.finish()
            await attempt.close()
    finally:
        await engine.close()


async def test_what_nobody_signed_in_to_comes_first_and_a_signs_in(open_app, shops, provider):
    async with open_app() as hand:
        await hand.press("9")
        await hand.until("nobody has signed in")
        await hand.until("3 kept · 2 need you")
        assert hand.text.index("crm") < hand.text.index("second") < hand.text.index("spare")
        await hand.press("a")
        await hand.until("signed in: crm")
        await hand.press("home")
        await hand.until("second")
        hand.app.go(AuthenticationsPlace("crm"))
        await hand.until("missing  orders for list-orders")
        await hand.until("granted  read")
        await hand.until(lambda: provider.tokens == 1)


async def test_all_that_ends_within_a_day_is_refreshed_at_once(open_app, shops, provider, home):
    await sign_in_by_commands(home, "crm", "second")
    async with open_app() as hand:
        await hand.press("9")
        await hand.until("2 end in 24 h")
        await hand.press("E")
        await hand.until("refreshed: 2 authentications")
        await hand.until(lambda: provider.tokens == 4)
        provider.stop()
        await hand.press("E")
        await hand.until("0 refreshed, 2 failed")
        await hand.until("failing")


async def test_one_is_refreshed_and_what_has_no_tokens_says_how_to_change_it(open_app, shops, provider, home):
    await sign_in_by_commands(home, "crm")
    async with open_app() as hand:
        hand.app.go(AuthenticationsPlace("crm"))
        await hand.until("worked")
        await hand.press("T")
        await hand.until("refreshed: crm")
        await hand.until(lambda: provider.tokens == 2)
        hand.app.go(AuthenticationsPlace("spare"))
        await hand.until("spare · practice · token (bearer)")
        await hand.press("T")
        await hand.until("connect-tui auth edit spare")
        await hand.press("a")
        await hand.until("nobody signs in to spare")


async def test_signing_out_asks_first_and_tells_the_provider(open_app, shops, provider, home):
    await sign_in_by_commands(home, "crm")
    async with open_app() as hand:
        hand.app.go(AuthenticationsPlace("crm"))
        await hand.until("worked")
        await hand.press("S")
        await hand.until("Sign out of crm?")
        await hand.press("n")
        assert not provider.revoked
        await hand.press("S")
        await hand.until("Sign out of crm?")
        await hand.press("y")
        await hand.until("signed out: crm")
        await hand.until(lambda: provider.revoked)
        await hand.until("sign in again")


async def test_one_that_is_used_is_not_deleted_and_another_after_its_name(open_app, shops, home):
    async with open_app() as hand:
        await hand.press("9")
        await hand.until("3 kept")
        hand.app.go(AuthenticationsPlace("crm"))
        await hand.press("D")
        await hand.until("crm is used by shop")
        hand.app.go(AuthenticationsPlace("spare"))
        await hand.until("spare · practice")
        await hand.press("D")
        await hand.until("Delete spare")
        await hand.type("spare")
        await hand.press("enter")
        await hand.until("2 kept")
        await hand.until("spare deleted")


async def test_it_leads_to_the_connections_that_use_it_and_to_what_was_asked(open_app, shops, provider, home):
    await sign_in_by_commands(home, "crm")
    async with open_app() as hand:
        await hand.press(*":auth", "enter")
        await hand.until(lambda: isinstance(hand.app.screen, AuthenticationsScreen))
        hand.app.go(AuthenticationsPlace("crm"))
        await hand.until("crm · shop")
        await hand.press("c")
        await hand.until('uses:"crm"')
        await hand.until("1 of 1")
        hand.app.go(AuthenticationsPlace("crm"))
        await hand.until("crm · shop")
        await hand.press("o")
        await hand.until("sign in crm")


async def test_the_detail_alone_tells_what_was_set_up_and_never_a_secret(open_app, shops):
    async with open_app() as hand:
        hand.app.go(AuthenticationsPlace("crm"))
        await hand.until("crm · shop")
        await hand.press("enter")
        await hand.until("secret, in the vault")
        await hand.until("client_id")
        assert "canary" not in hand.text
        await hand.press("escape")
        await hand.until("NAME")


async def test_a_filter_narrows_the_list_and_names_a_key_that_is_wrong(open_app, shops):
    async with open_app() as hand:
        await hand.press("9")
        await hand.until("3 kept")
        await hand.press("slash", *"state:unused", "enter")
        await hand.until("1 of 3")
        await hand.press("escape")
        await hand.until(lambda: "1 of 3" not in hand.text)
        await hand.press("slash", *"stat:x", "enter")
        await hand.until("did you mean")


async def test_an_empty_list_says_how_to_make_one(open_app):
    async with open_app() as hand:
        await hand.press("9")
        await hand.until("No credentials are kept yet")
        await hand.until("connect-tui auth add")
        await hand.press("enter")
        await hand.until("New connection")
