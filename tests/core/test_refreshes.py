"""Who asks for tokens at the same time as somebody else, or changes what they are asked for with."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core import Engine, Home, open_engine
from core.errors import ConfigError, NotKnownError, VendorError
from core.refresh_lease import RefreshLeases
from core.resolve import resolve_authentication
from core.tokens import TokenSet, load_tokens
from core.unseal import unseal
from storage import NotFoundError, VaultError

CONNECTOR = """
schema: connect/1
revision: 1
handle: shop
name: Shop
summary: A connector of the tests.
type: api
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  login:
    kind: session
    inputs: [{key: user, required: true}, {key: password, type: secret, required: true}]
    steps: [{request: {method: POST, path: /login, body: {user: '{{ auth.user }}'}}, extract: [{key: token, path: token}]}]
    lifetime: 3600
    apply: [{in: header, name: X-Token}]
operations: {get: {request: {path: /things}}}
"""


class Shop:
    """A vendor whose login can be held up, and can fail."""

    def __init__(self, server: Any, answer: Callable[..., Any]) -> None:
        self.server, self._answer = server, answer
        self.may_answer, self.status = threading.Event(), 200
        self.may_answer.set()
        self.logins: list[str] = []
        self.asked = threading.Event()
        server.answers |= {"/login": self._login, "/things": answer(200, b"[]")}

    def _login(self, handler: Any) -> None:
        user = json.loads(self.server.seen[-1][3])["user"]
        self.logins.append(user)
        self.asked.set()
        assert self.may_answer.wait(30)
        self._answer(self.status, json.dumps({"token": f"canary-of-{user}"}).encode())(handler)


@pytest.fixture
def shop(engine: Engine, serve: Any, answer: Any, tmp_path: Path) -> Iterator[Shop]:
    """A vendor, and the connection ``it``, at which nobody has logged in yet."""
    path = tmp_path / "shop.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)
    vendor = Shop(serve(), answer)
    engine.workspace.create_connection(
        "shop", "it", method="login", variables={"base_url": vendor.server.url, "user": "ada"},
        secrets={"password": "canary-password"},
    )  # fmt: skip
    engine.workspace.activate("it")
    yield vendor
    vendor.may_answer.set()


async def use(engine: Engine) -> Any:
    return (await engine.run("it", "get", {})).error


def token(engine: Engine) -> str | None:
    text, _ = engine.keeper.held(f"{engine.workspace.authentications.get('it').id}/tokens")
    return load_tokens(text).values["token"] if text is not None else None


async def refresh_without_vault(engine: Engine, shop: Shop, home: Home) -> None:
    """Let the vault be gone while the provider answers, and come back then."""
    shop.may_answer.clear()
    shop.asked.clear()
    running = asyncio.create_task(engine.refresh("it"))
    assert await asyncio.to_thread(shop.asked.wait, 30)
    aside = home.vault.with_name("aside")
    home.vault.rename(aside)
    home.vault.mkdir()
    shop.may_answer.set()
    with pytest.raises(VaultError):
        await running
    home.vault.rmdir()
    aside.rename(home.vault)


@pytest.mark.parametrize("begins", ["first", "again"])
async def test_what_is_edited_during_a_login_brings_no_session_of_the_user_before(
    engine: Engine, shop: Shop, begins: str
) -> None:
    if begins == "again":
        assert await use(engine) is None
        shop.logins.clear()
    shop.may_answer.clear()
    shop.asked.clear()
    running = asyncio.create_task(engine.refresh("it"))
    assert await asyncio.to_thread(shop.asked.wait, 30)
    edit = asyncio.create_task(
        asyncio.to_thread(engine.workspace.authentications.edit, "it", {"user": "grace"}, {})
    )
    # The edit has time to be done too early.
    await asyncio.wait({edit}, timeout=0.3)
    shop.may_answer.set()
    await running
    await edit
    assert token(engine) is None
    assert await use(engine) is None
    assert (shop.logins, token(engine)) == (["ada", "grace"], "canary-of-grace")


async def test_what_is_deleted_during_the_first_login_leaves_no_secret(engine: Engine, shop: Shop) -> None:
    row = engine.workspace.authentications.get("it")
    shop.may_answer.clear()
    running = asyncio.create_task(engine.refresh("it"))
    assert await asyncio.to_thread(shop.asked.wait, 30)
    engine.workspace.delete("it")
    delete = asyncio.create_task(asyncio.to_thread(engine.workspace.authentications.delete, "it"))
    await asyncio.wait({delete}, timeout=0.3)
    shop.may_answer.set()
    await running
    await delete
    assert engine.keeper.held(f"{row.id}/tokens") == (None, 0)
    with pytest.raises(NotKnownError):
        engine.workspace.authentications.get("it")


async def test_tokens_that_a_killed_process_left_without_a_row_are_deleted_with_the_rest(
    engine: Engine, shop: Shop
) -> None:
    assert await use(engine) is None
    row = engine.workspace.authentications.get("it")
    engine._store.authentications.note(row.id, tokens=None)
    engine.workspace.delete("it")
    engine.workspace.authentications.delete("it")
    assert engine.keeper.held(f"{row.id}/tokens") == (None, 0)


async def test_an_edit_waits_for_another_process_and_not_for_ever(
    engine: Engine, shop: Shop, home: Home
) -> None:
    row, other = engine.workspace.authentications.get("it"), open_engine(home)
    try:
        async with other._leases.refreshing(row):
            short = RefreshLeases(engine._store, engine._recorder.process, engine._leases._is_alive, 0.2)
            with pytest.raises(VendorError, match=r"has been refreshing it for 0\.2 s"), short.editing(row):
                pass
            edit = asyncio.create_task(
                asyncio.to_thread(engine.workspace.authentications.edit, "it", {"user": "grace"}, {})
            )
            await asyncio.wait({edit}, timeout=0.3)
            assert not edit.done()
        assert (await edit).values == {"user": "grace"}
        with engine._leases.editing(row):
            short = RefreshLeases(other._store, other._recorder.process, other._leases._is_alive, 0.2)
            with pytest.raises(VendorError):
                async with short.refreshing(row):
                    pass
    finally:
        await other.close()
    async with engine._leases.refreshing(row):  # nobody has it any more
        pass


@pytest.mark.parametrize("when", ["before it", "at the answer"])
async def test_a_refresh_that_waits_for_the_database_stops_nobody_else(
    engine: Engine, shop: Shop, home: Home, when: str
) -> None:
    assert await use(engine) is None
    other = sqlite3.connect(home.database, isolation_level=None, check_same_thread=False)
    locked = threading.Event()

    def lock(handler: Any) -> None:
        other.execute("BEGIN IMMEDIATE")
        locked.set()
        shop._login(handler)

    if when == "before it":
        other.execute("BEGIN IMMEDIATE")
        locked.set()
    else:
        shop.server.answers["/login"] = lock
    running = asyncio.create_task(engine.refresh("it"))
    try:
        assert await asyncio.to_thread(locked.wait, 30)
        # Whatever the refresh does meanwhile, this goes on, else the lock is never given back.
        await asyncio.wait({running}, timeout=0.3)
        assert not running.done()
    finally:
        other.execute("ROLLBACK")
        other.close()
    await running
    assert shop.logins == ["ada", "ada"]


async def test_tokens_that_a_killed_process_left_without_a_row_do_not_outlive_an_edit(
    engine: Engine, shop: Shop
) -> None:
    assert await use(engine) is None
    row = engine.workspace.authentications.get("it")
    engine._store.authentications.note(row.id, tokens=None)
    engine.workspace.authentications.edit("it", {"user": "grace"}, {})
    assert await use(engine) is None
    assert token(engine) == "canary-of-grace"


async def test_whoever_asks_now_does_not_get_the_rest_of_a_refresh_that_failed(
    engine: Engine, shop: Shop
) -> None:
    shop.status = 503
    assert await use(engine) is not None
    shop.status = 200
    row = engine.workspace.authentications.get("it")
    # One that rests is under way, and waits for its turn.
    async with engine._leases.refreshing(row):
        resting = asyncio.create_task(use(engine))
        await asyncio.sleep(0)
        while not engine.lasting_tasks():  # noqa: ASYNC110 - it says nothing when it begins
            await asyncio.sleep(0.01)
        asked_for = asyncio.create_task(engine.refresh("it"))
        await asyncio.sleep(0.05)
    assert "the last refresh of it failed" in (await resting).message
    await asked_for
    assert shop.logins == ["ada", "ada"]


async def test_whoever_asks_now_does_not_get_what_was_there_before(engine: Engine, shop: Shop) -> None:
    assert await use(engine) is None
    row = engine.workspace.authentications.get("it")
    target = resolve_authentication(engine.workspace, engine.catalog, "it")
    async with engine._leases.refreshing(row):
        looking = asyncio.create_task(engine._credentials().fresh(target, lambda _: None))
        while not engine.lasting_tasks():  # noqa: ASYNC110 - it says nothing when it begins
            await asyncio.sleep(0.01)
        both = [asyncio.create_task(engine.refresh("it")) for _ in range(2)]
        await asyncio.sleep(0.05)
    await asyncio.gather(looking, *both)
    assert shop.logins == ["ada", "ada"]


async def test_a_clock_that_was_set_back_makes_nobody_rest(engine: Engine, shop: Shop) -> None:
    shop.status = 503
    assert await use(engine) is not None
    row = engine.workspace.authentications.get("it")
    assert row.refresh_failed_us is not None
    engine._store.authentications.note(row.id, refresh_failed_us=row.refresh_failed_us + 600_000_000)
    shop.status = 200
    assert await use(engine) is None


async def test_what_the_vault_did_not_take_is_forgotten_with_the_user_it_was_for(
    engine: Engine, shop: Shop, home: Home
) -> None:
    assert await use(engine) is None
    await refresh_without_vault(engine, shop, home)
    engine.workspace.authentications.edit("it", {"user": "grace"}, {})
    assert await use(engine) is None
    assert token(engine) == "canary-of-grace"


async def test_a_sign_in_to_what_was_deleted_meanwhile_leaves_no_secret(engine: Engine, shop: Shop) -> None:
    row = engine.workspace.authentications.get("it")
    target = resolve_authentication(engine.workspace, engine.catalog, "it")
    unsealed = unseal(target, engine.keeper)
    engine.workspace.delete("it")
    engine.workspace.authentications.delete("it")
    kept = engine._credentials().keep_signed_in
    with pytest.raises(NotFoundError):
        await kept(row, TokenSet({"token": "canary"}, 1), unsealed)
    values = {"user": "ada"}
    engine.workspace.authentications.add("shop", "login", "it", values, {"password": "canary-password"})
    with pytest.raises(ConfigError, match="another one has its name"):
        await kept(row, TokenSet({"token": "canary"}, 1), unsealed)
    assert engine.keeper.held(f"{row.id}/tokens") == (None, 0)


async def test_what_the_vault_did_not_take_is_written_though_the_clock_was_set_back(
    engine: Engine, shop: Shop, home: Home
) -> None:
    assert await use(engine) is None
    row = engine.workspace.authentications.get("it")
    text, revision = engine.keeper.held(f"{row.id}/tokens")
    assert text is not None
    later = json.loads(text) | {"obtained_us": load_tokens(text).obtained_us + 600_000_000}
    engine.keeper.replace(f"{row.id}/tokens", json.dumps(later), revision)
    await refresh_without_vault(engine, shop, home)
    assert await use(engine) is None
    kept, _ = engine.keeper.held(f"{row.id}/tokens")
    assert kept is not None
    assert load_tokens(kept).obtained_us < later["obtained_us"]
    assert shop.logins == ["ada", "ada"]


async def test_what_the_vault_did_not_take_is_written_at_the_end(
    engine: Engine, shop: Shop, home: Home
) -> None:
    assert await use(engine) is None
    row = engine.workspace.authentications.get("it")
    _, revision = engine.keeper.held(f"{row.id}/tokens")
    await refresh_without_vault(engine, shop, home)
    await engine._credentials().close()
    assert engine.keeper.held(f"{row.id}/tokens")[1] > revision
    assert await use(engine) is None
    assert shop.logins == ["ada", "ada"]
