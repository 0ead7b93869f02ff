"""Tests in a connector file ask no provider."""

from pathlib import Path

from core import offline_test

CONNECTOR = """
schema: connect/1
revision: 1
handle: acme
name: Acme
summary: A connector of the tests.
type: api
author: {company: Tests}
http: {base_url: '{{ captured.instance_url }}'}
auth:
  web:
    kind: oauth2
    grants: [authorization_code, device_code]
    issuer: https://id.acme.example
    captured: [{key: instance_url, example: 'https://eu1.acme.example', hosts: ['*.acme.example']}, {key: team}, {key: pin, secret: true}]
    apply: [{in: header, name: Authorization}, {in: query, name: pin, format: '{{ auth.pin }}'}]
  machine: {kind: oauth2, grants: [client_credentials], issuer: 'https://id.acme.example', dpop: true,
            captured: [{key: instance_url, example: 'https://eu1.acme.example', hosts: ['*.acme.example']}, {key: team}]}
operations:
  list-things: {request: {path: '/{{ captured.team }}/things'}}
tests:
  - name: as a person
    operation: list-things
    auth: web
    given: {responses: [{body: []}]}
    expect:
      requests: [{path: /test-team/things, query: {pin: test-pin}, headers: {Authorization: Bearer test-access_token}}]
  - name: as a machine
    operation: list-things
    auth: machine
    given: {responses: [{body: []}]}
    expect: {requests: [{path: /test-team/things, headers: {Authorization: DPoP test-access_token}}]}
"""


async def test_a_stand_in_for_the_token_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(CONNECTOR)
    for result in await offline_test.run_offline_tests(offline_test.tested_file(path, tmp_path)):
        assert result.differences == (), result.test
