"""One attempt to sign in: a code is good once, so what was begun with it goes on; an end is an end."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import Engine, Home, open_engine
from core.errors import ConfigError, VendorError
from core.events import Event, OperationEnded
from core.record import now_us
from core.sign_in.attempt import SignIn
from core.sign_in.client_place import Wish
from storage import VaultError

CONNECTOR = """
schema: connect/1
revision: 1
handle: shop
name: Shop
summary: A shop that people sign in at.
type: api
inputs:
  - {key: base_url, type: url, required: true}
  - {key: redirect, type: url, default: 'http://127.0.0.1:8733/callback'}
http: {base_url: '{{ var.base_url }}'}
auth:
  person:
    kind: oauth2
    grants: [authorization_code, refresh_token]
    authorize_url: '{{ var.base_url }}/authorize'
    token_url: '{{ var.base_url }}/token'
    redirect_uri: '{{ var.redirect }}'
    client_auth: none
  pushing:
    kind: oauth2
    grants: [authorization_code]
    authorize_url: '{{ var.base_url }}/authorize'
    token_url: '{{ var.base_url }}/token'
    par_url: '{{ var.base_url }}/par'
    client_auth: none
operations: {get: {request: {path: /things}}}
"""
TOKENS = {"access_token": "at-canary", "refresh_token": "rt-canary", "expires_in": 3600}


@pytest.fixture
async def engine(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    """An open engine; a key file made on first use unlocks its vault."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    opened = open_engine(home, actor="tester@here")
    yield opened
    await opened.close()


@pytest.fixture
def shop(engine: Engine, serve: Any, answer: Any, tmp_path: Path) -> Callable[..., Any]:
    """Make an account called ``crm`` and its connection; gives the server of its provider."""

    def make(method: str = "person", **variables: str) -> Any:
        (tmp_path / "shop.yaml").write_text(CONNECTOR)
        engine.catalog.add(tmp_path / "shop.yaml")
        server = serve()
        server.answers["/token"] = answer(200, json.dumps(TOKENS).encode())
        engine.workspace.authentications.add("shop", method, "crm", {"client_id": "me"}, {})
        engine.workspace.create_connection(
            "shop", "shop", authentication="crm", variables={"base_url": server.url, **variables}
        )
        return server

    return make


@pytest.fixture
def slow(answer: Any) -> Any:
    """An answer with tokens that comes once its ``go`` is set, and only to the first who asks."""
    gone = threading.Event()
    asked: list[object] = []

    def give(handler: Any) -> None:
        asked.append(handler)
        if len(asked) > 1:
            answer(400, b'{"error": "invalid_grant"}')(handler)
            return
        assert gone.wait(20)
        answer(200, json.dumps(TOKENS).encode())(handler)

    give.go = gone.set  # type: ignore[attr-defined]
    yield give
    gone.set()


async def begun(engine: Engine, emit: Any = None) -> SignIn:
    return await engine.begin_sign_in("crm", flow="paste", emit=emit)


async def was_asked(server: Any) -> None:
    await asyncio.to_thread(server.asked.wait, 20)


async def test_a_code_is_sent_once_and_kept_although_who_waits_leaves(
    engine: Engine, shop: Any, slow: Any
) -> None:
    server = shop()
    server.answers["/token"] = slow
    attempt = await begun(engine)
    first = asyncio.create_task(attempt.finish("code-of-the-page"))
    await was_asked(server)
    second = asyncio.create_task(attempt.finish("code-of-the-page"))
    first.cancel()
    await asyncio.wait({first})
    closing = asyncio.create_task(attempt.close())
    await asyncio.sleep(0)
    assert engine.lasting_tasks()
    slow.go()
    await closing
    assert (await second).values["access_token"] == "at-canary"
    assert engine.workspace.authentications.get("crm").tokens is not None
    assert len(server.seen) == 1
    assert (await attempt.finish("code-of-the-page")) == await second


async def test_what_failed_is_recorded_so_and_is_not_gone_on_with(
    engine: Engine, shop: Any, answer: Any
) -> None:
    server = shop()
    server.answers["/token"] = answer(400, b'{"error": "invalid_grant"}')
    told: list[Event] = []
    attempt = await begun(engine, told.append)
    for _ in range(2):
        with pytest.raises(VendorError, match="does not take the code"):
            await attempt.finish("code-of-the-page")
    assert len(server.seen) == 1
    given_up = await begun(engine, told.append)
    await given_up.close()
    with pytest.raises(ConfigError, match="this sign-in of crm has ended"):
        await given_up.finish("code-of-the-page")
    assert len(server.seen) == 1
    assert [one.state for one in told if isinstance(one, OperationEnded)] == ["failed", "cancelled"]


async def test_what_comes_after_the_end_is_not_taken(engine: Engine, shop: Any) -> None:
    server = shop()
    attempt = await begun(engine)
    assert attempt.prompt is not None
    attempt.prompt = replace(attempt.prompt, ends_us=attempt.prompt.ends_us - 3600 * 1_000_000)
    with pytest.raises(VendorError, match="came too late") as caught:
        await attempt.finish("code-of-the-page")
    assert "`connect-tui auth sign-in crm`" in caught.value.failure.remedy
    assert server.seen == []


async def test_a_client_that_cannot_be_kept_is_removed_again(
    engine: Engine, home: Home, serve: Any, answer: Any
) -> None:
    server = serve()
    await asyncio.to_thread(engine.keeper.open, "to be there")
    made = {
        "client_id": "new-client", "client_secret": "canary-secret", "registration_access_token": "canary-token",
        "registration_client_uri": f"{server.url}/register/new",
    }  # fmt: skip
    told = {f"{name}_endpoint": f"{server.url}/{path}" for name, path in (("registration", "register"),
            ("token", "token"))}  # fmt: skip

    def register(handler: Any) -> None:
        home.vault.unlink(missing_ok=True)
        home.vault.mkdir()  # from now on nothing can be kept
        answer(201, json.dumps(made).encode())(handler)

    server.answers = {
        "/.well-known/openid-configuration": answer(200, json.dumps({"issuer": server.url, **told}).encode()),
        "/register": register,
        "/register/new": answer(204, b""),
    }
    with pytest.raises(VaultError):
        await engine.register_app(Wish(provider=server.url, name="ours"))
    assert [seen[:2] for seen in server.seen][1:] == [("POST", "/register"), ("DELETE", "/register/new")]


@pytest.mark.parametrize(("said", "seconds"), [(60, 60), (0, None), ("soon", None), (True, None)])
async def test_a_page_is_to_be_opened_while_its_parameters_are_kept(
    engine: Engine, shop: Any, answer: Any, said: Any, seconds: int | None
) -> None:
    server = shop("pushing")
    server.answers["/par"] = answer(201, json.dumps({"request_uri": "urn:x:1", "expires_in": said}).encode())
    before = now_us()
    attempt = await begun(engine)
    after = now_us()
    assert attempt.prompt is not None
    await attempt.close()
    by = attempt.prompt.open_by_us
    assert (by is None) == (seconds is None)
    if by is not None and seconds is not None:
        assert before <= by - seconds * 1_000_000 <= after
