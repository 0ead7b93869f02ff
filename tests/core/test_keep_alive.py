"""A refresh token that ends when nobody uses it is used before, once, and not by all at the same time."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from core import Engine, Home, open_engine
from core.keep_alive import must_be_used, use_idle_tokens
from core.record import now_us
from core.tokens import TokenSet, load_tokens, used_by
from storage.reading import open_reading, parse_filter

DAY_US = 86_400 * 1_000_000
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
  given:
    kind: oauth2
    grants: [refresh_token]
    token_url: '{{ var.base_url }}/token'
    client_auth: none
    refresh: {idle_days: 90}
operations: {get: {request: {path: /things}}}
"""


def test_the_moment_is_spread_and_the_same_for_everybody() -> None:
    found = {used_by(obtained, obtained + 90 * DAY_US) - obtained for obtained in range(1_000_000, 1_000_200)}
    assert len(found) > 190
    assert 54 * DAY_US <= min(found) < max(found) <= 72 * DAY_US
    assert max(found) - min(found) > 15 * DAY_US
    assert used_by(7, 90 * DAY_US) == used_by(7, 90 * DAY_US)


def test_tokens_are_due_when_the_refresh_token_has_to_be_used() -> None:
    for end in (None, 1_000 * DAY_US):
        tokens = TokenSet({"refresh_token": "r"}, 7, end, idle_expires_us=90 * DAY_US)
        moment = used_by(7, 90 * DAY_US)
        assert tokens.is_due(moment)
        assert not tokens.is_due(moment - 1)
        assert load_tokens(tokens.dump()) == tokens


def test_tokens_that_were_kept_before_idle_ends_were_known_are_read() -> None:
    facts = json.loads(TokenSet({"a": "b"}, 1).dump())
    del facts["idle_expires_us"]
    assert load_tokens(json.dumps(facts)) == TokenSet({"a": "b"}, 1)


class Shop:
    """A provider that gives refresh tokens, and access tokens without an end."""

    def __init__(self, server: Any, answer: Callable[..., Any]) -> None:
        self.url, self.given, self._server = server.url, 0, server
        self._answer = answer
        server.answers |= {"/token": self._token, "/things": answer(200, b"[]")}

    def _token(self, handler: Any) -> None:
        asked = dict(parse_qsl(self._server.seen[-1][3].decode()))["refresh_token"]
        if asked == "canary-refused":
            self._answer(503, b"{}")(handler)
            return
        self.given += 1
        body = {"access_token": "canary-access", "refresh_token": f"canary-refresh-{self.given}"}
        self._answer(200, json.dumps(body).encode())(handler)


@pytest.fixture
def shop(engine: Engine, serve: Any, answer: Any, tmp_path: Path) -> Shop:
    """A provider, with the connections ``a`` and ``b``, whose tokens were obtained just now."""
    path = tmp_path / "shop.yaml"
    path.write_text(CONNECTOR)
    engine.catalog.add(path)
    vendor = Shop(serve(), answer)
    for name in ("a", "b"):
        engine.workspace.create_connection(
            "shop", name, method="given", variables={"base_url": vendor.url, "client_id": "me"},
            secrets={"refresh_token": f"canary-first-{name}"},
        )  # fmt: skip
        engine.workspace.activate(name)
    return vendor


async def use(engine: Engine) -> None:
    for name in ("a", "b"):
        assert (await engine.run(name, "get", {})).error is None


def let_pass(engine: Engine, name: str, days: float) -> None:
    """Let tokens be as many days older."""
    row = engine.workspace.authentications.get(name)
    text, revision = engine.keeper.held(f"{row.id}/tokens")
    assert text is not None
    assert row.idle_expires_us is not None
    assert row.refreshed_us is not None
    facts, by = json.loads(text), int(days * DAY_US)
    facts |= {"obtained_us": row.refreshed_us - by, "idle_expires_us": row.idle_expires_us - by}
    engine.keeper.replace(f"{row.id}/tokens", json.dumps(facts), revision)
    engine._store.authentications.note(
        row.id, refreshed_us=facts["obtained_us"], idle_expires_us=facts["idle_expires_us"]
    )


