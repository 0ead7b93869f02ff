"""A person signs in by OAuth 1.0a at the providers of Authlib and of oauthlib, and the token works there."""

import asyncio
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import make_server

import pytest
import yaml

from core import Engine
from core.errors import ConnectError, InputError

from .oauth1_providers import REDIRECT, AuthlibProvider, OauthlibProvider
from .test_oauth1 import CLIENT, CLIENT_SECRET, PRIVATE, WithTarget

pytestmark = [pytest.mark.peer, pytest.mark.timeout(120)]

CONNECTOR = """
schema: connect/1
revision: 1
handle: ledger
name: Ledger
summary: A ledger whose provider speaks OAuth 1.0a.
type: api
author: {company: Tests}
inputs:
  - {key: base_url, type: url, required: true}
  - {key: redirect, required: true}
http: {base_url: '{{ var.base_url }}'}
auth:
  hmac-sha1: &person
    kind: oauth1
    request_token_url: '{{ var.base_url }}/initiate'
    authorize_url: '{{ var.base_url }}/authorize?lang=en'
    access_token_url: '{{ var.base_url }}/token'
    redirect_uri: '{{ var.redirect }}'
    params: {authorize: {hint: a b}}
    captured: [{key: team}, {key: company, from: callback}]
    test: [{name: me, request: {path: /me}}]
  plaintext: {<<: *person, signature: PLAINTEXT}
  rsa-sha1: {<<: *person, signature: RSA-SHA1}
  hmac-sha256: {<<: *person, signature: HMAC-SHA256, realm: '{{ captured.company }}'}
  query: {<<: *person, in: query}
  body: {<<: *person, in: body}
operations:
  me: {request: {path: /me, query: {q: "ä b"}}}
"""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], str]]:
    """Serve a provider on a free port and give its address; Authlib is told that plain http is meant."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    servers = []

    def begin(provider: Any) -> str:
        def application(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
            headers = {"Authorization": environ.get("HTTP_AUTHORIZATION", ""),
                       "Content-Type": environ["CONTENT_TYPE"]}  # fmt: skip
            known = {name: value for name, value in headers.items() if value}
            method, url = environ["REQUEST_METHOD"], f"{base}{environ['peer.target']}"
            status, said, more = provider.answer(method, url, body, known)
            start(f"{status} Said", [*more, ("Content-Length", str(len(said.encode())))])
            return [said.encode()]

        server = make_server("127.0.0.1", 0, application, handler_class=WithTarget)
        base = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        servers.append((server, thread))
        return base

    yield begin
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def connected(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Make a connection to a provider that nobody has signed in to."""
    path = tmp_path / "ledger.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(CONNECTOR), sort_keys=False))  # a file has no merge keys
    engine.catalog.add(path)
    monkeypatch.setenv("PEER_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("PEER_KEY", PRIVATE.decode())
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))

    def make(base_url: str, method: str, redirect: str = REDIRECT) -> str:
        secrets = (
            {"private_key": "ref:env:PEER_KEY"}
            if method == "rsa-sha1"
            else {"consumer_secret": "ref:env:PEER_SECRET"}
        )
        engine.workspace.authentications.add("ledger", method, method, {"consumer_key": CLIENT}, secrets)
        engine.workspace.create_connection(
            "ledger", method, authentication=method, variables={"base_url": base_url, "redirect": redirect}
        )
        engine.workspace.activate(method)
        return method

    return make


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


async def opened(page: str) -> tuple[str, str]:
    """Open a page as a browser does; give where it leads, and what it says."""

    def ask() -> tuple[str, str]:
        try:
            with urllib.request.build_opener(NoRedirect).open(page, timeout=30) as answer:
                return "", answer.read().decode()
        except urllib.error.HTTPError as found:
            with found:
                return found.headers["Location"] or "", ""

    return await asyncio.to_thread(ask)


@pytest.mark.parametrize("method", ["hmac-sha1", "plaintext", "rsa-sha1", "query", "body"])
async def test_a_person_signs_in_and_the_token_works(
    engine: Engine, serve: Any, connected: Any, kept: Any, method: str
) -> None:
    provider = AuthlibProvider()
    name = connected(serve(provider), method)
    before = await engine.run(name, "me", {})
    assert (before.error.error_class, before.error.remedy) == (
        "auth", f"sign in: `connect-tui auth sign-in {name}`"
    )  # fmt: skip
    dry = await engine.run(name, "me", {}, dry_run=True)
    assert (dry.error, dry.result) == (None, "dry run: nothing was sent")
    attempt = await engine.begin_sign_in(name, flow="paste")
    assert attempt.prompt is not None
    assert attempt.prompt.choice.others == ("loopback",)
    assert parse_qs(urlsplit(attempt.prompt.page).query).keys() == {"lang", "oauth_token", "hint"}
    back, _ = await opened(attempt.prompt.page)
    other = back.replace("oauth_token=", "oauth_token=x")
    with pytest.raises(InputError, match="belongs to another sign-in"):
        await attempt.finish(other)
    await attempt.finish(back)
    row = engine.workspace.authentications.get(name)
    assert (row.state, dict(row.captured)) == ("ready", {"team": "blue"})
    outcome = await engine.run(name, "me", {})
    assert outcome.error is None, outcome.error
    await engine.close()
    for path in (*engine.home.data.rglob("*"), *engine.home.state.rglob("*")):
        assert not path.is_file() or b"canary" not in path.read_bytes(), path


