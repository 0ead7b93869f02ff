"""What the test of a connection shows of each way to sign in at services that businesses use, and when it refuses."""

import base64
from typing import Any

import pytest

from connectors import load_definition, shipped_paths
from core import Engine

PATHS = {path.stem: path for path in shipped_paths()}
SECRET = "canary-4417"
BEARER = f"Bearer {SECRET}"
SID, KEY_SID = f"AC{'X' * 32}", f"SK{'X' * 32}"
TWILIO = f"/2010-04-01/Accounts/{SID}"
OWN = {"account_sid": SID, "key_sid": KEY_SID, "email": "ada@example.com", "username": "ada"}


def basic(pair: str) -> str:
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


STRIPE: dict[str, Any] = {
    "/v1/balance": {"object": "balance", "livemode": False, "available": [], "pending": []},
    "/v1/account": {"id": "acct_1000000000000001", "object": "account"},
    "/v1/customers": {"object": "list", "data": [], "has_more": False},
}
SLACK: dict[str, Any] = {
    "/auth.test": {"ok": True, "user": "bobby", "team": "Subarachnoid", "user_id": "W012A3CDE"},
    "/conversations.list": {"ok": True, "channels": []},
    "/users.list": {"ok": True, "members": []},
}
MESSAGES: dict[str, Any] = {
    f"{TWILIO}/Messages.json": {"messages": [], "page": 0},
    f"{TWILIO}/IncomingPhoneNumbers.json": {"incoming_phone_numbers": [], "page": 0},
}
ACCOUNT: dict[str, Any] = {
    f"{TWILIO}.json": {"sid": SID, "friendly_name": "Orders", "status": "active", "type": "Full"},
    f"{TWILIO}/Balance.json": {"balance": "9.04", "currency": "USD"},
}
SENDGRID: dict[str, Any] = {
    "/v3/scopes": {"scopes": ["mail.send", "alerts.read"]},
    "/v3/verified_senders": {"results": []},
}
HUBSPOT: dict[str, Any] = {
    "/account-info/v3/details": {"portalId": 62515, "accountType": "STANDARD"},
    "/crm/v3/objects/contacts": {"results": []},
    "/crm/v3/owners": {"results": []},
}
AIRTABLE: dict[str, Any] = {
    "/meta/whoami": {"id": "usrL2PNC5o3H4lBEi", "email": "foo@bar.com"},
    "/meta/bases": {"bases": []},
}
CLOUD: dict[str, Any] = {
    "/rest/api/2/myself": {"displayName": "Mia Krystof", "active": True},
    "/rest/api/2/project/search": {"values": [], "total": 0},
}
SERVER: dict[str, Any] = {
    "/rest/api/2/serverInfo": {"version": "11.3.0", "baseUrl": "https://work.example.net"}
}
ZENDESK: dict[str, Any] = {
    "/api/v2/users/me": {"user": {"id": 35436, "name": "Robin Mansur", "role": "admin"}},
    "/api/v2/tickets": {"tickets": [], "meta": {"has_more": False}},
}
CASES = [
    ("stripe", "key", STRIPE, "accepted in test mode", BEARER),
    ("stripe", "basic", STRIPE, "accepted in test mode", basic(f"{SECRET}:")),
    ("slack", "token", SLACK, "accepted as bobby in Subarachnoid", BEARER),
    ("twilio", "key", MESSAGES, f"accepted for account {SID}", basic(f"{KEY_SID}:{SECRET}")),
    ("twilio", "account", ACCOUNT, "accepted as Orders, active", basic(f"{SID}:{SECRET}")),
    ("sendgrid", "key", SENDGRID, "accepted, with 2 scopes", BEARER),
    ("hubspot", "token", HUBSPOT, "accepted for account 62515", BEARER),
    ("airtable", "token", AIRTABLE, "accepted as foo@bar.com", BEARER),
    ("jira", "cloud", CLOUD, "accepted as Mia Krystof", basic(f"ada@example.com:{SECRET}")),
    ("jira", "token", CLOUD, "accepted as Mia Krystof", BEARER),
    ("jira", "password", CLOUD, "accepted as Mia Krystof", basic(f"ada:{SECRET}")),
    ("jira", "anonymous", SERVER, "Jira 11.3.0 at https://work.example.net", None),
    ("zendesk", "token", ZENDESK, "accepted as Robin Mansur (admin)", BEARER),
    ("zendesk", "api_token", ZENDESK, "accepted as Robin Mansur (admin)", basic(f"ada@example.com/token:{SECRET}")),
]  # fmt: skip


