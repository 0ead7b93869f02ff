"""Logins that are refused: what is a wrong password, what is not, and what a person has to do."""

import json
from typing import Any

import pytest

from core import Engine

from .session_vendor import HEAD, JSON_LOGIN, PASSWORD, Vendor, json_vendor, reply


async def test_a_vendor_that_refuses_each_session_gets_no_password_at_each_use(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN)
    vendor.server.answers["/things"] = lambda handler: reply(handler, 401, {"message": "never"})
    for _ in range(3):
        assert (await engine.run("it", "get-things", {})).state == "failed"
    assert vendor.logins == 2


async def test_a_wrong_password_needs_a_person_and_is_not_tried_again(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    vendor.password = "another"
    connect(JSON_LOGIN)
    for _ in range(3):
        outcome = await engine.run("it", "get-things", {})
        assert outcome.error is not None
        assert outcome.error.error_class == "auth"
        assert "401 unauthorized: wrong password •••" in outcome.error.message
        assert PASSWORD not in str(outcome)
    assert vendor.asked("/login") == 1
    assert engine.workspace.authentications.get("me").state == "authorization_required"
    assert engine.workspace.connection("it").state == "authorization_required"


async def test_a_password_that_was_mended_works_at_once(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    vendor.password = "the new one"
    connect(JSON_LOGIN)
    await engine.run("it", "get-things", {})
    engine.workspace.authentications.edit("me", {}, {"password": "the new one"})
    assert (await engine.run("it", "get-things", {})).state == "success"
    assert engine.workspace.authentications.get("me").state == "ready"


async def test_other_credentials_are_not_used_with_the_session_of_the_old_ones(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    connect(JSON_LOGIN)
    await engine.run("it", "get-things", {})
    engine.workspace.authentications.edit("me", {"username": "bob"}, {})
    assert engine.workspace.authentications.get("me").tokens is None
    await engine.run("it", "get-things", {})
    users = [json.loads(one[3])["user"] for one in vendor.server.seen if one[1] == "/login"]
    assert users == ["ann", "bob"]


@pytest.mark.parametrize(("status", "said"), [(503, "vendor"), (429, "limit"), (404, "not_found")])
async def test_a_vendor_that_is_down_says_nothing_about_the_password(
    engine: Engine, vendor: Vendor, connect: Any, status: int, said: str
) -> None:
    vendor.server.answers["/login"] = lambda handler: reply(handler, status, {"message": "not now"})
    connect(JSON_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert outcome.error.error_class == said
    assert engine.workspace.authentications.get("me").state == "ready"
    assert engine.workspace.connection("it").state == "active"


async def test_a_refusal_with_200_is_recognised_by_its_condition(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    vendor.server.answers["/login"] = lambda handler: reply(
        handler, 200, {"ok": False, "message": f"no such password {PASSWORD}"}
    )
    connect(
        JSON_LOGIN.replace("        extract:", "        expect: {when: response.body.ok}\n        extract:")
    )
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "no such password •••" in outcome.error.message
    assert engine.workspace.authentications.get("me").state == "authorization_required"


async def test_a_rule_of_the_connector_tells_a_refusal_from_an_outage(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    rules = """
errors:
  - {match: {body: "code == 'maintenance'"}, class: vendor, message: 'down until {{ response.body.until }}'}
"""
    vendor.server.answers["/login"] = lambda handler: reply(
        handler, 401, {"code": "maintenance", "until": "noon"}
    )
    connect(JSON_LOGIN, head=HEAD + rules)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "down until noon" in outcome.error.message
    assert engine.workspace.authentications.get("me").state == "ready"


async def test_an_answer_without_its_token_names_what_is_missing(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    vendor.server.answers["/login"] = lambda handler: reply(handler, 200, {"data": {}})
    connect(JSON_LOGIN)
    outcome = await engine.run("it", "get-things", {})
    assert outcome.error is not None
    assert "has no token at `data.token`" in outcome.error.message


async def test_a_connection_test_tells_a_wrong_password_from_a_vendor_that_is_down(
    engine: Engine, vendor: Vendor, connect: Any
) -> None:
    json_vendor(vendor)
    login = vendor.server.answers["/login"]
    vendor.server.answers["/login"] = lambda handler: reply(handler, 503, {"message": "not now"})
    connect(JSON_LOGIN)
    down = await engine.test("it")
    assert (down.verdict, down.error.error_class if down.error else None) == ("failed", "vendor")
    vendor.server.answers["/login"], vendor.password = login, "another"
    engine.workspace.authentications.edit("me", {"username": "bob"}, {})
    refused = await engine.test("it")
    assert (refused.verdict, refused.error.error_class if refused.error else None) == ("failed", "auth")
    assert engine.workspace.connection("it").state == "authorization_required"


async def test_who_was_refused_is_told_how_to_go_on(engine: Engine, vendor: Vendor, connect: Any) -> None:
    json_vendor(vendor)
    vendor.password = "another"
    connect(JSON_LOGIN)
    for _ in range(2):
        outcome = await engine.run("it", "get-things", {})
        assert outcome.error is not None
        assert "`connect-tui auth edit me`" in outcome.error.remedy
