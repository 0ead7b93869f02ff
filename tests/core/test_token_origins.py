"""The credentials of an authentication go to the provider that they were first used at, and to no other."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Engine
from core.errors import ConfigError, PolicyError

CONNECTOR = """
schema: connect/1
revision: 1
handle: forge
name: Forge
summary: Something that everybody runs on a host of his own.
type: api
inputs: [{key: base_url, type: url, required: true}, {key: realm, default: main}]
http: {base_url: '{{ var.base_url }}'}
auth:
  machine:
    kind: oauth2
    grants: [client_credentials]
    token_url: '{{ var.base_url }}/realms/{{ var.realm }}/token'
    revoke_url: '{{ var.base_url }}/revoke'
  person:
    kind: oauth2
    grants: [authorization_code, device_code]
    authorize_url: '{{ var.base_url }}/authorize'
    device_url: '{{ var.base_url }}/device'
    token_url: '{{ var.base_url }}/token'
    client_auth: post
  given: {kind: oauth2, grants: [refresh_token], token_url: '{{ var.base_url }}/token', client_auth: none}
  login:
    kind: session
    steps: [{request: {method: POST, path: /login, body: {p: '{{ auth.password }}'}}, extract: [{key: token, path: access_token}]}]
    apply: [{in: header, name: X-Token}]
operations: {get: {request: {path: /things}}}
"""
SECRETS = {
    "machine": {"client_secret": "our-secret-value"},
    "login": {"password": "our-secret-value"},
    "given": {"refresh_token": "our-secret-value"},
    "person": {"client_secret": "our-secret-value"},
}


@pytest.fixture
def forges(engine: Engine, serve: Any, answer: Any, tmp_path: Path) -> Callable[[str], Any]:
    """Make two connections, ``ours`` and ``theirs``, that use one authentication; gives their servers."""

    def make(method: str) -> tuple[Any, Any]:
        path = tmp_path / "forge.yaml"
        path.write_text(CONNECTOR)
        engine.catalog.add(path)
        values = {"login": {"username": "ada"}}.get(method, {"client_id": "me"})
        engine.workspace.authentications.add("forge", method, "key", values, SECRETS[method])
        servers = []
        for name in ("ours", "theirs"):
            server = serve()
            tokens = {"access_token": "at-canary", "refresh_token": "rt-canary", "expires_in": 3600}
            server.answers["*"] = answer(200, json.dumps(tokens).encode())
            connect(engine, name, server.url)
            servers.append(server)
        return servers[0], servers[1]

    return make


def connect(engine: Engine, name: str, url: str) -> None:
    engine.workspace.create_connection("forge", name, authentication="key", variables={"base_url": url})
    engine.workspace.activate(name)


async def use(engine: Engine, connection: str) -> Any:
    return (await engine.run(connection, "get", {})).error


@pytest.mark.parametrize("method", ["machine", "login", "given"])
async def test_a_second_connection_elsewhere_gets_neither_secret_nor_token(
    engine: Engine, forges: Any, method: str
) -> None:
    ours, theirs = forges(method)
    assert await use(engine, "ours") is None
    for _ in range(2):
        error = await use(engine, "theirs")
        assert error.error_class == "policy"
        assert f"the credentials of key are for {ours.url}" in error.message
        assert theirs.url in error.message
        assert "an authentication of its own" in error.remedy
    assert theirs.seen == []
    # Nothing is due, so what is refused is the use of tokens that are held.
    assert await use(engine, "ours") is None


async def test_another_realm_of_the_same_host_is_the_same_provider(engine: Engine, forges: Any) -> None:
    ours, _ = forges("machine")
    assert await use(engine, "ours") is None
    engine.workspace.edit_connection("theirs", variables={"base_url": ours.url, "realm": "test"})
    assert await use(engine, "theirs") is None


async def test_a_command_without_a_connection_uses_the_one_that_leads_there(
    engine: Engine, forges: Any, serve: Any
) -> None:
    _, theirs = forges("machine")
    # The first of its users by name leads elsewhere.
    connect(engine, "another", serve().url)
    assert await use(engine, "theirs") is None
    for _ in range(2):
        await engine.refresh("key")
    assert len(theirs.seen) == 4
    with pytest.raises(PolicyError, match="the credentials of key are for"):
        await engine.refresh("key", connection="ours")
    assert engine.workspace.authentications.get("key").refresh_failures == 0


async def test_nobody_guesses_which_of_two_providers_is_meant(engine: Engine, forges: Any) -> None:
    ours, theirs = forges("person")
    for act in (engine.begin_sign_in("key", flow="device"), engine.refresh("key")):
        with pytest.raises(
            ConfigError, match="key is used by ours and theirs, whose providers are at"
        ) as caught:
            await act
        assert "--connection" in caught.value.failure.remedy
    assert ours.seen == theirs.seen == []


async def test_a_sign_in_goes_where_the_last_one_went(engine: Engine, forges: Any) -> None:
    _, theirs = forges("person")
    attempt = await engine.begin_sign_in("key", flow="paste", connection="ours")
    assert attempt.prompt is not None
    state = attempt.prompt.page.partition("state=")[2].partition("&")[0]
    await attempt.finish(f"http://127.0.0.1:8733/callback?code=c&state={state}")
    with pytest.raises(PolicyError, match="the credentials of key are for") as caught:
        await engine.begin_sign_in("key", flow="device", connection="theirs")
    assert "`connect-tui auth revoke key`" in caught.value.failure.remedy
    assert theirs.seen == []
    await engine.revoke("key", connection="ours")
    attempt = await engine.begin_sign_in("key", flow="paste", connection="theirs")
    await attempt.close()


async def test_new_secrets_may_go_elsewhere_and_other_changes_do_not(engine: Engine, forges: Any) -> None:
    forges("machine")
    assert await use(engine, "ours") is None
    engine.workspace.authentications.edit("key", {"client_id": "you"}, {})
    assert (await use(engine, "theirs")).error_class == "policy"
    engine.workspace.authentications.edit("key", {}, {"client_secret": "another-secret-value"})
    assert await use(engine, "theirs") is None
    assert (await use(engine, "ours")).error_class == "policy"


async def test_a_provider_that_refused_is_not_where_credentials_belong(
    engine: Engine, forges: Any, answer: Any
) -> None:
    ours, _ = forges("machine")
    ours.answers["*"] = answer(404, b"not here")
    assert await use(engine, "ours") is not None
    await asyncio.sleep(0)
    await engine.refresh("key", connection="theirs")
    assert await use(engine, "theirs") is None
