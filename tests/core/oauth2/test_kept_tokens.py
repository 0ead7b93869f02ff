"""Tokens are renewed when they are due or refused, once for whoever asks, and never lost."""

import asyncio
from typing import Any

import pytest

from connectors.templates import TemplateError
from core import Engine, Home
from core.errors import NoSuccessorError, NotKnownError
from core.oauth2.capturing import claims_of

from .vendor import Provider, kept, run


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


async def test_a_token_that_has_no_successor_works_to_its_end(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    it()
    await sign_in(60, refresh=None)
    with pytest.raises(NoSuccessorError, match="it has no refresh token; the token that it has still works"):
        await engine.refresh("it")
    assert (await run(engine)).state == "success"
    row = engine.workspace.authentications.get("it")
    assert (row.state, row.refresh_failures) == ("ready", 0)
    await sign_in(-1, refresh=None)
    assert (await run(engine)).error.reauthorize
    assert engine.workspace.authentications.get("it").state == "authorization_required"
    assert vendor.asked == []


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


@pytest.mark.parametrize(("refresh", "given"), [("{}", 1), ("{cooldown: 0}", 4)])
async def test_a_vendor_that_refuses_new_tokens_too_is_not_asked_for_more_at_once(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, refresh: str, given: int
) -> None:
    it(refresh=refresh)
    await sign_in(3600)
    vendor._server.answers["/things"] = vendor._answer(401, b"{}")
    for _ in range(4):
        assert (await run(engine)).error.error_class == "auth"
    assert vendor.given == given
