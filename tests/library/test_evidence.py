"""What the test of a connection shows of each way to sign in at systems of the house and the network."""

from typing import Any

import pytest

from connectors import load_definition, shipped_paths
from core import Engine

PATHS = {path.stem: path for path in shipped_paths()}
SECRET = "canary-3308"
BASIC = "Basic b3BzOmNhbmFyeS0zMzA4"
BEARER = "Bearer canary-3308"
ACCOUNT = "01a7362d577a6c3019a474fd6f485823"
NTFY: dict[str, Any] = {"/ops/auth": {"success": True}, "/v1/health": {"healthy": True}}
NTFY_USER: dict[str, Any] = {"/v1/account": {"username": "phil", "role": "user"}, **NTFY}
HOME: dict[str, Any] = {
    "/api/": {"message": "API running."},
    "/api/config": {"location_name": "Home", "version": "2026.11.0"},
    "/api/states": [],
}
NETBOX: dict[str, Any] = {
    "/api/status/": {"netbox-version": "4.5.0"},
    "/api/dcim/devices/": {"count": 3, "results": []},
}
NETBOX_USER: dict[str, Any] = {**NETBOX, "/api/authentication-check/": {"username": "anna"}}
COUCHDB: dict[str, Any] = {
    "/_session": {"ok": True, "userCtx": {"name": "root", "roles": ["_admin"]}, "info": {}},
    "/": {"couchdb": "Welcome", "version": "3.4.2"},
    "/_all_dbs": ["orders"],
}
NEXUS: dict[str, Any] = {
    "/service/rest/v1/repositories": [{"name": "a"}, {"name": "b"}],
    "/service/rest/v1/status/writable": None,
    "/service/rest/v1/tasks": {"items": []},
}
MATTERMOST: dict[str, Any] = {
    "/api/v4/users/me": {"id": "u1", "username": "bot"},
    "/api/v4/users/me/teams": [],
    "/api/v4/system/ping": {"status": "OK"},
}
ZONES: dict[str, Any] = {"/zones": {"success": True, "result": [], "result_info": {"total_count": 4}}}
ACTIVE: dict[str, Any] = {"success": True, "result": {"id": "1", "status": "active"}}
PAGERDUTY: dict[str, Any] = {
    "/abilities": {"abilities": ["teams", "urgencies"]},
    "/users/me": {"user": {"email": "anna@example.net"}},
    "/incidents": {"incidents": [], "more": False},
}
GITEA: dict[str, Any] = {
    "/api/v1/user": {"login": "anna"},
    "/api/v1/version": {"version": "1.22.0"},
    "/api/v1/repos/search": {"ok": True, "data": []},
}
CASES = [
    ("ntfy", "token", NTFY_USER, "auth", "accepted as phil", {"authorization": BEARER}),
    ("ntfy", "basic", NTFY_USER, "auth", "accepted as phil", {"authorization": BASIC}),
    ("ntfy", "none", NTFY, "probe:topic", "everyone may read the topic", {"authorization": None}),
    ("home-assistant", "token", HOME, "auth", "API running.", {"authorization": BEARER}),
    ("netbox", "token", NETBOX_USER, "auth", "NetBox 4.5.0", {"authorization": BEARER}),
    ("netbox", "token_v1", NETBOX, "auth", "NetBox 4.5.0", {"authorization": "Token canary-3308"}),
    ("netbox", "none", NETBOX, "probe:status", "NetBox 4.5.0", {"authorization": None}),
    ("couchdb", "basic", COUCHDB, "auth", "accepted as root", {"authorization": BASIC}),
    ("couchdb", "token", COUCHDB, "auth", "accepted as root", {"authorization": BEARER}),
    ("couchdb", "none", COUCHDB, "probe:version", "CouchDB 3.4.2", {"authorization": None}),
    ("nexus", "basic", NEXUS, "auth", "accepted; 2 repositories can be seen", {"authorization": BASIC}),
    ("nexus", "none", NEXUS, "probe:repositories", "2 repositories can be seen", {"authorization": None}),
    ("mattermost", "token", MATTERMOST, "auth", "accepted as bot", {"authorization": BEARER}),
    ("cloudflare", "token", {"/user/tokens/verify": ACTIVE, **ZONES}, "auth", "the token is active",
     {"authorization": BEARER}),
    ("cloudflare", "account_token", {f"/accounts/{ACCOUNT}/tokens/verify": ACTIVE, **ZONES}, "auth",
     "the token is active", {"authorization": BEARER}),
    ("cloudflare", "key", {"/user": {"success": True, "result": {"email": "anna@example.net"}}, **ZONES}, "auth",
     "accepted as anna@example.net", {"x-auth-email": "ops", "x-auth-key": SECRET, "authorization": None}),
    ("pagerduty", "key", PAGERDUTY, "auth", "accepted; the account has 2 abilities",
     {"authorization": "Token token=canary-3308"}),
    ("pagerduty", "oauth", PAGERDUTY, "auth", "accepted; the account has 2 abilities", {"authorization": BEARER}),
    ("gitea", "token", GITEA, "auth", "accepted as anna", {"authorization": "token canary-3308"}),
    ("gitea", "basic", GITEA, "auth", "accepted as anna", {"authorization": BASIC}),
    ("gitea", "none", GITEA, "probe:version", "Gitea 1.22.0", {"authorization": None}),
]  # fmt: skip


@pytest.mark.parametrize(("handle", "method", "answers", "stage", "evidence", "sent"), CASES)
async def test_it_passes_and_shows_who_answered(
    engine: Engine, vendor, monkeypatch: pytest.MonkeyPatch, handle, method, answers, stage, evidence, sent
) -> None:
    monkeypatch.setenv("CANARY", SECRET)
    for path, body in {"/": {}, **answers}.items():
        vendor.lay(path, body)
    definition = load_definition(PATHS[handle]).definition
    inputs = definition.auth[method].inputs
    known = {"base_url": vendor.base_url, "topic": "ops", "account_id": ACCOUNT}
    own = {one.key: known[one.key] for one in definition.inputs if one.key in known}
    engine.workspace.create_connection(
        handle,
        "peer",
        method=method,
        secrets={one.key: "ref:env:CANARY" for one in inputs if one.secret},
        variables={**own, **{one.key: "ops" for one in inputs if not one.secret}},
    )
    engine.workspace.activate("peer")
    report = await engine.test("peer")
    stages = {one.stage: one for one in report.stages}
    assert report.verdict == "passed", stages
    assert stages[stage].evidence == evidence
    # The stage that reaches the server asks for / without credentials.
    asked = [one["headers"] for one in vendor.requests if one["path"] in answers and one["path"] != "/"]
    for name, value in sent.items():
        assert {headers.get(name) for headers in asked or [vendor.last["headers"]]} == {value}
    assert "canary" not in str(report)


async def test_a_token_that_the_server_takes_for_nobody_is_not_accepted(
    engine: Engine, vendor, monkeypatch
) -> None:
    monkeypatch.setenv("CANARY", SECRET)
    vendor.lay("/", {})
    vendor.lay("/v1/account", {"username": "*", "role": "anonymous"})
    engine.workspace.create_connection(
        "ntfy",
        "peer",
        method="token",
        secrets={"token": "ref:env:CANARY"},
        variables={"base_url": vendor.base_url, "topic": "ops"},
    )
    engine.workspace.activate("peer")
    report = await engine.test("peer")
    assert report.verdict == "failed"
    assert {one.stage: one.verdict for one in report.stages}["auth"] == "failed"
