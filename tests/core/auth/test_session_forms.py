"""Logins by forms: CSRF tokens that are fetched and sent back, cookies, and pages that say no with 200."""

from typing import Any

from core import Engine

from .session_vendor import (
    FORM_LOGIN,
    Vendor,
    form_vendor,
)


async def test_a_form_with_csrf_tokens_and_cookies_logs_in(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    form_vendor(vendor)
    connect(FORM_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.state == "success", outcome.error
    # A cookie that is no secret does not cut the same word out of what an operation brings.
    assert outcome.records == ({"lang": "en"},)
    assert "pre=" not in vendor.said[-1]
    assert "lang=en" in vendor.said[-1]


async def test_a_form_that_sends_back_to_itself_refused_the_password(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    form_vendor(vendor)
    vendor.password = "another"
    connect(FORM_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "the login was refused at the step form" in outcome.error.message
    assert engine.workspace.authentications.get("me").state == "authorization_required"
