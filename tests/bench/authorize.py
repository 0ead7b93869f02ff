"""What it costs to put credentials on a request, for each kind, beside no credentials at all."""

import json
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pydantic import TypeAdapter

from connectors import AuthMethod
from core.auth.jwt import TOKEN
from core.authorize import authorize
from core.oauth2.dpop import new_key
from core.request import Request, Response
from core.tokens import TokenSet
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


TOKENS = {"token": SECRET, "access_token": SECRET, "cookies": "[]"}
OAUTH2 = {"kind": "oauth2", "grants": ["client_credentials"], "token_url": "https://id.example.com/token"}
ASKED = {"method": "POST", "path": "/login", "body": {"json": {"user": "{{ auth.username }}"}}}


@dataclass(frozen=True)
class Case:
    """One kind as it stands in a file, what a person gave, and what was obtained with that."""

    said: dict[str, Any]
    given: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def _pem(key: Any) -> str:
    written: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return written.decode()


def _cases() -> dict[str, Case]:
    login = {"username": "bench", "password": SECRET}
    place = [{"in": "header", "name": "X-Signature"}]
    aws = {"kind": "aws_sigv4", "service": "execute-api", "region": "eu-central-1"}
    bound = {**TOKENS, "dpop_key": new_key()}
    session = {
        "kind": "session",
        "steps": [{"request": ASKED}],
        "apply": [{"in": "header", "name": "X-Session"}],
    }
    installation = {"kind": "app_installation", "request": {"method": "POST", "path": "/token"}}
    rsa_pem = _pem(rsa.generate_private_key(65537, 2048))
    return {
        "none": Case({"kind": "none"}),
        "bearer": Case({"kind": "bearer"}, {"token": SECRET}),
        "api_key": Case({"kind": "api_key", "apply": [{"in": "query", "name": "key"}]}, {"api_key": SECRET}),
        "basic": Case({"kind": "basic"}, login),
        "mtls (the handshake does it)": Case({"kind": "mtls"}, {"certificate": rsa_pem}),
        "digest, with a nonce (SHA-256)": Case({"kind": "digest"}, login),
        "session, with a held token": Case(session, login, TOKENS),
        "session, with its cookies": Case({**session, "cookies": True}, login, TOKENS),
        "app_installation, with a held token": Case(installation, {"private_key": rsa_pem}, TOKENS),
        "oauth2, with a held token": Case(OAUTH2, {}, TOKENS),
        "oauth2, with a held token and a DPoP proof": Case({**OAUTH2, "dpop": True}, {}, bound),
        "hmac (SHA-256 of four facts)": Case(
            {"kind": "hmac", "string_to_sign": SIGNED, "apply": place}, {"key": SECRET}
        ),
        "aws_sigv4": Case(
            aws, {"access_key_id": "AKBENCH", "secret_access_key": SECRET, "session_token": ""}
        ),
        **_jwt_cases(rsa_pem),
        **_oauth1_cases(rsa_pem),
    }


def _jwt_cases(rsa_pem: str) -> dict[str, Case]:
    curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
    keys = {f"HS{bits}": SECRET * 2 for bits in (256, 384, 512)}
    keys |= {f"{family}{bits}": rsa_pem for family in ("RS", "PS") for bits in (256, 384, 512)}
    keys |= {name: _pem(ec.generate_private_key(curve)) for name, curve in curves.items()}
    keys |= {"EdDSA": _pem(ed25519.Ed25519PrivateKey.generate())}
    found = {
        f"jwt {name}": Case({"kind": "jwt", "algorithm": name}, {"key": key}) for name, key in keys.items()
    }
    held = Case({"kind": "jwt", "algorithm": "RS256", "reuse": True}, {"key": rsa_pem}, {TOKEN: SECRET})
    return {**found, "jwt, one that is kept": held}


def _oauth1_cases(rsa_pem: str) -> dict[str, Case]:
    given = {"consumer_key": "key", "consumer_secret": SECRET, "token": "token-0123", "token_secret": SECRET}
    names = ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT")
    return {
        f"oauth1 {name}": Case({"kind": "oauth1", "signature": name}, {**given, "private_key": rsa_pem})
        for name in names
    }


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report: the quickest of several rounds, and how many times that of none it is."""
    read = TypeAdapter(AuthMethod)
    spent = {}
    for name, case in _cases().items():
        method = read.validate_json(json.dumps(case.said))
        spent[name] = min(_round(method, case) for _ in range(ROUNDS))
    least = spent["none"]
    return [(name, f"{us:,.0f} µs, {us / least:,.0f}x") for name, us in spent.items()]


def _round(method: AuthMethod, case: Case) -> float:
    """Give the microseconds that one request takes, each in an operation of its own."""
    prepared = [_prepared(method, case) for _ in range(REQUESTS)]
    started = time.thread_time()
    for begin in prepared:
        next(begin())
    return (time.thread_time() - started) / REQUESTS * 1e6


def _prepared(method: AuthMethod, case: Case) -> Callable[[], Generator[Request, Response, None]]:
    secret = {("auth", key) for key in case.given if key not in {"username", "consumer_key", "access_key_id"}}
    unsealed: Unsealed = build_unsealed(CONNECTION, {}, case.given, secret)
    if case.tokens:
        unsealed.learn(TokenSet(case.tokens, obtained_us=0))
    if method.kind == "digest":
        first = authorize(method, REQUEST, unsealed)
        next(first)
        first.send(CHALLENGE)
    return lambda: authorize(method, REQUEST, unsealed)
