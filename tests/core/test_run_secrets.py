"""No secret of a run reaches the log, an error or another host."""

import dataclasses
import hashlib

import pytest

from core import ConfigError, Engine
from core.home import Home
from storage.reading import open_reading

THINGS = b'{"items": [{"id": 0}]}'


async def test_the_token_is_sent_and_recorded_only_as_dots(
    engine, small, serve, answer, home, canary
) -> None:
    server = serve()
    server.answers["/things"] = answer(200, THINGS)
    small(server.url)
    outcome = await engine.run("it", "list-things", {})
    assert server.seen[0][2]["Authorization"] == f"Bearer {canary}"
    await engine.close()
    with open_reading(home.database) as reading:
        (exchange,) = reading.exchanges(outcome.operation, bodies=True)
    assert dict(exchange.request_headers)["Authorization"] == "Bearer •••"


async def test_redirects_to_another_host_never_carry_credentials(engine, small, serve, answer) -> None:
    first, second = serve(), serve()
    other = second.url.replace("127.0.0.1", "localhost")
    first.answers["/things"] = answer(302, b"", {"Location": f"{other}/things"})
    second.answers["/things"] = answer(200, THINGS)
    small(first.url, redirects="any", hosts="{other: localhost}")
    outcome = await engine.run("it", "list-things", {})
    # localhost is a private address and not the base URL's host, so the guard refuses it before a byte leaves.
    assert outcome.error.error_class == "policy"
    assert second.seen == []


async def test_another_port_of_the_host_gets_neither_credentials_nor_a_request(
    engine, small, serve, answer
) -> None:
    first, second = serve(), serve()
    first.answers["/things"] = answer(302, b"", {"Location": f"{second.url}/things"})
    small(first.url)
    assert (await engine.run("it", "list-things", {})).error.error_class == "policy"
    assert (await engine.request("it", "GET", f"{second.url}/x")).error.error_class == "policy"
    assert second.seen == []


async def test_a_key_in_the_query_is_not_in_the_log(engine, small, serve, answer, home, canary) -> None:
    server = serve()
    server.answers["/things"] = answer(200, THINGS)
    small(server.url, method="key", secrets={"api_key": canary})
    outcome = await engine.run("it", "list-things", {})
    assert "canary" in server.seen[0][1]
    await engine.close()
    with open_reading(home.database) as reading:
        assert "canary" not in reading.exchanges(outcome.operation)[0].url


async def test_secret_variables_reach_the_request_and_nothing_else(
    engine, small, serve, answer, home, canary
) -> None:
    server = serve()
    server.answers["/things"] = answer(201, b'{"echo": "pin-of-canary-777"}')
    small(server.url, secrets={"token": canary, "pin": "pin-of-canary-777"})
    outcome = await engine.run("it", "create-thing", {"name": "n", "pin": "pin-of-canary-777"})
    assert b"pin-of-canary-777" in server.seen[0][3]
    await engine.close()
    for file in home.data.rglob("*"):
        if file.is_file():
            assert b"pin-of-canary-777" not in file.read_bytes(), file
    assert outcome.state == "success"


async def test_a_vendor_that_echoes_our_secret_shows_it_to_nobody(
    engine, small, serve, answer, canary
) -> None:
    server = serve()
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in canary)
    said = f'{{"items": [{{"id": 1, "token": "theirs", "note": "you sent {canary}", "more": "{escaped}"}}]}}'
    server.answers["/things"] = answer(200, said.encode())
    small(server.url)
    events: list[object] = []
    outcome = await engine.run("it", "list-things", {}, emit=events.append)
    assert outcome.records == ({"id": 1, "token": "theirs", "note": "you sent •••", "more": "•••"},)
    assert "canary" not in repr((outcome, events))


async def test_a_missing_reference_is_a_recorded_vault_failure(engine, small, serve, monkeypatch) -> None:
    small(serve().url, secrets={"token": "ref:env:NO_SUCH_CANARY"})
    outcome = await engine.run("it", "list-things", {})
    assert (outcome.state, outcome.error.error_class) == ("failed", "vault")
    assert outcome.operation is not None


async def test_nothing_of_a_home_holds_the_token(desk: Engine, practice, home: Home) -> None:
    await desk.test("desk")
    await desk.run("desk", "list-tickets", {})
    await desk.close()
    token = practice.credentials.token.encode()
    for file in home.data.rglob("*"):
        if file.is_file():
            assert token not in file.read_bytes(), file


async def test_a_hashed_secret_and_a_whole_scope_are_secret_too(engine, small, serve) -> None:
    small(serve().url, secrets={"token": "canary-token-1", "pin": "pin-of-canary-777"})
    outcome = await engine.run("it", "tell-all", {}, dry_run=True)
    hashed = hashlib.sha256(b"pin-of-canary-777").hexdigest()
    assert hashed not in outcome.request.body
    assert "canary" not in outcome.request.body


async def test_an_authentication_of_another_connector_is_never_sent(engine, small, serve, home) -> None:
    server = serve()
    small(server.url)
    row = engine.workspace.authentications.get("it")
    engine.workspace._store.authentications.save(dataclasses.replace(row, connector="github"))
    with pytest.raises(ConfigError, match="for github, not for small"):
        await engine.run("it", "list-things", {})
    assert server.seen == []


async def test_names_of_headers_and_types_hold_no_secret(engine, small, serve, answer, home) -> None:
    server = serve()
    named = {"X-CanaryTokenInName": "1", "Content-Type": "application/CanaryTokenInName+json"}
    server.answers["/things"] = answer(200, b'{"items": [1]}', named)
    small(server.url, secrets={"token": "CanaryTokenInName"})
    outcome = await engine.run("it", "list-things", {})
    await engine.close()
    with open_reading(home.database) as reading:
        (exchange,) = reading.exchanges(outcome.operation, bodies=True)
    assert "canarytokeninname" not in repr(exchange).lower()