async def report_on(engine: Engine, vendor, handle: str, method: str) -> Any:
    """The report on a connection to the vendor of the test."""
    definition = load_definition(PATHS[handle]).definition
    inputs = definition.auth[method].inputs
    variables = {one.key: OWN[one.key] for one in (*definition.inputs, *inputs) if one.key in OWN}
    engine.workspace.create_connection(
        handle,
        "peer",
        method=method,
        secrets={one.key: "ref:env:CANARY" for one in inputs if one.secret},
        variables={"base_url": vendor.base_url, **variables},
    )
    engine.workspace.activate("peer")
    return await engine.test("peer")


@pytest.mark.parametrize(("handle", "method", "answers", "evidence", "sent"), CASES)
async def test_it_passes_and_shows_who_answered(
    engine: Engine, vendor, monkeypatch: pytest.MonkeyPatch, handle, method, answers, evidence, sent
) -> None:
    monkeypatch.setenv("CANARY", SECRET)
    for path, body in {"/": {}, **answers}.items():
        vendor.lay(path, body)
    report = await report_on(engine, vendor, handle, method)
    assert report.verdict in ({"passed"} if sent else {"passed", "warned"}), report.stages
    assert evidence in {one.evidence for one in report.stages}
    asked = [one for one in vendor.requests if one["path"] in answers]
    assert {one["path"] for one in asked} >= set(list(answers)[:1])
    assert {one["headers"].get("authorization") for one in asked} == {sent}
    assert "canary" not in str(report)


@pytest.mark.parametrize(
    ("handle", "method", "path", "status", "body"),
    [
        ("stripe", "key", "/v1/balance", 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}),
        ("slack", "token", "/auth.test", 200, {"ok": False, "error": "invalid_auth"}),
        ("twilio", "key", f"{TWILIO}/Messages.json", 401, {"code": 20003, "message": "Authenticate", "status": 401}),
        ("sendgrid", "key", "/v3/scopes", 401, {"errors": [{"field": None, "message": "authorization required"}]}),
        ("hubspot", "token", "/account-info/v3/details", 401, {"status": "error", "category": "INVALID_AUTHENTICATION"}),
        ("airtable", "token", "/meta/whoami", 401, {"error": {"type": "AUTHENTICATION_REQUIRED"}}),
        ("jira", "cloud", "/rest/api/2/myself", 401, None),
        ("zendesk", "api_token", "/api/v2/users/me", 401, {"error": "Couldn't authenticate you"}),
        ("zendesk", "token", "/api/v2/users/me", 200, {"user": {"id": None, "name": "Anonymous user", "role": "end-user"}}),
    ],
)  # fmt: skip
async def test_what_the_service_does_not_accept_fails_at_signing_in(
    engine: Engine, vendor, monkeypatch: pytest.MonkeyPatch, handle, method, path, status, body
) -> None:
    monkeypatch.setenv("CANARY", SECRET)
    vendor.lay("/", {})
    vendor.lay(path, body, status)
    report = await report_on(engine, vendor, handle, method)
    refused = next(one for one in report.stages if one.stage == "auth")
    assert (report.verdict, refused.verdict, refused.error_class) == ("failed", "failed", "auth")
    assert "canary" not in str(report)
