"""The whole way: a person signs in at a real provider, operations run, tokens are renewed and revoked."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import Engine, Home, open_engine
from core.resolve import resolve_authentication

pytestmark = pytest.mark.peer


@pytest.fixture
async def engine(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    """An engine whose vault opens by a key file."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    opened = open_engine(home)
    yield opened
    await opened.close()


@pytest.fixture
def it(engine: Engine, oidc: Any, connector: Path) -> Callable[[str, str], None]:
    """Make a connection called ``it`` by a method, for a client of the provider."""

    def add(method: str, client_id: str) -> None:
        engine.catalog.add(connector)
        secret = {"client_secret": oidc.secrets[client_id]} if client_id in oidc.secrets else {}
        engine.workspace.create_connection(
            "provided", "it", method=method, variables={"issuer": oidc.base_url, "client_id": client_id}, secrets=secret
        )  # fmt: skip
        engine.workspace.activate("it")

    return add


async def _age(engine: Engine) -> None:
    """Let the kept tokens be over."""
    credentials = engine._credentials()
    target = resolve_authentication(engine.workspace, engine.catalog, "it")
    assert target.authentication is not None
    kept = await credentials.held(target.authentication)
    assert kept is not None
    text, revision = engine.keeper.held(f"{target.authentication.id}/tokens")
    assert text is not None
    over = replace(kept, expires_us=int(time.time() * 1e6) - 1)
    engine.keeper.replace(f"{target.authentication.id}/tokens", over.dump(), revision)


@pytest.mark.parametrize(("method", "client_id"), [("web", "web"), ("bound", "public"), ("pushed", "web")])
async def test_a_person_signs_in_and_everything_after(
    engine: Engine, it: Any, browser: Any, method: str, client_id: str
) -> None:
    it(method, client_id)
    assert (await engine.run("it", "get-me", {})).error.reauthorize  # type: ignore[union-attr]
    attempt = await engine.begin_sign_in("it", flow="paste")
    assert attempt.prompt is not None
    back = await asyncio.to_thread(browser.sign_in, attempt.prompt.page)
    await attempt.finish(back)
    first = await engine.run("it", "get-me", {})
    assert (first.state, first.value["email"]) == ("success", "ada@people.example")
    row = engine.workspace.authentications.get("it")
    assert row.captured["account"] == "ada@people.example"
    assert set(row.scopes or ()) >= {"openid", "read"}

    await _age(engine)
    outcomes = await asyncio.gather(*(engine.run("it", "get-me", {}) for _ in range(10)))
    assert {one.state for one in outcomes} == {"success"}
    renewed = engine.workspace.authentications.get("it").refreshed_us
    assert renewed is not None
    assert renewed > (row.refreshed_us or 0)
    report = await engine.test("it")
    auth = next(stage for stage in report.stages if stage.stage == "auth")
    assert (auth.verdict, auth.evidence) == ("passed", "signed in as ada@people.example")

    assert await engine.revoke("it") is True
    outcome = await engine.run("it", "get-me", {})
    assert outcome.error is not None
    assert outcome.error.reauthorize


async def test_a_machine_gets_its_tokens_by_itself(engine: Engine, it: Any) -> None:
    it("machine", "machine")
    await engine.refresh("it")
    row = engine.workspace.authentications.get("it")
    assert (row.state, row.scopes) == ("ready", ("read",))
    assert row.expires_us is not None


async def test_a_person_signs_in_by_a_code(engine: Engine, it: Any, browser: Any) -> None:
    it("web", "web")
    attempt = await engine.begin_sign_in("it", flow="device")
    prompt = attempt.prompt
    assert prompt is not None
    await asyncio.to_thread(browser.enter_code, prompt.page, prompt.user_code)
    await attempt.finish()
    assert (await engine.run("it", "get-me", {})).state == "success"
