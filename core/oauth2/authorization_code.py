"""The grant for a person with a browser (RFC 6749, section 4.1): the address to open, then the tokens."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import VendorError
from ..tokens import TokenSet
from .asking import ask, ask_token, with_parameters
from .bounds import is_plain
from .capturing import claims_of
from .client import Asking, Client
from .dpop import new_key, thumbprint
from .endpoints import Endpoints, find_endpoints
from .reading import read_tokens
from .refusals import refusal

_LONGEST_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Authorization:
    """One attempt to sign in: the address to open, and what its answer is compared with.

    ``verifier`` and ``dpop_key`` are secret. ``nonce`` is there where an id token is asked for. Until
    ``open_by_us`` the address can be opened, None where nobody said.
    """

    url: str
    state: str
    redirect_uri: str
    started_us: int
    scopes: tuple[str, ...]
    endpoints: Endpoints
    verifier: str | None = field(default=None, repr=False)
    nonce: str | None = None
    dpop_key: str | None = field(default=None, repr=False)
    open_by_us: int | None = None


def authorize_url(
    client: Client, redirect_uri: str, *, scopes: Iterable[str] | None = None, state: str | None = None
) -> Asking[Authorization]:
    """Give the address that a person opens; asks the provider only for its metadata or to leave parameters.

    ``scopes`` are those that were chosen, in place of the default ones; the required ones are always there.
    """
    method = client.method
    endpoints = yield from find_endpoints(client)
    page = endpoints.needed("authorize_url", client)
    chosen = client.scopes(scopes)
    state = state or client.random(24)
    verifier = client.random(48) if method.pkce != "none" else None
    nonce = client.random(16) if "openid" in chosen else None
    dpop_key = new_key() if method.dpop else None
    client.keep_secret(verifier, dpop_key)
    fields: dict[str, Any] = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": redirect_uri,
        "scope": client.scope_text(chosen),
        "state": state,
        "nonce": nonce,
        "audience": client.optional(method.audience),
        "resource": client.optional(method.resource),
        "dpop_jkt": thumbprint(dpop_key) if dpop_key else None,
        **_challenge(method.pkce, verifier),
        **client.fields(method.params.authorize),
    }
    open_by_us = None
    if endpoints.must_push:
        fields, open_by_us = yield from _push(client, endpoints, fields)
    return Authorization(
        url=with_parameters(client, page, fields),
        state=state,
        redirect_uri=redirect_uri,
        started_us=int(client.now() * 1e6),
        scopes=chosen,
        endpoints=endpoints,
        verifier=verifier,
        nonce=nonce,
        dpop_key=dpop_key,
        open_by_us=open_by_us,
    )


def exchange_code(
    client: Client, authorization: Authorization, code: str, parameters: Mapping[str, str] | None = None
) -> Asking[TokenSet]:
    """Give the tokens for a code; ``parameters`` are all that came back, unless the code was typed alone.

    Raises:
        ConnectError: the provider gives none; says why, and what helps.
    """
    endpoints = authorization.endpoints
    client.keep_secret(authorization.verifier, authorization.dpop_key, code)
    if parameters:
        _check_issuer(endpoints, parameters.get("iss"))
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": authorization.redirect_uri,
        "code_verifier": authorization.verifier,
    }
    url = endpoints.needed("token_url", client)
    answer = yield from ask_token(client, url, fields, dpop_key=authorization.dpop_key)
    tokens = read_tokens(
        client, answer, f"the sign-in of {client.name}", endpoints, scopes=authorization.scopes,
        dpop_key=authorization.dpop_key, callback=parameters,
    )  # fmt: skip
    _check_nonce(client, authorization, tokens)
    return tokens


def _challenge(pkce: str, verifier: str | None) -> dict[str, str]:
    if verifier is None:
        return {}
    if pkce == "plain":
        return {"code_challenge": verifier, "code_challenge_method": "plain"}
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return {"code_challenge": challenge, "code_challenge_method": "S256"}


def _push(
    client: Client, endpoints: Endpoints, fields: Mapping[str, Any]
) -> Asking[tuple[dict[str, Any], int | None]]:
    """Leave the parameters at the provider, and give those that name them and their end (RFC 9126)."""
    url = endpoints.needed("par_url", client)
    answer = yield from ask(client, url, fields, audience=endpoints.token_url)
    reference = (answer.body or {}).get("request_uri")
    if not answer.is_good or not reference:
        raise refusal(client, answer, f"the start of the sign-in of {client.name}")
    if not is_plain(str(reference)):
        raise VendorError(
            f"the provider gave a request_uri for {client.name} that nobody could open",
            "tell those who run the provider",
        )
    lasts_s = (answer.body or {}).get("expires_in")
    is_told = isinstance(lasts_s, int) and not isinstance(lasts_s, bool) and 0 < lasts_s <= _LONGEST_S
    open_by_us = int((client.now() + lasts_s) * 1e6) if is_told and lasts_s is not None else None
    return {"client_id": client.id, "request_uri": reference}, open_by_us


def _check_issuer(endpoints: Endpoints, issuer: str | None) -> None:
    """Refuse an answer of another provider (RFC 9207, section 2.4)."""
    expected = endpoints.issuer
    if issuer is None and not endpoints.names_issuer:
        return
    if expected is not None and issuer != expected:
        raise VendorError(
            f"the answer is from {issuer or 'nobody'}, where {expected} was asked",
            "start the sign-in once more; when it comes again, do not trust the page that was opened",
            error_class="auth",
        )


def _check_nonce(client: Client, authorization: Authorization, tokens: TokenSet) -> None:
    """Refuse an id token of another sign-in (OpenID Connect Core, section 3.1.3.7)."""
    claims = claims_of(tokens.values.get("id_token"))
    if authorization.nonce is None or claims is None:
        return
    if claims.get("nonce") != authorization.nonce:
        raise VendorError(
            f"the id token belongs to another sign-in than the one of {client.name}",
            "start the sign-in once more",
            error_class="auth",
        )
