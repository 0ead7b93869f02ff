"""Tokens are renewed when they are due or refused, once for whoever asks, and never lost."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.templates import TemplateError
from core import Engine, Home
from core.errors import NotKnownError
from core.oauth2.capturing import claims_of
from core.resolve import resolve_authentication
from core.tokens import TokenSet, load_tokens
from core.unseal import unseal

HOUR_US = 3600 * 1_000_000

CONNECTOR = """
schema: connect/1
revision: 1
handle: acme
name: Acme
summary: A connector of the tests.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}, {key: id_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  web: &web
    kind: oauth2
    grants: [authorization_code]
    authorize_url: '{{ var.id_url }}/authorize'
    token_url: '{{ var.id_url }}/token'
    refresh: {REFRESH}
    captured: [{key: place}, {key: size, path: length(team)}]     # no answer has a team
    test: [{name: things, request: {path: /things}}]
  told:
    kind: oauth2
    grants: [client_credentials]
    token_url: '{{ var.id_url }}/token'
    captured: [{key: place}]
  moved:
    kind: oauth2
    grants: [client_credentials]
    token_url: '{{ var.id_url }}/token'
    captured: [{key: instance_url, example: 'https://eu1.acme.example', hosts: ['*.acme.example']}]
    test: [{name: things, request: {path: /things}}]
  bound: {kind: oauth2, grants: [client_credentials], token_url: '{{ var.id_url }}/token', dpop: true}
  given:
    kind: oauth2
    grants: [refresh_token]
    token_url: '{{ var.id_url }}/token'
operations:
  list-things: {request: {path: /things}}
  get-moved: {request: {path: /moved}}
  get-place: {request: {path: '/places/{{ captured.place }}'}}
"""


class Provider:
    """Token endpoint and resource of a vendor that replaces its refresh tokens and takes each only once."""

    def __init__(self, server: Any, answer: Callable[..., Any]) -> None:
        self._server, self._answer = server, answer
        self.refresh_token, self.access_token, self.given = "rt-canary-0", "at-canary-0", 0
        self.broken: tuple[int, bytes] | None = None
        self.before_answer: Callable[[], None] = lambda: None
        server.answers |= {"/token": self._token, "/things": self._things, "/places/here": self._things}

    @property
    def asked(self) -> list[dict[str, str]]:
        """What the token endpoint was asked."""
        return [
            dict(parse_qsl(body.decode())) for _, path, _, body in list(self._server.seen) if path == "/token"
        ]

    def _token(self, handler: Any) -> None:
        fields = self.asked[-1]
        if self.broken is not None:
            self._answer(*self.broken)(handler)
            return
        if fields["grant_type"] == "refresh_token" and fields["refresh_token"] != self.refresh_token:
            self._answer(400, b'{"error": "invalid_grant"}')(handler)
            return
        self.given += 1
        self.refresh_token, self.access_token = f"rt-canary-{self.given}", f"at-canary-{self.given}"
        body = {
            "access_token": self.access_token,
            "expires_in": 3600,
            "refresh_token": self.refresh_token,
            "place": "here",
            "instance_url": self._server.url,
        }
        self.before_answer()
        self._answer(200, json.dumps(body).encode())(handler)

    def _things(self, handler: Any) -> None:
        good = handler.headers["authorization"].split()[-1] == self.access_token
        self._answer(200 if good else 401, b"[]")(handler)


@pytest.fixture
def vendor(serve: Any, answer_with: Callable[..., Any]) -> Provider:
    """A running vendor."""
    server = serve()
    provider = Provider(server, answer_with)
    provider.url = server.url  # type: ignore[attr-defined]
    return provider


@pytest.fixture
def answer_with() -> Callable[..., Any]:
    """Build an answer of a server."""

    def build(status: int, body: bytes) -> Any:
        def reply(handler: Any) -> None:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        return reply

    return build


@pytest.fixture
def it(engine: Engine, vendor: Any, tmp_path: Path) -> Callable[..., None]:
    """Make a connection called ``it``; a person need not have signed in."""

    def add(method: str = "web", refresh: str = "{}", **secrets: str) -> None:
        import yaml

        path = tmp_path / "acme.yaml"
        said = yaml.safe_load(CONNECTOR.replace("{REFRESH}", refresh))
        if method == "moved":
            said["http"]["base_url"] = "{{ captured.instance_url }}"
        path.write_text(yaml.safe_dump(said))
        engine.catalog.add(path)
        engine.workspace.create_connection(
            "acme", "it", method=method,
            variables={"base_url": vendor.url, "id_url": vendor.url,
                       "client_id": "me"},
            secrets={"client_secret": "our-secret-value", **secrets},
        )  # fmt: skip
        engine.workspace.activate("it")

    return add


@pytest.fixture
def sign_in(engine: Engine) -> Callable[..., Awaitable[None]]:
    """Keep tokens as a sign-in brings them, with so many seconds left."""

    async def keep(
        left_s: float, *, access: str = "at-canary-0", refresh: str | None = "rt-canary-0"
    ) -> None:
        target = resolve_authentication(engine.workspace, engine.catalog, "it")
        assert target.authentication is not None
        now = time.time_ns() // 1000
        values = {"access_token": access, **({"refresh_token": refresh} if refresh else {})}
        tokens = TokenSet(values, now - HOUR_US, int(now + left_s * 1e6), captured={"place": "here"})
        unsealed = unseal(target, engine.keeper)
        await engine._credentials().keep_signed_in(target.authentication, tokens, unsealed)

    return keep


def kept(engine: Engine) -> TokenSet:
    """The tokens in the vault."""
    text, _ = engine.keeper.held(f"{engine.workspace.authentications.get('it').id}/tokens")
    assert text is not None
    return load_tokens(text)


async def run(engine: Engine, operation: str = "list-things") -> Any:
    return await engine.run("it", operation, {})


async def test_tokens_that_are_due_are_renewed_before_the_call(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(-10)
    assert (await run(engine)).state == "success"
    assert vendor.asked == [{"grant_type": "refresh_token", "refresh_token": "rt-canary-0"}]
    assert kept(engine).values == {"access_token": "at-canary-1", "refresh_token": "rt-canary-1"}
    row = engine.workspace.authentications.get("it")
    assert row.expires_us == kept(engine).expires_us
    assert row.refreshed_us == kept(engine).obtained_us
    assert row.rotation_us is None
    assert (await run(engine)).state == "success"
    assert vendor.given == 1


@pytest.mark.parametrize(
    ("refresh", "left_s", "renewed"),
    [("{}", 800, False), ("{}", 700, True), ("{before: 60}", 700, False), ("{before: 900}", 850, True)],
)
async def test_tokens_are_renewed_shortly_before_their_end(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, refresh: str, left_s: int, renewed: bool
) -> None:
    it(refresh=refresh)
    # Of an hour and what is left, a fifth is a little more than twelve minutes.
    await sign_in(left_s + 150 if refresh == "{}" and not renewed else left_s)
    assert (await run(engine)).state == "success"
    assert (vendor.given == 1) is renewed


async def test_a_refused_token_is_renewed_once_and_the_call_made_again(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(3600, access="at-canary-revoked")
    outcome = await run(engine)
    assert (outcome.state, outcome.counts.requests, vendor.given) == ("success", 2, 1)


async def test_a_vendor_that_refuses_every_token_is_asked_twice(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(3600)
    vendor._server.answers["/things"] = vendor._answer(401, b"{}")
    outcome = await run(engine)
    assert (outcome.state, outcome.counts.requests, vendor.given) == ("failed", 2, 1)
    assert outcome.error.error_class == "auth"


async def test_tasks_at_once_share_one_refresh(engine: Engine, vendor: Any, it: Any, sign_in: Any) -> None:
    it()
    await sign_in(-10)
    outcomes = await asyncio.gather(*(run(engine) for _ in range(50)))
    assert {one.state for one in outcomes} == {"success"}
    assert vendor.given == 1


async def test_tasks_whose_token_was_refused_share_one_refresh(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(3600, access="at-canary-revoked")
    outcomes = await asyncio.gather(*(run(engine) for _ in range(20)))
    assert {one.state for one in outcomes} == {"success"}
    assert vendor.given == 1


async def test_a_provider_in_trouble_kills_no_token(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    vendor.broken = (503, b"<html>down</html>")
    await sign_in(60)
    assert (await run(engine)).state == "success"  # the old one still works
    assert len(vendor.asked) == 1
    await sign_in(-10)
    outcome = await run(engine)
    assert outcome.error.retryable
    assert "status 503" in outcome.error.message
    asked = len(vendor.asked)
    resting = await run(engine)
    assert "the last refresh of it failed" in resting.error.message
    assert "tried again in" in resting.error.remedy
    assert len(vendor.asked) == asked
    row = engine.workspace.authentications.get("it")
    assert (row.state, row.refresh_failures) == ("ready", 1)
    assert row.rotation_us is not None  # a gateway may have answered for a provider that took it
    vendor.broken = None
    await engine.refresh("it")  # a person need not wait
    assert (await run(engine)).state == "success"
    row = engine.workspace.authentications.get("it")
    assert (row.refresh_failures, row.refresh_error, row.rotation_us) == (0, None, None)


async def test_a_network_in_trouble_kills_no_token(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, free_port: int
) -> None:
    it()
    await sign_in(-10)
    engine.workspace.edit_connection("it", variables={"id_url": f"http://127.0.0.1:{free_port}"})
    outcome = await run(engine)
    assert outcome.error.error_class == "network"
    assert engine.workspace.authentications.get("it").state == "ready"
    assert kept(engine).refresh_token == "rt-canary-0"
    engine.workspace.edit_connection("it", variables={"id_url": vendor.url})
    await engine.refresh("it")
    assert (await run(engine)).state == "success"


async def test_a_definite_no_needs_a_person_and_is_not_asked_for_again(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(-10, refresh="rt-canary-stolen")
    for _ in range(3):
        outcome = await run(engine)
        assert "no longer accepts the refresh token of it" in outcome.error.message
        assert "connect-tui auth sign-in it" in outcome.error.remedy
        assert outcome.error.reauthorize
    assert len(vendor.asked) == 1
    assert engine.workspace.authentications.get("it").state == "authorization_required"
    assert engine.workspace.connection("it").state == "authorization_required"
    await sign_in(3600)
    assert (await run(engine)).state == "success"
    assert engine.workspace.connection("it").state == "active"


async def test_a_no_after_a_refresh_that_was_cut_off_says_so(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(-10, refresh="rt-canary-used-up")
    row = engine.workspace.authentications.get("it")
    engine._store.authentications.note(row.id, rotation_us=1)
    assert "may have used up the token" in (await run(engine)).error.message


async def test_who_died_between_vault_and_database_loses_nothing(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(-10)
    row = engine.workspace.authentications.get("it")
    now = time.time_ns() // 1000
    vendor.access_token, vendor.refresh_token = "at-canary-9", "rt-canary-9"
    brought = TokenSet({"access_token": "at-canary-9", "refresh_token": "rt-canary-9"}, now, now + HOUR_US)
    _, revision = engine.keeper.held(f"{row.id}/tokens")
    engine.keeper.replace(f"{row.id}/tokens", brought.dump(), revision)
    engine._store.authentications.note(row.id, rotation_us=now)
    vendor._server.answers["/token"] = vendor._answer(500, b"{}")
    assert (await run(engine)).state == "success"
    await engine._credentials().fresh(
        resolve_authentication(engine.workspace, engine.catalog, "it"), lambda _: None
    )
    settled = engine.workspace.authentications.get("it")
    assert (settled.expires_us, settled.refreshed_us, settled.rotation_us) == (now + HOUR_US, now, None)
    assert vendor.asked == []


async def test_tokens_that_the_vault_does_not_take_are_not_lost(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, home: Home
) -> None:
    it()
    await sign_in(-10)
    aside = home.vault.with_name("aside")

    def sabotage() -> None:
        home.vault.rename(aside)
        home.vault.mkdir()

    vendor.before_answer = sabotage
    outcome = await run(engine)
    assert outcome.error.error_class == "vault"
    assert engine.workspace.authentications.get("it").rotation_us is not None
    home.vault.rmdir()
    aside.rename(home.vault)
    assert (await run(engine)).state == "success"
    assert kept(engine).refresh_token == "rt-canary-1"
    assert len(vendor.asked) == 1
    assert engine.workspace.authentications.get("it").rotation_us is None


async def test_tokens_that_the_vault_has_no_more_are_asked_for_again(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(3600)
    where = engine.workspace.authentications.get("it").tokens
    assert where is not None
    engine.keeper.forget(where)
    outcome = await run(engine)
    assert (outcome.error.error_class, outcome.error.reauthorize) == ("auth", True)


async def test_a_provider_that_is_not_reached_leaves_no_doubt(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(-10)
    engine.workspace.edit_connection("it", variables={"id_url": "http://127.0.0.1:1"})
    outcome = await run(engine)
    assert outcome.error.error_class == "network"
    assert vendor.asked == []
    row = engine.workspace.authentications.get("it")
    assert (row.state, row.refresh_failures, row.rotation_us) == ("ready", 1, None)


async def test_deleting_an_authentication_forgets_its_tokens(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(3600)
    row = engine.workspace.authentications.get("it")
    engine.workspace.delete("it")
    engine.workspace.authentications.delete("it")
    assert engine.keeper.held(f"{row.id}/tokens") == (None, 0)
    with pytest.raises(NotKnownError):
        engine.workspace.authentications.get("it")


async def test_nobody_who_never_signed_in_is_asked_about_a_network(
    engine: Engine, vendor: Any, it: Any
) -> None:
    it()
    outcome = await run(engine)
    assert outcome.error.message == "it has not signed in yet"
    assert outcome.error.remedy == "sign in: `connect-tui auth sign-in it`"
    assert vendor.asked == []


async def test_a_machine_signs_in_by_itself_and_again_when_its_secret_changes(
    engine: Engine, vendor: Any, it: Any
) -> None:
    it("told")
    assert (await run(engine, "get-place")).state == "success"
    assert vendor.asked == [{"grant_type": "client_credentials"}]
    assert kept(engine).values == {"access_token": "at-canary-1"}
    engine.workspace.authentications.edit("it", {}, {"client_secret": "another-secret-value"})
    assert (await run(engine)).state == "success"
    assert vendor.given == 2


async def test_a_refresh_token_that_a_person_gave_is_where_it_begins(
    engine: Engine, vendor: Any, it: Any
) -> None:
    it("given", refresh_token="rt-canary-0")
    assert (await run(engine)).state == "success"
    await engine.refresh("it")
    assert [one["refresh_token"] for one in vendor.asked] == ["rt-canary-0", "rt-canary-1"]
    vendor.refresh_token = "rt-canary-new"
    engine.workspace.authentications.edit("it", {}, {"refresh_token": "rt-canary-new"})
    await engine.refresh("it")
    assert vendor.asked[-1]["refresh_token"] == "rt-canary-new"


async def test_a_provider_says_where_the_vendor_is(engine: Engine, vendor: Any, it: Any) -> None:
    it("moved")
    shown = (await engine.run("it", "list-things", {}, dry_run=True)).request
    assert shown.url == "https://eu1.acme.example/things"
    report = await engine.test("it")
    assert report.error is None, report.error
    assert [(one.stage, one.verdict) for one in report.stages if one.verdict != "passed"] == [
        ("tls", "skipped")
    ]
    assert (await run(engine)).state == "success"
    assert vendor.given == 1


async def test_a_test_of_a_connection_tells_that_a_person_must_sign_in(
    engine: Engine, vendor: Any, it: Any
) -> None:
    it("web")
    report = await engine.test("it")
    assert report.error.message == "it has not signed in yet"
    assert engine.workspace.connection("it").state == "authorization_required"


async def test_a_dry_run_fetches_no_token(engine: Engine, vendor: Any, it: Any, sign_in: Any) -> None:
    it("told")
    shown = (await engine.run("it", "get-place", {}, dry_run=True)).request
    assert shown.url == f"{vendor.url}/places/test-place"
    assert dict(shown.headers)["Authorization"] == "Bearer •••"
    await sign_in(-10)
    shown = (await engine.run("it", "get-place", {}, dry_run=True)).request
    assert shown.url == f"{vendor.url}/places/here"
    assert "at-canary" not in str(shown)
    assert vendor.asked == []


async def test_no_token_reaches_the_log(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, home: Home
) -> None:
    it()
    await sign_in(-10)
    await run(engine)
    vendor.broken = (400, b'{"error": "invalid_request", "error_description": "rt-canary-1 and at-canary-1"}')
    await sign_in(-10, access=vendor.access_token, refresh=vendor.refresh_token)
    await run(engine)
    await engine.close()
    for path in home.data.rglob("*"):
        if path.is_file():
            assert b"-canary-" not in path.read_bytes(), path


def test_templates_without_tokens_say_what_is_missing(client: Any) -> None:
    from core.auth import oauth2
    from core.request import Request

    with pytest.raises(TemplateError, match=r"auth\.access_token"):
        next(oauth2.authorize(client().method, Request("GET", "https://x.example"), client().unsealed))


async def test_a_bound_token_is_proven_anew_where_a_redirect_leads(
    engine: Engine, vendor: Any, it: Any
) -> None:
    it("bound")

    def moved(handler: Any) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/things?a=1")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    vendor._server.answers["/moved"] = moved
    assert (await run(engine, "get-moved")).state == "success"
    proofs = {path: claims_of(headers["DPoP"]) for _, path, headers, _ in vendor._server.seen}
    assert {path: proof["htu"] for path, proof in proofs.items() if proof} == {
        "/token": f"{vendor.url}/token",
        "/moved": f"{vendor.url}/moved",
        "/things?a=1": f"{vendor.url}/things",
    }
    assert len({proof["jti"] for proof in proofs.values() if proof}) == 3


async def test_a_refusal_is_found_at_auth_where_only_a_sign_in_tells_the_address(
    engine: Engine, vendor: Provider, it: Any
) -> None:
    vendor.broken = (400, b'{"error": "invalid_client"}')
    it("moved")
    stages = {one.stage: one.verdict for one in (await engine.test("it")).stages}
    assert (stages["inputs"], stages["dns"], stages["auth"]) == ("undefined", "skipped", "failed")
