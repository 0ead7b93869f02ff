"""Make tokens out of the answer of a token endpoint."""

from collections.abc import Mapping
from typing import Any

from ..clock_skew import clock_offset
from ..errors import VendorError
from ..expiry import ends_at, ends_in
from ..request import Response
from ..tokens import TokenSet
from .answers import Answer, found
from .bounds import check_scopes, check_token
from .capturing import capture, claims_of
from .client import Client
from .dpop import KEY
from .endpoints import DISCOVERED, Endpoints
from .refusals import refusal

_LEAST_SECRET = 8


def read_tokens(
    client: Client,
    answer: Answer,
    doing: str,
    endpoints: Endpoints,
    *,
    scopes: tuple[str, ...],
    held: TokenSet | None = None,
    dpop_key: str | None = None,
    callback: Mapping[str, str] | None = None,
    renews: bool = False,
    keeps_refresh: bool = True,
) -> TokenSet:
    """Give the tokens of an answer; what it does not say again stays as it was ``held``.

    ``renews`` says that a refresh token was sent.

    Raises:
        ConnectError: the answer brings none; says why, and what helps.
    """
    if not answer.is_good:
        raise refusal(client, answer, doing, renews=renews)
    body = dict(answer.body or {})
    values = _tokens(client, answer, body, doing, keeps_refresh=keeps_refresh)
    secret, plain = _facts(client, values, body, callback, held)
    client.keep_secret(*secret.values())
    before, known = (dict(held.values), dict(held.captured)) if held is not None else ({}, {})
    kept = {KEY: dpop_key} if dpop_key else {}
    discovered = {DISCOVERED: dict(endpoints.found)} if endpoints.found is not None else {}
    now = client.now()
    return TokenSet(
        values={**before, **values, **secret, **kept},
        obtained_us=int(now * 1e6),
        expires_us=_end(client, answer.response, body, now),
        refresh_expires_us=_refresh_end(client, body, now, held, is_new="refresh_token" in values),
        scopes=_granted(client, body, held, scopes, doing),
        captured={**known, **plain, **discovered},
        idle_expires_us=_idle_end(client, {**before, **values}, now),
    )


def _tokens(
    client: Client, answer: Answer, body: Mapping[str, Any], doing: str, *, keeps_refresh: bool
) -> dict[str, str]:
    paths = client.method.token
    given = {
        "access_token": found(paths.access, body),
        "refresh_token": found(paths.refresh, body) if keeps_refresh else None,
        "id_token": found(paths.id_token, body),
    }
    try:
        values = {name: check_token(name, value, doing) for name, value in given.items() if value}
    except VendorError:
        client.keep_whole_secret(answer.response)
        raise
    client.keep_secret(*values.values())
    if "access_token" not in values:
        # One of these is the token, and the answer is about to be recorded.
        client.keep_secret(*_long_texts(body))
        raise VendorError(
            f"{doing} was answered without a token at `{paths.access}`",
            "let the connector's `token.access` say where it is; the answer is in the operation log",
            status=answer.response.status,
        )
    return values


def _facts(
    client: Client,
    values: Mapping[str, str],
    body: Mapping[str, Any],
    callback: Mapping[str, str] | None,
    held: TokenSet | None,
) -> tuple[dict[str, str], dict[str, Any]]:
    sources = {"token": body, "id_token": claims_of(values.get("id_token")), "callback": callback}
    try:
        return capture(client.method.captured, sources)
    except VendorError:
        if held is None:
            raise
        # What is known stays: the refresh token before is used up, and the new one must not be lost.
        return {}, {}


def _long_texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _long_texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _long_texts(item)]
    return [value] if isinstance(value, str) and len(value) >= _LEAST_SECRET and " " not in value else []


def _end(client: Client, response: Response, body: Mapping[str, Any], now: float) -> int | None:
    paths = client.method.token
    seconds = _positive(found(paths.expires_in, body))
    if seconds is not None and (end := ends_in(seconds, now)) is not None:
        return end
    if (end := ends_at(found(paths.expires_at, body))) is not None:
        # A date is told by the provider's clock, and compared with ours.
        return end + int(clock_offset(response, now) * 1e6)
    return ends_in(paths.lifetime, now)


def _refresh_end(
    client: Client, body: Mapping[str, Any], now: float, held: TokenSet | None, *, is_new: bool
) -> int | None:
    seconds = _positive(found(client.method.token.refresh_expires_in, body))
    if seconds is not None:
        return ends_in(seconds, now)
    return None if is_new or held is None else held.refresh_expires_us


def _idle_end(client: Client, values: Mapping[str, str], now: float) -> int | None:
    """Give when the refresh token ends if it is not used; it was given or used just now."""
    days = client.method.refresh.idle_days
    return ends_in(days * 86_400, now) if days is not None and "refresh_token" in values else None


def _positive(value: Any) -> Any:
    """Take 0 and less, which vendors write for "never", for nothing."""
    try:
        return value if value is not None and float(value) > 0 else None
    except (TypeError, ValueError, OverflowError):
        return None


def _granted(
    client: Client, body: Mapping[str, Any], held: TokenSet | None, asked: tuple[str, ...], doing: str
) -> tuple[str, ...] | None:
    """Give the scopes that were granted; an answer without them granted those that were asked for."""
    said = _said_scopes(client, body)
    try:
        if said is not None:
            return check_scopes(said, doing)
    except VendorError:
        if held is None:
            raise
    if held is not None and held.scopes is not None:
        return held.scopes
    return asked or None


def _said_scopes(client: Client, body: Mapping[str, Any]) -> tuple[str, ...] | None:
    said = found(client.method.token.scope, body)
    if isinstance(said, str) and said.strip():
        separator = client.method.scopes.separator.strip()
        spaced = said.replace(separator, " ") if separator else said
        return tuple(dict.fromkeys(spaced.split()))
    if isinstance(said, list):
        return tuple(str(one) for one in said)
    return None
