"""App installations: the app's token is signed as the vendor checks it, and buys one that is used until it ends."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.jwk import RSAKey

from core import Engine

CONNECTOR = """
schema: connect/1
revision: 1
handle: hub
name: Hub
summary: A vendor of apps.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  app:
    kind: app_installation
    request: {method: POST, path: '/app/installations/{{ auth.installation_id }}/access_tokens'}
    expect: {status: 201}
    extract:
      - {key: token, path: token}
      - {key: permissions, path: permissions, secret: false}
operations:
  get-things: {request: {path: /things}, records: items}
"""


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


class Hub:
    """A vendor that checks the app's token with a library of others, by a clock of its own."""

    def __init__(self, server: Any, key: rsa.RSAPrivateKey) -> None:
        self.server, self.ahead_s, self.bought = server, 0.0, 0
        self.claims: list[dict[str, Any]] = []
        self.lives_s = 3600
        self.public = RSAKey.import_key(key.public_key())
        server.answers["/app/installations/42/access_tokens"] = self._buy
        server.answers["/things"] = self._things

    def _buy(self, handler: Any) -> None:
        now = time.time() + self.ahead_s
        handler.date_time_string = lambda: handler.__class__.date_time_string(handler, now)
        scheme, _, token = handler.headers["Authorization"].partition(" ")
        decoded = jwt.decode(token, self.public, algorithms=["RS256"])
        claims = decoded.claims
        self.claims.append(claims)
        on_time = claims["iat"] <= now < claims["exp"] <= now + 600
        if scheme != "Bearer" or claims["iss"] != "7" or not on_time:
            answer(handler, 401, {"message": "'iat' is in the future, or 'exp' too far"})
            return
        self.bought += 1
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + self.lives_s))
        token = {
            "token": f"canary-ghs-{self.bought}-abcdef",
            "expires_at": ends,
            "permissions": {"issues": "read"},
        }
        answer(handler, 201, token)

    def _things(self, handler: Any) -> None:
        right = handler.headers.get("Authorization") == f"Bearer canary-ghs-{self.bought}-abcdef"
        answer(handler, 200 if right else 401, {"items": [1]} if right else {"message": "bad"})


def answer(handler: Any, status: int, body: Any) -> None:
    content = json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


@pytest.fixture
def hub(engine: Engine, serve: Callable[[], Any], key: rsa.RSAPrivateKey, tmp_path: Path) -> Hub:
    made = Hub(serve(), key)
    (tmp_path / "hub.yaml").write_text(CONNECTOR)
    engine.catalog.add(tmp_path / "hub.yaml")
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    values = {"app_id": "7", "installation_id": "42"}
    engine.workspace.authentications.add("hub", "app", "me", values, {"private_key": pem})
    variables = {"base_url": made.server.url}
    engine.workspace.create_connection("hub", "it", authentication="me", variables=variables)
    engine.workspace.activate("it")
    return made


async def test_one_token_is_bought_for_many_requests(engine: Engine, hub: Hub) -> None:
    for _ in range(3):
        outcome = await engine.run("it", "get-things", {})
        assert outcome.state == "success", outcome.error
    assert hub.bought == 1
    row = engine.workspace.authentications.get("me")
    assert row.captured == {"permissions": {"issues": "read"}}
    assert 3500 < (row.expires_us or 0) / 1e6 - time.time() <= 3601
    assert set(hub.claims[0]) == {"iss", "iat", "exp"}


async def test_a_token_that_is_refused_is_bought_anew(engine: Engine, hub: Hub) -> None:
    await engine.run("it", "get-things", {})
    hub.bought += 1
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert len(hub.claims) == 2


@pytest.mark.parametrize("ahead_s", [-900, 900])
async def test_a_clock_that_is_wrong_is_set_by_the_vendors(engine: Engine, hub: Hub, ahead_s: int) -> None:
    hub.ahead_s = ahead_s
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert hub.bought == 1
    left = (engine.workspace.authentications.get("me").expires_us or 0) / 1e6 - time.time()
    assert 3500 < left <= 3602


async def test_an_app_that_is_not_known_needs_a_person(engine: Engine, hub: Hub) -> None:
    engine.workspace.authentications.edit("me", {"app_id": "8"}, {})
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "the login was refused at the token request: 401 unauthorized" in outcome.error.message
    assert engine.workspace.authentications.get("me").state == "authorization_required"


async def test_a_key_that_is_none_is_said_without_it(engine: Engine, hub: Hub) -> None:
    engine.workspace.authentications.edit("me", {}, {"private_key": "canary-no-key"})
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "the key that signs cannot be read as pem" in outcome.error.message
    assert not hub.claims


async def test_neither_key_nor_token_is_written_anywhere_but_sealed(
    engine: Engine, hub: Hub, home: Any
) -> None:
    outcomes = [await engine.run("it", "get-things", {})]
    hub.bought += 1
    outcomes.append(await engine.run("it", "get-things", {}))
    tokens = [one[2]["Authorization"].split()[1] for one in hub.server.seen]
    await engine.close()
    written = {path: path.read_bytes() for path in home.data.rglob("*") if path.is_file()}
    assert any(b"/access_tokens" in content for content in written.values())
    for token in {"BEGIN RSA", *tokens}:
        assert token not in str(outcomes)
        assert [path for path, content in written.items() if token.encode() in content] == []