async def look(engine: Engine) -> tuple[str, ...]:
    return await use_idle_tokens(
        engine.workspace, engine.catalog, engine.keeper, engine._credentials, lambda _: None
    )


async def test_what_was_idle_for_long_is_used_and_the_rest_left_alone(engine: Engine, shop: Shop) -> None:
    await use(engine)
    row = engine.workspace.authentications.get("a")
    assert row.idle_expires_us is not None
    assert abs(row.idle_expires_us - now_us() - 90 * DAY_US) < DAY_US
    assert await look(engine) == ()
    let_pass(engine, "a", 80)
    let_pass(engine, "b", 50)
    assert must_be_used(engine.workspace.authentications.get("a"), now_us())
    assert (await look(engine), shop.given) == (("a",), 3)
    later = engine.workspace.authentications.get("a").idle_expires_us
    assert later is not None
    assert later >= row.idle_expires_us
    assert await look(engine) == ()


async def test_an_operation_uses_it_as_well(engine: Engine, shop: Shop) -> None:
    await use(engine)
    let_pass(engine, "a", 80)
    await use(engine)
    assert shop.given == 3


async def test_one_that_fails_stops_no_other_and_rests(engine: Engine, shop: Shop) -> None:
    await use(engine)
    engine.workspace.authentications.edit("a", {}, {"refresh_token": "canary-refused"})
    for name in ("a", "b"):
        let_pass(engine, name, 80)
    assert (await look(engine), shop.given) == (("a", "b"), 3)
    assert (await look(engine), shop.given) == (("a",), 3)
    row = engine.workspace.authentications.get("a")
    assert (row.state, row.refresh_failures) == ("ready", 1)


async def test_nobody_is_asked_to_open_the_vault(engine: Engine, shop: Shop) -> None:
    await use(engine)
    let_pass(engine, "a", 80)
    engine.keeper.lock()
    assert (await look(engine), shop.given) == ((), 2)


async def test_tokens_of_a_project_that_is_not_open_are_used_too(
    engine: Engine, shop: Shop, home: Home
) -> None:
    await use(engine)
    let_pass(engine, "a", 80)
    project = engine.create_project("second")
    other = open_engine(home, project="second")
    try:
        other.keeper.open()
        assert (await look(other), shop.given) == (("a",), 3)
    finally:
        await other.close()
    with open_reading(home.database) as reading:
        rows = reading.operations_block(parse_filter("kind:auth"), limit=100)
    assert len(rows) == 3
    assert project.id not in {row.project_id for row in rows}


async def test_two_processes_use_it_once(engine: Engine, shop: Shop, home: Home) -> None:
    await use(engine)
    let_pass(engine, "a", 80)
    other = open_engine(home)
    try:
        other.keeper.open()
        await asyncio.gather(look(engine), look(other))
    finally:
        await other.close()
    assert shop.given == 3


async def test_the_engine_looks_by_itself_until_it_is_cancelled(
    engine: Engine, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await use(engine)
    let_pass(engine, "a", 80)
    monkeypatch.setattr("core.keep_alive._FIRST_S", 0.01)
    task = asyncio.create_task(engine.keep_alive())
    async with asyncio.timeout(30):
        while shop.given < 3:  # noqa: ASYNC110 - the provider runs in another thread
            await asyncio.sleep(0.01)
    task.cancel()
    assert await asyncio.gather(task, return_exceptions=True)


async def test_what_signed_out_is_not_used(engine: Engine, shop: Shop) -> None:
    await use(engine)
    let_pass(engine, "a", 80)
    row = engine.workspace.authentications.get("a")
    engine._store.authentications.note(row.id, state="authorization_required")
    assert not must_be_used(engine.workspace.authentications.get("a"), now_us())
    engine.workspace.authentications.edit("b", {}, {"refresh_token": "canary-other"})
    assert (await look(engine), shop.given) == ((), 2)
