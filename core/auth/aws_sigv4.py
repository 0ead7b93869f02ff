"""AWS Signature Version 4 over every request, with static keys, temporary ones, or those of a role."""

import hashlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from connectors import AwsSigV4Auth
from connectors.templates import MISSING

from ..clock_skew import clock_offset
from ..errors import ConfigError, InputError
from ..request import Request, Response
from ..sigv4 import (
    ALGORITHM,
    S3_LIKE,
    UNSIGNED,
    Scope,
    canonical_request,
    plain_url,
    signature,
    signed_headers,
)
from ..unseal import Unsealed
from ..wire import on_wire

# The keys of a role stand beside those that fetched them, which fetch the next ones.
ROLE_PREFIX = "role_"
# These want to see the hash of the body among the headers.
_WANT_HASH = S3_LIKE | {"aoss", "glacier", "vpc-lattice-svcs"}
# AWS takes a clock that is five minutes off; what is closer than four is not why it refused.
_SKEW_S = 240.0
_SKEW_WORDS = (
    b"RequestTimeTooSkewed",
    b"RequestExpired",
    b"InvalidSignatureException",
    b"SignatureDoesNotMatch",
)


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key; the token belongs to a temporary one."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def authorize(
    method: AwsSigV4Auth, request: Request, unsealed: Unsealed, *, now: Callable[[], float] = time.time
) -> Generator[Request, Response, None]:
    """Yield the signed request; once more by the clock of AWS when ours is wrong.

    Raises:
        ConfigError: a part of the key, the region or the service is missing.
        InputError: a file is to be sent to a service that wants its content signed.
    """
    keys = _keys(method, unsealed)
    moment = now()
    response = yield sign(method, request, unsealed, keys, moment)
    if (right := _their_time(response, moment)) is not None:
        yield sign(method, request, unsealed, keys, right + now() - moment)


def sign(method: AwsSigV4Auth, request: Request, unsealed: Unsealed, keys: Keys, moment: float) -> Request:
    """Give the request as it leaves at a moment, signed."""
    when = datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = Scope(
        when, needed(method.region, "region", unsealed), needed(method.service, "service", unsealed)
    )
    wire = on_wire(request)
    request = replace(request, url=plain_url(request.url, wire, scope.service))
    signed = _in_header if method.place == "header" else _in_query
    request, made = signed(method, request, keys, scope, wire.host)
    unsealed.redactor.add(made)
    return request


def _in_header(
    method: AwsSigV4Auth, request: Request, keys: Keys, scope: Scope, host: str
) -> tuple[Request, str]:
    payload = _payload_hash(method, request, scope.service)
    request = request.with_header("X-Amz-Date", scope.moment)
    if keys.session_token:
        request = request.with_header("X-Amz-Security-Token", keys.session_token)
    if payload == UNSIGNED or scope.service in _WANT_HASH:
        request = request.with_header("X-Amz-Content-SHA256", payload)
    headers = signed_headers(request.headers, host)
    canonical = canonical_request(request.method, request.url, headers, payload, scope.service)
    made = signature(keys.secret_access_key, scope, canonical)
    value = (
        f"{ALGORITHM} Credential={keys.access_key_id}/{scope}, "
        f"SignedHeaders={';'.join(headers)}, Signature={made}"
    )
    return request.with_header("Authorization", value), made


def _in_query(
    method: AwsSigV4Auth, request: Request, keys: Keys, scope: Scope, host: str
) -> tuple[Request, str]:
    # A presigned address of S3 says nothing about a body (Authenticating Requests: Using Query Parameters).
    payload = UNSIGNED if scope.service in S3_LIKE else _payload_hash(method, request, scope.service)
    headers = signed_headers(request.headers, host)
    parameters = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{keys.access_key_id}/{scope}",
        "X-Amz-Date": scope.moment,
        "X-Amz-Expires": str(method.expires),
        "X-Amz-SignedHeaders": ";".join(headers),
    }
    if keys.session_token:
        parameters["X-Amz-Security-Token"] = keys.session_token
    request = replace(request, url=_unsigned(request.url, (*parameters, "X-Amz-Signature")))
    for name, value in parameters.items():
        request = request.with_query(name, value)
    canonical = canonical_request(request.method, request.url, headers, payload, scope.service)
    made = signature(keys.secret_access_key, scope, canonical)
    return request.with_query("X-Amz-Signature", made), made


def _unsigned(url: str, names: tuple[str, ...]) -> str:
    """Leave out the parameters of a signature that a redirect brought back."""
    address, _, query = url.partition("?")
    kept = [pair for pair in query.split("&") if pair.partition("=")[0] not in names]
    return f"{address}?{'&'.join(kept)}" if any(kept) else address


def _payload_hash(method: AwsSigV4Auth, request: Request, service: str) -> str:
    if method.payload == "unsigned" or (method.payload == "auto" and request.upload and service in S3_LIKE):
        return UNSIGNED
    if request.upload is not None:
        raise InputError(
            f"a file cannot be signed while it is sent, and {service} wants its content signed",
            "send it as the text of the body; or, where the service allows it, say `payload: unsigned`",
        )
    return hashlib.sha256(request.body or b"").hexdigest()


def _keys(method: AwsSigV4Auth, unsealed: Unsealed) -> Keys:
    """Give the keys that sign: those of the role once they were fetched, else a person's own.

    Raises:
        ConfigError: one is missing.
    """
    tokens = unsealed.tokens.values if method.assume_role is not None and unsealed.tokens else {}
    if f"{ROLE_PREFIX}access_key_id" in tokens:
        return Keys(
            *(
                tokens[f"{ROLE_PREFIX}{name}"]
                for name in ("access_key_id", "secret_access_key", "session_token")
            )
        )
    return Keys(
        needed(method.access_key_id, "access_key_id", unsealed),
        needed(method.secret_access_key, "secret_access_key", unsealed),
        optional(method.session_token, unsealed),
    )


def needed(template: str, name: str, unsealed: Unsealed) -> str:
    """Fill a template that must give something.

    Raises:
        ConfigError: it gives nothing.
    """
    value = optional(template, unsealed)
    if value is None:
        raise ConfigError(
            f"nothing says the {name.replace('_', ' ')} to sign with", f"`{name}` of the method gives nothing"
        )
    return value


def optional(template: str | None, unsealed: Unsealed) -> str | None:
    """Fill a template that may give nothing; what is pasted with spaces around it is meant without."""
    value = unsealed.fill(template)
    return None if value is None or value is MISSING else str(value).strip() or None


def _their_time(response: Response, moment: float) -> float | None:
    """Give the time of AWS when it refused the request and its clock is far from ours."""
    if response.status not in {400, 403} or not any(word in response.body[:4096] for word in _SKEW_WORDS):
        return None
    ours_ahead = clock_offset(response, moment)
    return moment - ours_ahead if abs(ours_ahead) > _SKEW_S else None
