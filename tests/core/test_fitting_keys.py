"""Connectors that sign are tested offline with keys that can sign."""

from pathlib import Path

import pytest

from connectors import load_definition
from core.offline_test import run_offline_tests

CONNECTOR = """schema: connect/1
revision: 1
handle: small
name: Small
summary: A connector for tests.
type: api
inputs: [{key: base_url, type: url, required: true, example: https://small.example}]
http: {base_url: '{{ var.base_url }}'}
auth:
  sign: %s
operations:
  get: {request: {path: /things}}
tests:
  - name: gets things
    operation: get
    given: {responses: [{status: 200, body: {}}]}
    expect: {requests: [{method: GET, path: /things}]}
"""
SIGNED = "string_to_sign: x, apply: [{in: header, name: X-Signature}]"


@pytest.mark.parametrize(
    "method",
    [
        "{kind: hmac, key_encoding: hex, " + SIGNED + "}",
        "{kind: hmac, key_encoding: base64, " + SIGNED + "}",
        "{kind: jwt, algorithm: HS256}",
        "{kind: jwt, algorithm: HS384, key_format: hex}",
        "{kind: jwt, algorithm: HS512, key_format: jwk}",
        "{kind: jwt, algorithm: RS256}",
        "{kind: jwt, algorithm: ES512}",
        "{kind: jwt, algorithm: EdDSA, key_format: jwk}",
        "{kind: oauth1}",
        "{kind: oauth1, signature: RSA-SHA1}",
        "{kind: digest}",
    ],
)
async def test_a_method_that_signs_has_a_key_that_can(tmp_path: Path, method: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(CONNECTOR % method)
    definition = load_definition(path).definition
    (told,) = await run_offline_tests(definition)
    assert told.state == "passed", told
