"""What it costs to put credentials on a request, for each kind, beside no credentials at all."""

import json
import time
from collections.abc import Callable, Generator
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import TypeAdapter

from connectors import AuthMethod
from core.authorize import authorize
from core.request import Request, Response
from core.unseal import Unsealed, build_unsealed
from storage.records import Connection

ROUNDS, REQUESTS = 7, 40
CONNECTION = Connection(
    id="con_bench", project_id="bench", name="bench", connector="bench", connector_revision=1, connector_hash="",
    authentication=None, state="active", variables={}, created_us=0, updated_us=0, time_zone="UTC",
)  # fmt: skip
REQUEST = Request(
    "POST",
    "https://api.example.com/v2/things?b=1&a=2",
    (("Content-Type", "application/json"),),
    b'{"a":1}' * 100,
)
CHALLENGE = Response(
    401,
    (("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'),),
    b"",
    REQUEST.url,
    0,
    0,
)
SIGNED = "{{ signing.method }}\n{{ signing.target }}\n{{ signing.timestamp }}\n{{ signing.body_sha256 }}"
SECRET = "bench-secret-0123456789abcdefghijklmnop"


def _pem(key: Any) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _cases() -> dict[str, tuple[dict[str, Any], dict[str, str]]]:
    """Give each kind as it stands in a file, and what a person gave."""
    oauth1 = {"consumer_key": "key", "consumer_secret": SECRET, "token": "token-0123", "token_secret": SECRET}
    place = [{"in": "header", "name": "X-Signature"}]
    aws = {"kind": "aws_sigv4", "service": "execute-api", "region": "eu-central-1"}
    return {
        "none": ({"kind": "none"}, {}),
        "bearer": ({"kind": "bearer"}, {"token": SECRET}),
        "api_key": ({"kind": "api_key", "apply": [{"in": "query", "name": "key"}]}, {"api_key": SECRET}),
        "basic": ({"kind": "basic"}, {"username": "bench", "password": SECRET}),
        "digest, with a nonce (SHA-256)": ({"kind": "digest"}, {"username": "bench", "password": SECRET}),
        "hmac (SHA-256 of four facts)": (
            {"kind": "hmac", "string_to_sign": SIGNED, "apply": place},
            {"key": SECRET},
        ),
        "jwt HS256": ({"kind": "jwt", "algorithm": "HS256"}, {"key": SECRET}),
        "jwt ES256": (
            {"kind": "jwt", "algorithm": "ES256"},
            {"key": _pem(ec.generate_private_key(ec.SECP256R1()))},
        ),
        "jwt RS256": (
            {"kind": "jwt", "algorithm": "RS256"},
            {"key": _pem(rsa.generate_private_key(65537, 2048))},
        ),
        "oauth1 HMAC-SHA1": ({"kind": "oauth1"}, oauth1),
        "aws_sigv4": (aws, {"access_key_id": "AKBENCH", "secret_access_key": SECRET, "session_token": ""}),
    }


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report: the quickest of several rounds, and how many times that of none it is."""
    read = TypeAdapter(AuthMethod)
    spent = {}
    for name, (said, given) in _cases().items():
        method = read.validate_json(json.dumps(said))
        spent[name] = min(_round(method, given) for _ in range(ROUNDS))
    least = spent["none"]
    return [(name, f"{us:,.0f} µs, {us / least:,.0f}x") for name, us in spent.items()]


def _round(method: AuthMethod, given: dict[str, str]) -> float:
    """Give the microseconds that one request takes, each in an operation of its own."""
    prepared = [_prepared(method, given) for _ in range(REQUESTS)]
    started = time.perf_counter()
    for begin in prepared:
        next(begin())
    return (time.perf_counter() - started) / REQUESTS * 1e6


def _prepared(method: AuthMethod, given: dict[str, str]) -> Callable[[], Generator[Request, Response, None]]:
    secret = {("auth", key) for key in given if key not in {"username", "consumer_key", "access_key_id"}}
    unsealed: Unsealed = build_unsealed(CONNECTION, {}, given, secret)
    if method.kind == "digest":
        first = authorize(method, REQUEST, unsealed)
        next(first)
        first.send(CHALLENGE)
    return lambda: authorize(method, REQUEST, unsealed)
