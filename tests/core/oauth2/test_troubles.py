"""What providers, networks, vaults and crashes do to kept tokens: none is lost, and only a definite no ends them."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from core import Engine, Home
from core.resolve import resolve_authentication
from core.tokens import TokenSet

from .vendor import HOUR_US, kept, run


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


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b"{}"),
        (401, b'{"message": "Unauthorized"}'),
        (401, b'{"error": "invalid_client"}'),
        (400, b'{"error": "bad_client_secret"}'),
        (403, b'{"error": "access_denied"}'),
    ],
)
async def test_what_is_not_said_of_the_refresh_token_does_not_kill_it(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, status: int, body: bytes
) -> None:
    it()
    vendor.broken = (status, body)
    await sign_in(-10)
    assert (await run(engine)).state == "failed"
    row = engine.workspace.authentications.get("it")
    assert (row.state, row.refresh_failures, row.rotation_us) == ("ready", 1, None)
    vendor.broken = None
    asked = len(vendor.asked)
    assert "tried again in" in (await run(engine)).error.remedy
    assert len(vendor.asked) == asked
    engine._store.authentications.note(row.id, refresh_failed_us=1)
    assert (await run(engine)).state == "success"


async def test_a_secret_that_is_put_right_where_it_is_kept_is_tried_by_a_test_at_once(
    engine: Engine, vendor: Any, it: Any, tmp_path: Path
) -> None:
    place = tmp_path / "secret"
    place.write_text("old-secret-value")

    def token(handler: Any) -> None:
        given = base64.b64decode(handler.headers["authorization"].split()[1]).decode()
        good = given == "me:new-secret-value"
        body = {"access_token": vendor.access_token} if good else {"error": "invalid_client"}
        vendor._answer(200 if good else 401, json.dumps(body).encode())(handler)

    vendor._server.answers["/token"] = token
    it("told", client_secret=f"ref:file:{place}")
    outcome = await run(engine)
    assert "`connect-tui auth refresh it` tries at once" in outcome.error.remedy
    place.write_text("new-secret-value")
    assert "tried again in" in (await run(engine)).error.remedy
    report = await engine.test("it")
    assert report.error is None, report.error
    assert (await run(engine)).state == "success"


async def test_tokens_that_still_work_are_used_though_new_ones_cannot_be_kept(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, home: Home
) -> None:
    it()
    await sign_in(300)
    vendor.access_token = "at-canary-0"
    aside = home.vault.with_name("aside")
    vendor._server.answers["/things"] = vendor._answer(200, b"[]")

    def sabotage() -> None:
        home.vault.rename(aside)
        home.vault.mkdir()

    vendor.before_answer = sabotage
    outcome = await run(engine)
    home.vault.rmdir()
    aside.rename(home.vault)
    assert outcome.state == "success", outcome.error
    vendor.before_answer = lambda: None
    assert (await run(engine)).state == "success"
    assert kept(engine).refresh_token == "rt-canary-1"
    assert len(vendor.asked) == 1


async def test_metadata_that_is_down_leaves_no_doubt_about_a_refresh_token(
    engine: Engine, vendor: Any, it: Any, sign_in: Any
) -> None:
    vendor._server.answers["/.well-known/openid-configuration"] = vendor._answer(503, b"{}")
    it("found")
    await sign_in(-10)
    assert (await run(engine)).state == "failed"
    row = engine.workspace.authentications.get("it")
    assert (row.state, row.refresh_failures, row.rotation_us) == ("ready", 1, None)
    assert vendor.asked == []


@pytest.mark.parametrize("is_down", [True, False])
async def test_metadata_of_yesterday_does_when_none_of_today_can_be_had(
    engine: Engine, vendor: Any, it: Any, sign_in: Any, is_down: bool
) -> None:
    def hang_up(handler: Any) -> None:
        handler.close_connection = True
        handler.connection.close()

    down = vendor._answer(503, b"{}") if is_down else hang_up
    vendor._server.answers["/.well-known/openid-configuration"] = down
    it("found")
    await sign_in(-10)
    row = engine.workspace.authentications.get("it")
    text, revision = engine.keeper.held(f"{row.id}/tokens")
    kept_before = json.loads(text or "")
    kept_before["captured"] = {
        "_discovered": {
            "issuer": vendor.url,
            "token_url": f"{vendor.url}/token",
            "found_us": time.time_ns() // 1000 - 25 * HOUR_US,
        }
    }
    engine.keeper.replace(f"{row.id}/tokens", json.dumps(kept_before), revision)
    assert (await run(engine)).state == "success"
    assert kept(engine).refresh_token == "rt-canary-1"
