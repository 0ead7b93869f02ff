"""While a person enters a code, a network that fails makes the questions rarer, and only while it does."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from core import Engine

CONNECTOR = """
schema: connect/1
revision: 1
handle: shop
name: Shop
summary: A shop that people sign in at.
type: api
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  person:
    kind: oauth2
    grants: [device_code]
    device_url: '{{ var.base_url }}/device'
    token_url: '{{ var.base_url }}/token'
    client_auth: none
operations: {get: {request: {path: /things}}}
"""
STARTED = {"device_code": "dc-1", "user_code": "AB-12", "verification_uri": "https://shop.example/go", "interval": 5,
           "expires_in": 3600}  # fmt: skip


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the questions waited, each of them without waiting."""
    found: list[float] = []
    sleep = asyncio.sleep

    async def at_once(delay: float, *more: Any) -> None:
        if delay >= 5:
            found.append(delay)
            delay = 0
        await sleep(delay, *more)

    monkeypatch.setattr(asyncio, "sleep", at_once)
    return found


async def test_the_pause_grows_to_a_minute_while_nothing_answers_and_is_short_again_after(
    engine: Engine, serve: Any, answer: Any, tmp_path: Path, waited: list[float]
) -> None:
    (tmp_path / "shop.yaml").write_text(CONNECTOR)
    engine.catalog.add(tmp_path / "shop.yaml")
    server = serve()
    pending = answer(400, b'{"error": "authorization_pending"}')
    replies = iter(["lost"] * 6 + [pending] * 2 + [answer(200, b'{"access_token": "at-canary"}')])

    def reply(handler: Any) -> None:
        told = next(replies)
        if told == "lost":
            handler.close_connection = True
        else:
            told(handler)

    server.answers |= {"/device": answer(200, json.dumps(STARTED).encode()), "/token": reply}
    engine.workspace.authentications.add("shop", "person", "crm", {"client_id": "me"}, {})
    engine.workspace.create_connection(
        "shop", "shop", authentication="crm", variables={"base_url": server.url}
    )
    attempt = await engine.begin_sign_in("crm", flow="device")
    assert (await attempt.finish()).values["access_token"] == "at-canary"
    assert waited == [5, 10, 20, 40, 60, 60, 60, 5, 5]
