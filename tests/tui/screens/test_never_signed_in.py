"""A connection whose account never signed in says so, before anything was tried."""

from core.root import open_engine

from ...sign_in_provider import CONNECTOR


async def test_the_next_thing_to_do_is_to_sign_in(open_app, home, tmp_path, monkeypatch):
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    (home.connectors / "shop.yaml").write_text(CONNECTOR)
    engine = open_engine(home)
    engine.workspace.authentications.add(
        "shop", "person", "crm", {"client_id": "c1"}, {"client_secret": "canary"}
    )
    engine.workspace.create_connection(
        "shop", "shop", authentication="crm", variables={"base_url": "http://127.0.0.1:9"}
    )
    engine.workspace.activate("shop")
    await engine.close()
    async with open_app() as hand:
        await hand.until("nobody has signed in")
        await hand.until("a sign in · t test")
