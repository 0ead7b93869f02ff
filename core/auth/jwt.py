"""A token that is signed here (RFC 7519), for each request or until it expires."""

import json
import secrets
import time
from collections.abc import Callable, Generator, Mapping
from typing import Any

from connectors import JwtAuth

from ..errors import ConfigError
from ..request import Request, Response
from ..tokens import TokenSet
from ..unseal import Unsealed
from .encoded import encoded
from .jws import read_key, sign
from .signing import moment_facts, request_facts, with_value

TOKEN = "signed_token"  # noqa: S105 - the name under which it is kept


def authorize(
    method: JwtAuth,
    request: Request,
    unsealed: Unsealed,
    *,
    now: Callable[[], float] = time.time,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Generator[Request, Response, None]:
    """Yield the request with a token; one that is kept goes as it is.

    Raises:
        ConfigError: the key cannot be used.
        InputError: a claim needs what is not to be had, as the content of a file.
    """
    kept = unsealed.tokens.values.get(TOKEN) if method.reuse and unsealed.tokens is not None else None
    token = kept or _token(method, request, unsealed, now(), random(16))
    for place in method.apply:
        facts = request_facts(request, place.format) | {"token": token}
        request = with_value(request, place, str(unsealed.fill(place.format, {"signing": facts})))
    yield request


def obtain(
    method: JwtAuth,
    unsealed: Unsealed,
    *,
    now: Callable[[], float] = time.time,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Generator[Request, Response, TokenSet]:
    """Give a token that is kept until it expires; nobody has to be asked for it."""
    yield from ()
    moment = now()
    token = _token(method, None, unsealed, moment, random(16))
    return TokenSet({TOKEN: token}, int(moment * 1_000_000), int(moment + method.lifetime) * 1_000_000)


def _token(method: JwtAuth, request: Request | None, unsealed: Unsealed, moment: float, nonce: bytes) -> str:
    facts = moment_facts(moment, nonce, written="uuid")
    facts["expires"] = int(moment + method.lifetime)
    if request is not None:
        facts |= request_facts(request, [method.header, method.claims])
    more = {"signing": facts}
    usual_header = {"alg": method.algorithm, "typ": "JWT"}
    header = _present(usual_header | unsealed.fill(method.header, more))
    usual_claims = {"iat": facts["unix"], "exp": facts["expires"]}
    claims = _present(usual_claims | unsealed.fill(method.claims, more))
    token = signed_token(header, claims, _read(method, unsealed), method.algorithm)
    unsealed.redactor.add(token)
    return token


def signed_token(header: Mapping[str, Any], claims: Mapping[str, Any], key: Any, algorithm: str) -> str:
    """Give the compact form of a signed token (RFC 7515, section 7.1)."""
    text = f"{_part(header)}.{_part(claims)}"
    return f"{text}.{encoded(sign(text.encode(), key, algorithm), 'base64url')}"


def _part(facts: Mapping[str, Any]) -> str:
    return encoded(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), "base64url")


def _present(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what was set to null."""
    return {name: value for name, value in facts.items() if value is not None}


def _read(method: JwtAuth, unsealed: Unsealed) -> Any:
    text, passphrase = str(unsealed.fill(method.key)), str(unsealed.fill(method.passphrase) or "")
    if not text:
        raise ConfigError("the key that signs is empty", "give it to the authentication", error_class="auth")
    written = method.key_format or ("text" if method.algorithm.startswith("HS") else "pem")
    return read_key(text, written, method.algorithm, passphrase)
