"""What is wrong with a provider in a connector file is said where it stands, before anybody signs in."""

from pathlib import Path

import pytest

from connectors import OAuth2Auth, find_problems, load_definition

HEAD = """schema: connect/1
revision: 1
handle: vendor
name: Vendor
summary: A vendor with a provider.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}', headers: {X-Place: '{{ captured.place }}'}}
operations: {get-things: {request: {path: '/things/{{ captured.place }}'}}}
auth:
  web:
    kind: oauth2
"""
WHOLE = """
    grants: [authorization_code, device_code, refresh_token]
    authorize_url: https://id.vendor.example/authorize
    token_url: 'https://{{ auth.client_id }}.vendor.example/token'
    device_url: https://id.vendor.example/device
    scopes: {required: [a], optional: [b, {scope: c, why: to change}]}
    params: {token: {tenant: '{{ var.base_url }}'}}
    token: {access: data.token}
    refresh: {before: 60, dead_when: response.body.dead}
    captured: [{key: place}, {key: pin, secret: true}]
    apply: [{in: header, name: X-Token, format: '{{ auth.access_token }} {{ auth.pin }}'}]
"""


def problems(tmp_path: Path, auth: str) -> list[str]:
    path = tmp_path / "vendor.yaml"
    path.write_text(HEAD + auth)
    return [f"{problem.path}: {problem.message}" for problem in find_problems(path)]


def test_a_whole_provider_has_no_problems(tmp_path: Path) -> None:
    assert problems(tmp_path, WHOLE) == []


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("    authorize_url: https://id.vendor.example/authorize\n", "", "authorization_code needs `authorize_url`; or name the `issuer`"),
        ("    device_url: https://id.vendor.example/device\n", "", "device_code needs `device_url`"),
        ("device_code, refresh_token", "device_code, password", "make a method of each"),
        ("[authorization_code, device_code, refresh_token]", "[client_credentials, jwt_bearer]", "make a method of each"),
        ("[authorization_code, device_code, refresh_token]", "[authorisation_code]", "did you mean 'authorization_code'"),
        ("{key: place}", "{key: client_id}", "'client_id' is the name of something else already"),
        ("{key: place}", "{key: place}, {key: place}", "'place' is the name of something else already"),
        ("{key: place}", "{key: place}, {key: _discovered}", "'_discovered' is the name of something else already"),
        ("{key: place}", "{key: place, regex: '('}", "this is not a regular expression"),
        ("{key: place}", "{key: place, path: 'a.['}", "auth.web.captured[0].path"),
        ("{key: place}", "{key: place, from: userinfo}", "nothing says the `userinfo_url`"),
        ("{key: place}", "{key: spot}", "there is no captured.place"),
        ("auth.pin", "auth.pim", "there is no auth.pim; did you mean 'pin'?"),
        ("auth.access_token", "auth.acces_token", "did you mean 'access_token'?"),
        ("'https://{{ auth.client_id }}", "'https://{{ input.x }}", "'input' is not known in this place"),
        ("access: data.token", "access: 'data.['", "auth.web.token.access"),
        ("dead_when: response.body.dead", "dead_when: body.dead", "'body' is unknown"),
        ("dead_when: response.body.dead", "dead_whe: x", "did you mean 'dead_when'?"),
        ("required: [a]", "required: a", 'found "a", expected a list'),
        ("tenant: '{{ var.base_url }}'", "tenant: '{{ var.bas_url }}'", "there is no var.bas_url"),
        ("    grants: [", "    client_auth: secret\n    grants: [", "allowed: basic, post"),
        ("    grants: [", "    inputs: [{key: client_id}]\n    grants: [", "`client_secret` is '{{ auth.client_secret }}' unless said"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(tmp_path: Path, written: str, instead: str, said: str) -> None:
    assert written in WHOLE
    assert any(said in one for one in problems(tmp_path, WHOLE.replace(written, instead)))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("grants: [authorization_code], authorize_url: https://x.example/a", ["client_id", "client_secret*"]),
        ("grants: [authorization_code], authorize_url: https://x.example/a, client_auth: none", ["client_id"]),
        ("grants: [client_credentials], client_auth: post", ["client_id", "client_secret*"]),
        ("grants: [client_credentials], client_auth: private_key_jwt", ["client_id", "private_key*"]),
        ("grants: [password]", ["client_id", "client_secret*", "username", "password*"]),
        ("grants: [refresh_token]", ["client_id", "client_secret*", "first_refresh_token*"]),
        ("grants: [jwt_bearer], client_auth: none", ["client_id", "private_key*"]),
        ("grants: [jwt_bearer], client_auth: none, assertion: {key_file: '{{ auth.key_file }}'}", ["key_file*"]),
        ("grants: [client_credentials], scopes: {optional: [a]}", ["client_id", "client_secret*", "scopes"]),
    ],
)  # fmt: skip
def test_the_grant_says_what_is_asked_for(tmp_path: Path, said: str, asked: list[str]) -> None:
    path = tmp_path / "vendor.yaml"
    head = HEAD.replace("{{ captured.place }}", "x").replace("  web:\n    kind: oauth2\n", "")
    path.write_text(f"{head}  web: {{kind: oauth2, token_url: https://x.example/t, {said}}}\n")
    method = load_definition(path).definition.auth["web"]
    assert isinstance(method, OAuth2Auth)
    assert [one.key + ("*" if one.secret else "") for one in method.inputs] == asked
