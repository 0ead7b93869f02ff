"""What the test of a connection says of each way to sign in, by answers as the vendors document them."""

from typing import Any

import pytest

from connectors import load_definition, shipped_paths
from core import Engine

PATHS = {path.stem: path for path in shipped_paths()}
SECRET = "canary-7741"
ALERTMANAGER: dict[str, Any] = {
    "/api/v2/status": {"versionInfo": {"version": "0.28.1"}, "cluster": {"status": "ready", "peers": []}},
    "/-/ready": "OK",
}
CONSUL: dict[str, Any] = {
    "/v1/acl/token/self": {"AccessorID": "6a1253d2", "Description": "on call", "Policies": [{"Name": "ops"}]},
    "/v1/status/leader": "10.1.10.12:8300",
    "/v1/agent/self": {"Config": {"NodeName": "node-1", "Version": "1.21.0"}},
}
GITLAB: dict[str, Any] = {
    "/api/v4/user": {"id": 1, "username": "root"},
    "/api/v4/projects": [{"id": 4, "path_with_namespace": "diaspora/client"}],
    "/api/v4/metadata": {"version": "18.1.1-ee"},
}
GRAFANA: dict[str, Any] = {
    "/api/org": {"id": 1, "name": "Main Org."},
    "/api/health": {"database": "ok", "version": "12.1.0"},
    "/api/search": [],
}
INFLUXDB: dict[str, Any] = {
    "/api/v2/buckets": {"buckets": [{"name": "_tasks", "retentionRules": []}]},
    "/api/v2/me": {"id": "0772396d1f411000", "name": "ops", "status": "active"},
    "/health": {"name": "influxdb", "status": "pass", "version": "v2.7.12"},
}
JENKINS: dict[str, Any] = {
    "/whoAmI/api/json": {"name": "ops", "authenticated": True, "anonymous": False, "authorities": []},
    "/api/json": {"mode": "NORMAL", "quietingDown": False, "jobs": []},
}
SONARQUBE: dict[str, Any] = {
    "/api/authentication/validate": {"valid": True},
    "/api/system/status": {"id": "1", "version": "10.7.0", "status": "UP"},
    "/api/system/health": {"health": "GREEN", "causes": []},
    "/api/components/search": {"components": [{"key": "web", "name": "Web"}]},
}
VAULT: dict[str, Any] = {
    "/v1/auth/token/lookup-self": {"data": {"display_name": "ldap-ops", "policies": ["default", "ops"]}},
    "/v1/sys/seal-status": {"sealed": False, "version": "1.20.0", "t": 3, "progress": 0},
    "/v1/sys/health": {"initialized": True, "sealed": False, "cluster_name": "vault-1", "version": "1.20.0"},
}
CASES = [
    ("alertmanager", "none", ALERTMANAGER, "probe:status", "Alertmanager 0.28.1, cluster ready", None),
    ("alertmanager", "basic", ALERTMANAGER, "auth", "Alertmanager 0.28.1, cluster ready", "Basic b3BzOmNhbmFyeS03NzQx"),
    ("alertmanager", "bearer", ALERTMANAGER, "auth", "Alertmanager 0.28.1, cluster ready", "Bearer canary-7741"),
    ("consul", "token", CONSUL, "auth", "accepted as on call", None),
    ("consul", "bearer", CONSUL, "auth", "accepted as on call", "Bearer canary-7741"),
    ("consul", "none", CONSUL, "probe:leader", "the leader is 10.1.10.12:8300", None),
    ("gitlab", "token", GITLAB, "auth", "accepted as root", None),
    ("gitlab", "bearer", GITLAB, "auth", "accepted as root", "Bearer canary-7741"),
    ("gitlab", "anonymous", GITLAB, "probe:projects", "sees diaspora/client", None),
    ("grafana", "token", GRAFANA, "auth", "accepted in Main Org.", "Bearer canary-7741"),
    ("grafana", "basic", GRAFANA, "auth", "accepted in Main Org.", "Basic b3BzOmNhbmFyeS03NzQx"),
    ("grafana", "anonymous", GRAFANA, "probe:health", "Grafana answers, database ok", None),
    ("hashicorp-vault", "token", VAULT, "auth", "accepted as ldap-ops, policies default, ops", None),
    ("hashicorp-vault", "bearer", VAULT, "auth", "accepted as ldap-ops, policies default, ops", "Bearer canary-7741"),
    ("hashicorp-vault", "none", VAULT, "probe:seal", "version 1.20.0, unsealed", None),
    ("influxdb", "token", INFLUXDB, "auth", "accepted, sees the bucket _tasks", "Token canary-7741"),
    ("influxdb", "bearer", INFLUXDB, "auth", "accepted, sees the bucket _tasks", "Bearer canary-7741"),
    ("influxdb", "anonymous", INFLUXDB, "probe:health", "influxdb v2.7.12 is pass", None),
    ("jenkins", "token", JENKINS, "auth", "accepted as ops", "Basic b3BzOmNhbmFyeS03NzQx"),
    ("jenkins", "anonymous", JENKINS, "probe:user", "Jenkins 2.516.3 answers everybody", None),
    ("sonarqube", "token", SONARQUBE, "auth", "the credentials are accepted", "Bearer canary-7741"),
    ("sonarqube", "token_as_user", SONARQUBE, "auth", "the credentials are accepted", "Basic Y2FuYXJ5LTc3NDE6"),
    ("sonarqube", "basic", SONARQUBE, "auth", "the credentials are accepted", "Basic b3BzOmNhbmFyeS03NzQx"),
    ("sonarqube", "passcode", SONARQUBE, "auth", "the server is GREEN", None),
    ("sonarqube", "anonymous", SONARQUBE, "probe:status", "SonarQube 10.7.0 is UP", None),
]  # fmt: skip


@pytest.mark.parametrize(("handle", "method", "answers", "stage", "evidence", "sent"), CASES)
async def test_it_passes_and_shows_evidence(
    engine: Engine, vendor, monkeypatch: pytest.MonkeyPatch, handle, method, answers, stage, evidence, sent
) -> None:
    monkeypatch.setenv("CANARY", SECRET)
    for path, body in {"/": {}, **answers}.items():
        vendor.lay(path, body, x_jenkins="2.516.3")
    inputs = load_definition(PATHS[handle]).definition.auth[method].inputs
    engine.workspace.create_connection(
        handle,
        "peer",
        method=method,
        secrets={one.key: "ref:env:CANARY" for one in inputs if one.secret},
        variables={"base_url": vendor.base_url, **{one.key: "ops" for one in inputs if not one.secret}},
    )
    engine.workspace.activate("peer")
    report = await engine.test("peer")
    stages = {one.stage: one for one in report.stages}
    assert report.verdict == "passed", stages
    assert stages[stage].evidence == evidence
    asked = [one for one in vendor.requests if one["path"] in answers]
    assert {one["headers"].get("authorization") for one in asked} == {sent}
    assert "canary" not in str(report)
