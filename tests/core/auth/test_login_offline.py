"""Offline tests of connectors that log in: what a login would bring is made up, and nobody is asked for it."""

from pathlib import Path

import pytest

from connectors import load_definition
from core.offline_test import run_offline_tests

CONNECTOR = """
schema: connect/1
revision: 1
handle: vendor
name: Vendor
summary: A vendor with a login.
type: api
author: {company: Tests}
inputs: [{key: base_url, type: url, required: true, example: https://acme.example}]
http: {base_url: '{{ var.base_url }}'}
auth:
  login:
    kind: session
    cookies: true
    steps:
      - request: {method: POST, path: /login, body: {password: '{{ auth.password }}'}}
        extract: [{key: token, path: token}, {key: team, path: team, secret: false}]
    apply: [{in: header, name: X-Auth, format: '{{ captured.team }} {{ auth.token }}'}]
  app:
    kind: app_installation
    request: {method: POST, path: '/app/{{ auth.installation_id }}/tokens'}
operations:
  get-things: {request: {path: /things}, records: items}
tests:
  - name: it
    operation: get-things
    auth: METHOD
    given: {responses: [{body: {items: [1]}}]}
    expect: {requests: [{path: /things, headers: EXPECTED}], count: 1}
  - name: refused
    operation: get-things
    auth: METHOD
    given: {responses: [{status: 401, body: {}}]}
    expect: {error: {class: auth}}
"""


@pytest.mark.parametrize(
    ("method", "expected"),
    [("login", "{X-Auth: test-team test-token}"), ("app", "{Authorization: Bearer test-token}")],
)
async def test_what_a_login_brings_is_made_up(tmp_path: Path, method: str, expected: str) -> None:
    path = tmp_path / "vendor.yaml"
    path.write_text(CONNECTOR.replace("METHOD", method).replace("EXPECTED", expected))
    results = await run_offline_tests(load_definition(path).definition)
    assert [(one.state, one.differences) for one in results] == [("passed", ())] * 2
