"""The kinds that sign each request, as they stand in a connector file: what they ask for, and what cannot be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from connectors import compile_definition, find_problems, load_definition, read_compiled

CONNECTOR = """schema: connect/1
revision: 1
handle: small
name: Small
summary: A connector for tests.
type: api
categories: [monitoring]
inputs: [{key: base_url, type: url, required: true}]
http: {base_url: '{{ var.base_url }}'}
auth:
  sign:
"""
HMAC = """
kind: hmac
string_to_sign: '{{ signing.method }}'
apply: [{in: header, name: X-Signature}]
"""

SIGN_IN = """
kind: oauth1
request_token_url: '{{ var.base_url }}/initiate'
authorize_url: https://sign.example/authorize
access_token_url: https://sign.example/token
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(method: str) -> Path:
        path = tmp_path / "small.yaml"
        indented = "".join(f"    {line}\n" for line in method.strip().splitlines())
        path.write_text(CONNECTOR + indented + "operations: {}\n")
        return path

    return write


@pytest.mark.parametrize(
    ("method", "inputs"),
    [
        ("kind: digest", ["username", "password*"]),
        (HMAC, ["key*"]),
        ("kind: jwt\nalgorithm: ES256", ["key*"]),
        ("kind: oauth1", ["consumer_key", "consumer_secret*", "token*", "token_secret*"]),
        ("kind: oauth1\nsignature: RSA-SHA1", ["consumer_key", "private_key*", "token*"]),
        (SIGN_IN, ["consumer_key", "consumer_secret*"]),
        (f"{SIGN_IN}signature: RSA-SHA1", ["consumer_key", "private_key*"]),
        ("kind: oauth1\ntoken: null", ["consumer_key", "consumer_secret*"]),
        ("kind: oauth1\ntoken: null\nsignature: RSA-SHA256", ["consumer_key", "private_key*"]),
    ],
)
def test_what_is_asked_for_unless_said_is_what_is_used(written, method: str, inputs: list[str]) -> None:
    definition = load_definition(written(method)).definition
    found = definition.auth["sign"].inputs
    assert [one.key + "*" * one.secret for one in found] == inputs
    assert all(one.required for one in found)
    assert read_compiled(compile_definition(definition)) == definition


WRONG = [
    (HMAC.replace("'{{ signing.method }}'", "'{{ signing.methot }}'"), "string_to_sign: there is no signing.methot; did you mean 'method'?"),
    (HMAC.replace("'{{ signing.method }}'", "'{{ signing.signature }}'"), "string_to_sign: signing.signature is not known in this place"),
    (HMAC.replace("signing.method", 'signing.headers."X-Ms-Date"'), "the names of headers are in lower case: 'x-ms-date'"),
    (HMAC + "before: [{in: header, name: X-Date}]", "before[0].format: the key 'format' is missing"),
    (HMAC + "before: [{in: header, name: X-Date, format: '{{ signing.token }}'}]", "before[0].format: signing.token is not known in this place"),
    (HMAC.replace("X-Signature", "'X Signature'"), "apply[0].name: expected a header name without spaces"),
    (HMAC.replace("name: X-Signature", "name: X-Signature, format: '{{ signing.nonce }}'"), "apply: nothing here sends {{ signing.signature }}"),
    (HMAC.replace("'{{ signing.method }}'", "[a, {hex: a, base64: b}]"), "string_to_sign[1]: a piece has exactly one of `text`, `base64` and `hex`"),
    (HMAC.replace("'{{ signing.method }}'", "[]"), "string_to_sign"),
    (HMAC + "keyed: false", "with `keyed: false` the text must hold the secret"),
    (HMAC + "timestamp: epoch", 'timestamp: found "epoch", expected iso, iso_ms, unix, unix_ms, http or date, or a form of strftime'),
    (HMAC + "algorithm: sha3", 'algorithm: found "sha3", allowed: md5, sha1, sha256, sha384, sha512'),
    (HMAC + "inputs: [{key: secret, type: secret}]", "`key` is '{{ auth.key }}' unless said, but no input is called key"),
    ("kind: api_key\napply: [{in: header, name: A, format: '{{ signing.nonce }}{{ auth.api_key }}'}]", "apply[0].format: signing.nonce is not known in this place"),
    ("kind: jwt", "the key 'algorithm' is missing"),
    ("kind: jwt\nalgorithm: none", 'algorithm: found "none", allowed: HS256'),
    ("kind: jwt\nalgorithm: HS256\nkey_format: pem", "key_format: HS256 has a shared secret: text, base64 or hex"),
    ("kind: jwt\nalgorithm: RS256\nkey_format: hex", "key_format: RS256 has a private key: pem or jwk"),
    ("kind: jwt\nalgorithm: RS256\nheader: {alg: RS512}", "header.alg: `algorithm` says it"),
    ("kind: jwt\nalgorithm: RS256\nreuse: true\nclaims: {uri: '{{ signing.path }}'}", "claims.uri: a token that is reused cannot tell signing.path of each request"),
    ("kind: jwt\nalgorithm: RS256\nclaims: {a: {b: ['{{ signing.signature }}']}}", "claims.a.b[0]: signing.signature is not known in this place"),
    ("kind: jwt\nalgorithm: RS256\nclaims: {iss: '{{ auth.issuer }}'}", "claims.iss: there is no auth.issuer"),
    ("kind: jwt\nalgorithm: RS256\napply: [{in: header, name: A, format: x}]", "apply: nothing here sends {{ signing.token }}"),
    ("kind: oauth1\nauthorize_url: https://a.example", "a sign-in needs `request_token_url` and `access_token_url` as well"),
    (f"{SIGN_IN}token: null", "a sign-in brings a token, and null says that there is none"),
    (f"{SIGN_IN}captured: [{{key: a, from: userinfo}}]", "OAuth 1.0a has no userinfo, only `token` and `callback`"),
    (f"{SIGN_IN}captured: [{{key: token}}]", "'token' is the name of something else already"),
    (f"{SIGN_IN}captured: [{{key: a, regex: '('}}]", "this is not a regular expression"),
    (f"{SIGN_IN}redirect_uri: '{{{{ auth.nothing }}}}'", "there is no auth.nothing"),
    (f"{SIGN_IN}realm: '{{{{ captured.company }}}}'", "there is no captured.company"),
    ("kind: oauth1\ncaptured: [{key: a}]", "nothing is captured without a sign-in"),
    ("kind: oauth1\nsignature: HMAC-MD5", 'signature: found "HMAC-MD5", allowed: HMAC-SHA1'),
    ("kind: oauth1\nrealm: '{{ auth.private_key }}'", "realm: there is no auth.private_key"),
    ("kind: oauth1\nsignature: RSA-SHA1\nrealm: '{{ auth.token_secret }}'", "realm: there is no auth.token_secret"),
    ("kind: oauth1\ninputs: [{key: consumer_key}]", "`consumer_secret` is '{{ auth.consumer_secret }}' unless said, but no input is called consumer_secret"),
    ("kind: digest\ninputs: [{key: username}]", "`password` is '{{ auth.password }}' unless said"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "words"), WRONG)
def test_what_cannot_be_is_said_with_its_place(written, method: str, words: str) -> None:
    problems = [f"{one.path}: {one.message}" for one in find_problems(written(method))]
    assert any(words in problem for problem in problems), problems
    assert all(problem.startswith("auth.sign") for problem in problems), problems
