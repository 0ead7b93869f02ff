"""Facts of a sign-in that an operation tells are read once the tokens are safe."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors import find_problems
from core import Engine
from core.tokens import load_tokens

CONNECTOR = """schema: connect/1
revision: 1
handle: acme
name: Acme
summary: A connector of the tests.
type: api
inputs: [{key: id_url, type: url, required: true}, {key: team, default: blue}]
http: {base_url: '{{ var.id_url }}/sites/{{ captured.site }}'}
auth:
  person:
    kind: oauth2
    grants: [authorization_code]
    authorize_url: '{{ var.id_url }}/authorize'
    token_url: '{{ var.id_url }}/token'
    captured: &captured
      - {key: site, from: operation, operation: list-sites, path: '[0].id', input: {limit: 1}, example: s1}
      - {key: name, from: operation, operation: get-me, path: name}
  known:
    kind: oauth2
    grants: [authorization_code, refresh_token]
    authorize_url: '{{ var.id_url }}/authorize'
    token_url: '{{ var.id_url }}/token'
    userinfo_url: '{{ var.id_url }}/who'
    captured:
      - {key: site, from: userinfo, path: id}
      - {key: pin, from: userinfo, path: pin, secret: true}
  machine:
    kind: oauth2
    grants: [client_credentials]
    token_url: '{{ var.id_url }}/token'
    captured: *captured
operations:
  list-sites: {input: {limit: integer}, request: {path: '{{ var.id_url }}/sites', query: {n: '{{ input.limit }}'}}}
  get-me: {request: {path: '{{ var.id_url }}/me'}}
  get-things: {request: {path: /things}}
  make-thing: {request: {method: POST, path: /things}}
