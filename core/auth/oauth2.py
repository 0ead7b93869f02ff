"""Tokens of a provider (OAuth 2.0): put on requests, obtained without a person, and renewed."""

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from connectors import OAuth2Auth

from ..errors import SignInNeededError
from ..oauth2 import Client, client_credentials, jwt_bearer, password, refresh
from ..oauth2.clocks import takes_other_time
from ..oauth2.dpop import KEY, wants_nonce, with_proof
from ..request import Request, Response
from ..tokens import TokenSet
from ..unseal import Unsealed

_USUAL = "{{ auth.access_token }}"
BEGUN_WITH: Final = "begun_with"


def authorize(method: OAuth2Auth, request: Request, unsealed: Unsealed) -> Generator[Request, Response, None]:
    """Yield the request with the token at every place that the method names.

    A token that is bound to a key is sent with a proof (RFC 9449); once more with the nonce that the vendor
    wants in it.
    """
    scheme = "DPoP" if method.dpop else "Bearer"
    if not method.apply:
        request = request.with_header("Authorization", str(unsealed.fill(f"{scheme} {_USUAL}")))
    for place in method.apply:
        usual = f"{scheme} {_USUAL}" if place.in_ == "header" else _USUAL
        value = str(unsealed.fill(place.format or usual))
        match place.in_:
            case "header":
                request = request.with_header(place.name, value)
            case "query":
                request = request.with_query(place.name, value)
            case "cookie":
                request = request.with_cookie(place.name, value)
            case "body":
                request = request.with_body_field(place.name, value)
    key = unsealed.tokens.values.get(KEY) if unsealed.tokens is not None else None
    if key is None:
        yield request
        return
    client, token = Client(method, unsealed, ""), str(unsealed.fill(_USUAL))
    response = yield with_proof(client, request, key, token)
    if wants_nonce(client, request, response):
        response = yield with_proof(client, request, key, token)
    if b"invalid_dpop_proof" in _challenge(response) and takes_other_time(client, response):
        yield with_proof(client, request, key, token)


def _challenge(response: Response) -> bytes:
    return (response.header("www-authenticate") or "").encode() + response.body[:2048]


def obtain(
    method: OAuth2Auth, unsealed: Unsealed, held: TokenSet | None, name: str
) -> Generator[Request, Response, TokenSet]:
    """Give new tokens of the authentication ``name``, without a person.

    Raises:
        SignInNeededError: only a person can go on.
        ConnectError: a later try may do.
    """
    client = Client(method, unsealed, name)
    refresh_token = held.refresh_token if held is not None else None
    if set(method.grants) == {"refresh_token"}:
        return (yield from _go_on_from_given(client, held))
    if refresh_token is not None:
        try:
            return (yield from refresh(client, refresh_token, held))
        except SignInNeededError:
            if "password" not in method.grants:
                raise
    if "client_credentials" in method.grants:
        return (yield from client_credentials(client, held))
    if "jwt_bearer" in method.grants:
        return (yield from jwt_bearer(client, held))
    if "password" in method.grants:
        return (yield from password(client, held))
    what = "has no refresh token" if held is not None else "has not signed in yet"
    raise SignInNeededError(f"{name} {what}", f"sign in: `connect-tui auth sign-in {name}`")


def _go_on_from_given(client: Client, held: TokenSet | None) -> Generator[Request, Response, TokenSet]:
    """Renew what began with a refresh token that a person gave; another one that is given begins anew."""
    given = client.needed(client.method.refresh_token, "refresh token")
    if held is not None and held.values.get(BEGUN_WITH) == given and held.refresh_token is not None:
        return (yield from refresh(client, held.refresh_token, held))
    tokens = yield from refresh(client, given)
    return replace(tokens, values={**tokens.values, BEGUN_WITH: given})


def provider_urls(method: OAuth2Auth) -> tuple[str, ...]:
    """Give the addresses, as templates, at which the provider is asked."""
    named = (
        method.issuer, method.discovery, method.token_url, method.refresh_url, method.device_url,
        method.revoke_url, method.introspect_url, method.userinfo_url, method.par_url, method.register_url,
    )  # fmt: skip
    return tuple(url for url in named if url is not None)