async def test_a_browser_comes_back_and_is_told_the_truth(engine: Engine, serve: Any, connected: Any) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        redirect = f"http://127.0.0.1:{one.getsockname()[1]}/callback"
    name = connected(serve(AuthlibProvider()), "hmac-sha1", redirect)
    attempt = await engine.begin_sign_in(name, flow="loopback")
    assert attempt.prompt is not None
    finished = asyncio.create_task(attempt.finish())
    back, _ = await opened(attempt.prompt.page)
    _, page = await opened(back)
    assert "You are signed in" in page
    assert (await finished).values["token"] == "canary-token-ä"
    again = await engine.begin_sign_in(name, flow="loopback")
    assert again.prompt is not None
    finished = asyncio.create_task(again.finish())
    back, _ = await opened(again.prompt.page)
    _, page = await opened(back.replace("oauth_verifier=", "oauth_verifier=x"))
    assert "You are not signed in: the provider does not take the code" in page
    with pytest.raises(ConnectError, match=r"wrong, used before or too late"):
        await finished


async def test_a_code_that_the_page_shows_is_typed(engine: Engine, serve: Any, connected: Any) -> None:
    name = connected(serve(AuthlibProvider()), "hmac-sha1", "oob")
    attempt = await engine.begin_sign_in(name)
    assert attempt.prompt is not None
    assert (attempt.prompt.choice.flow, attempt.prompt.choice.others) == ("paste", ())
    assert attempt.prompt.redirect_uri is None
    _, code = await opened(attempt.prompt.page)
    with pytest.raises(InputError, match="cannot sign in by loopback"):
        await engine.begin_sign_in(name, flow="loopback")
    attempt_2 = await engine.begin_sign_in(name)
    await attempt_2.close()
    with pytest.raises(ConnectError, match="does not take the code"):
        await attempt.finish(code)  # a terminal that lost the blank in it


async def test_a_person_who_declines_and_a_client_that_is_unknown_are_told(
    engine: Engine, serve: Any, connected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = AuthlibProvider()
    name = connected(serve(provider), "hmac-sha1")
    provider.grants = False
    attempt = await engine.begin_sign_in(name, flow="paste")
    assert attempt.prompt is not None
    back, _ = await opened(attempt.prompt.page)
    with pytest.raises(
        ConnectError, match="refused the sign-in of hmac-sha1: access was not granted: The res"
    ) as no:
        await attempt.finish(back)
    assert "`connect-tui auth sign-in hmac-sha1`" in no.value.failure.remedy
    monkeypatch.setenv("PEER_SECRET", "another-secret")
    with pytest.raises(ConnectError, match="does not accept the signature of hmac-sha1") as caught:
        await engine.begin_sign_in(name)
    assert "`connect-tui auth edit hmac-sha1`" in caught.value.failure.remedy
    engine.workspace.authentications.edit(name, {"consumer_key": "stranger"}, {})
    with pytest.raises(ConnectError, match="does not know the consumer key of hmac-sha1"):
        await engine.begin_sign_in(name)


async def test_netsuites_rules_are_kept(engine: Engine, serve: Any, connected: Any) -> None:
    """HMAC-SHA256, a nonce of 20 letters, no realm before the account is known, and it afterwards."""
    provider = OauthlibProvider()
    name = connected(serve(provider), "hmac-sha256")
    attempt = await engine.begin_sign_in(name, flow="paste")
    assert attempt.prompt is not None
    back, _ = await opened(attempt.prompt.page)
    await attempt.finish(back)
    assert dict(engine.workspace.authentications.get(name).captured) == {"company": "1234567_SB1"}
    assert all("realm=" not in headers.get("Authorization", "") for headers in provider.asked)
    engine.workspace.authentications.get(name)
    outcome = await engine.run(name, "me", {})
    assert outcome.error is None, outcome.error
    assert 'realm="1234567_SB1"' in provider.asked[-1]["Authorization"]


async def test_a_token_that_was_revoked_asks_for_a_person(engine: Engine, serve: Any, connected: Any) -> None:
    provider = AuthlibProvider()
    name = connected(serve(provider), "hmac-sha1")
    attempt = await engine.begin_sign_in(name, flow="paste")
    assert attempt.prompt is not None
    await attempt.finish((await opened(attempt.prompt.page))[0])
    assert engine.who_signs_in(name) == (name, False)
    provider.given = None
    outcome = await engine.run(name, "me", {})
    assert outcome.error is not None
    assert "no longer accepts the token of hmac-sha1" in outcome.error.message
    assert outcome.error.remedy == "sign in again: `connect-tui auth sign-in hmac-sha1`"
    assert engine.who_signs_in(name) == (name, True)
    assert engine.workspace.authentications.get(name).state == "authorization_required"


async def test_a_token_has_no_refresh_and_is_forgotten_when_signed_out(
    engine: Engine, serve: Any, connected: Any
) -> None:
    name = connected(serve(AuthlibProvider()), "hmac-sha1")
    attempt = await engine.begin_sign_in(name, flow="paste")
    assert attempt.prompt is not None
    await attempt.finish((await opened(attempt.prompt.page))[0])
    with pytest.raises(ConnectError, match="knows no refresh"):
        await engine.refresh(name)
    assert engine.workspace.authentications.get(name).state == "ready"
    assert await engine.revoke(name) is False
    assert engine.workspace.authentications.get(name).state == "authorization_required"
    outcome = await engine.run(name, "me", {})
    assert "connect-tui auth sign-in" in outcome.error.remedy
