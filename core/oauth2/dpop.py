"""Bind tokens to a key, so that a stolen one is worth nothing (DPoP, RFC 9449)."""

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from ..auth.jwt import signed_token
from ..hosts import origin_of
from ..request import Request, Response
from .client import Client

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

KEY = "dpop_key"
_NONCES = "dpop nonces"
_ALGORITHM = "ES256"


def new_key() -> str:
    """Make a key on the curve P-256 and give it as a private JWK."""
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.private_numbers()
    public = numbers.public_numbers
    parts = {"x": public.x, "y": public.y, "d": numbers.private_value}
    return json.dumps({"kty": "EC", "crv": "P-256"} | {name: _number(part) for name, part in parts.items()})


def thumbprint(key: str) -> str:
    """Give the name of a key by which a sign-in is bound to it (RFC 7638)."""
    public = _public(key)
    text = json.dumps({name: public[name] for name in sorted(public)}, separators=(",", ":"))
    return _written(hashlib.sha256(text.encode()).digest())


def with_proof(client: Client, request: Request, key: str, token: str | None = None) -> Request:
    """Give a request with the proof that its sender has the key; ``token`` is the one that it carries."""
    claims: dict[str, Any] = {
        "jti": client.random(16),
        "htm": request.method.upper(),
        "htu": urlunsplit(urlsplit(request.url)._replace(query="", fragment="")),
        "iat": int(client.moment()),
    }
    if token is not None:
        claims["ath"] = _written(hashlib.sha256(token.encode()).digest())
    if nonce := _nonces(client).get(origin_of(request.url)):
        claims["nonce"] = nonce
    header = {"alg": _ALGORITHM, "typ": "dpop+jwt", "jwk": _public(key)}
    proof = signed_token(header, claims, _private(key), _ALGORITHM)
    client.keep_secret(proof)
    return request.with_header("DPoP", proof)


def wants_nonce(client: Client, request: Request, response: Response) -> bool:
    """Remember the nonce that an answer brings, and tell whether the request was refused for want of it."""
    nonce = response.header("dpop-nonce")
    if not nonce:
        return False
    _nonces(client)[origin_of(request.url)] = nonce
    challenge = response.header("www-authenticate") or ""
    refused = response.status == 401 and "use_dpop_nonce" in challenge
    return refused or (response.status == 400 and b"use_dpop_nonce" in response.body)


def _nonces(client: Client) -> dict[tuple[str, str, int], str]:
    nonces: dict[tuple[str, str, int], str] = client.unsealed.memory.setdefault(_NONCES, {})
    return nonces


def _public(key: str) -> dict[str, str]:
    facts = json.loads(key)
    return {name: str(facts[name]) for name in ("crv", "kty", "x", "y")}


def _private(key: str) -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec

    facts = json.loads(key)
    return ec.derive_private_key(int.from_bytes(_read(facts["d"])), ec.SECP256R1())


def _number(value: int) -> str:
    return _written(value.to_bytes(32))


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