"""


@pytest.fixture
def acme(engine: Engine, serve: Any, answer: Any, tmp_path: Path) -> Callable[[str], Any]:
    """Make the connection ``it``; gives its server."""

    def make(method: str) -> Any:
        path = tmp_path / "acme.yaml"
        path.write_text(CONNECTOR)
        engine.catalog.add(path)
        server = serve()
        tokens = {"access_token": "at-canary", "refresh_token": "rt-canary", "expires_in": 3600}
        for place, body in {
            "/token": tokens, "/sites": [{"id": "s7"}], "/me": {"name": "Ada"}, "/sites/s7/things": [],
            "/who": {"id": "s7", "pin": "canary-pin"},
        }.items():  # fmt: skip
            server.answers[place] = answer(200, json.dumps(body).encode())
        engine.workspace.create_connection(
            "acme", "it", method=method, variables={"id_url": server.url, "client_id": "me"},
            secrets={"client_secret": "our-secret-value"},
        )  # fmt: skip
        engine.workspace.activate("it")
        return server

    return make


def paths(server: Any) -> list[str]:
    found = [path for _, path, _, _ in server.seen]
    server.seen.clear()
    return found


def kept(engine: Engine) -> dict[str, Any]:
    text, _ = engine.keeper.held(f"{engine.workspace.authentications.get('it').id}/tokens")
    assert text is not None
    return load_tokens(text).told


async def use(engine: Engine) -> Any:
    return (await engine.run("it", "get-things", {})).error


async def test_a_sign_in_asks_the_operations_and_keeps_what_they_tell(engine: Engine, acme: Any) -> None:
    server = acme("person")
    attempt = await engine.begin_sign_in("it", flow="paste")
    assert attempt.prompt is not None
    state = attempt.prompt.page.partition("state=")[2].partition("&")[0]
    await attempt.finish(f"http://127.0.0.1:8733/callback?code=c&state={state}")
    assert [headers.get("Authorization") for _, _, headers, _ in server.seen[1:]] == ["Bearer at-canary"] * 2
    assert paths(server) == ["/token", "/sites?n=1", "/me"]
    assert kept(engine) == {"site": "s7", "name": "Ada"}
    assert engine.workspace.authentications.get("it").captured == {"site": "s7", "name": "Ada"}
    assert await use(engine) is None
    assert paths(server) == ["/sites/s7/things"]
    await engine.refresh("it")
    assert paths(server) == ["/token"]
    assert kept(engine) == {"site": "s7", "name": "Ada"}


async def test_a_machine_asks_once_for_all_its_tokens(engine: Engine, acme: Any) -> None:
    server = acme("machine")
    assert await use(engine) is None
    await engine.refresh("it")
    assert await use(engine) is None
    assert paths(server) == [
        "/token", "/sites?n=1", "/me", "/sites/s7/things", "/token", "/sites/s7/things",
    ]  # fmt: skip
    engine.workspace.authentications.edit("it", {}, {"client_secret": "another-secret-value"})
    assert await use(engine) is None
    assert paths(server) == ["/token", "/sites?n=1", "/me", "/sites/s7/things"]


async def test_what_could_not_be_asked_loses_no_token_and_is_asked_later(
    engine: Engine, acme: Any, answer: Any
) -> None:
    server = acme("machine")
    server.answers["/sites"] = answer(503, b"down")
    assert "captured.site" in (await use(engine)).message
    assert paths(server) == ["/token", "/sites?n=1", "/me"]
    assert kept(engine) == {"name": "Ada"}
    server.answers["/sites"] = answer(200, b'[{"id": "s7"}]')
    # The first look-up after it is at once, the next only after a rest.
    assert await use(engine) is None
    assert paths(server) == ["/sites?n=1", "/me", "/sites/s7/things"]
    assert kept(engine) == {"site": "s7", "name": "Ada"}


async def sign_in(engine: Engine) -> None:
    attempt = await engine.begin_sign_in("it", flow="paste")
    assert attempt.prompt is not None
    state = attempt.prompt.page.partition("state=")[2].partition("&")[0]
    await attempt.finish(f"http://127.0.0.1:8733/callback?code=c&state={state}")


def hang_up(handler: Any) -> None:
    handler.close_connection = True
    handler.connection.close()


async def test_tokens_are_kept_though_nobody_says_who_signed_in(
    engine: Engine, acme: Any, answer: Any
) -> None:
    server = acme("known")
    row = engine.workspace.authentications.get("it")

    def who(handler: Any) -> None:
        assert engine.keeper.held(f"{row.id}/tokens")[0], "asked before the tokens were kept"
        hang_up(handler)

    server.answers["/who"] = who
    await sign_in(engine)
    assert paths(server) == ["/token", "/who"]
    assert kept(engine) == {}
    server.answers["/token"] = answer(200, b'{"access_token": "at-canary", "refresh_token": "rt-canary-2"}')
    await engine.refresh("it")
    assert load_tokens(engine.keeper.held(f"{row.id}/tokens")[0] or "").refresh_token == "rt-canary-2"
    assert engine.workspace.authentications.get("it").rotation_us is None
    server.answers["/who"] = answer(200, b'{"id": "s7", "pin": "canary-pin"}')
    paths(server)
    assert await use(engine) is None
    assert paths(server) == ["/who", "/sites/s7/things"]
    assert kept(engine) == {"site": "s7"}
    await engine.refresh("it")
    assert await use(engine) is None
    assert paths(server) == ["/token", "/sites/s7/things"]
    assert load_tokens(engine.keeper.held(f"{row.id}/tokens")[0] or "").values["pin"] == "canary-pin"


async def test_what_a_vendor_has_not_is_not_asked_for_at_each_use(
    engine: Engine, acme: Any, answer: Any
) -> None:
    server = acme("machine")
    server.answers["/me"] = answer(403, b"{}")
    for _ in range(3):
        assert await use(engine) is None
    assert paths(server).count("/me") == 1
    assert kept(engine) == {"site": "s7"}


async def test_a_vendor_that_stays_down_is_left_alone_for_a_while(
    engine: Engine, acme: Any, answer: Any
) -> None:
    server = acme("machine")
    server.answers["/me"] = answer(503, b"down")
    for _ in range(4):
        assert await use(engine) is None
    assert paths(server).count("/me") == 2


async def test_a_test_of_the_connection_finds_its_address_by_it(
    engine: Engine, acme: Any, answer: Any
) -> None:
    server = acme("machine")
    server.answers["/sites"] = answer(503, b"down")
    await use(engine)
    server.answers["/sites"] = answer(200, b'[{"id": "s7"}]')
    report = await engine.test("it")
    assert report.error is None, report.error


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ("{key: x, from: operation}", "needs the `operation`"),
        (
            "{key: x, from: operation, operation: list-site}",
            "there is no operation 'list-site'; did you mean",
        ),
        ("{key: x, from: operation, operation: make-thing}", "'make-thing' changes something"),
        ("{key: x, from: operation, operation: get-me, secret: true}", "so it is no secret"),
        ("{key: x, from: operation, operation: list-sites, input: {limit: many}}", "many"),
        ("{key: x, operation: get-me}", "`from: operation` alone"),
        ("{key: x, from: userinfo, input: {a: 1}}", "`from: operation` alone"),
    ],
)
def test_what_does_not_fit_is_found_in_the_file(tmp_path: Path, fact: str, words: str) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(CONNECTOR.replace("      - {key: name,", f"      - {fact}\n      - {{key: name,"))
    assert any(words in problem.message for problem in find_problems(path)), list(find_problems(path))
    path.write_text(CONNECTOR)
    assert not list(find_problems(path))
