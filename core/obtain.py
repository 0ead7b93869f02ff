"""Obtain tokens with credentials: choose what the authentication kind asks its provider for.

What is given is a generator without I/O: it yields requests, receives each answer, and returns the tokens.
Whatever it reads that is secret it adds to the redactor before it yields again, returns or raises; only then
is the exchange recorded.
"""

from collections.abc import Generator
from typing import Final

from connectors import (
    AppInstallationAuth,
    AssumeRole,
    AuthMethod,
    AwsSigV4Auth,
    JwtAuth,
    OAuth1Auth,
    OAuth2Auth,
    SessionAuth,
)

from . import oauth1
from .auth import app_installation, assume_role, jwt, oauth2, session
from .auth.login import is_over, login_origin
from .refresh_failing import COOL_S
from .request import Request, Response
from .resolve import Target
from .tokens import TokenSet
from .unseal import Unsealed

_ALONE: Final = frozenset({"client_credentials", "jwt_bearer", "password"})

Obtaining = Generator[Request, Response, TokenSet]


def needs_tokens(method: AuthMethod | None) -> bool:
    """Tell whether a kind obtains tokens before its first request."""
    match method:
        case AwsSigV4Auth():
            return method.assume_role is not None
        case JwtAuth():
            return method.reuse
        case OAuth1Auth():
            return method.is_attended
        case SessionAuth() | AppInstallationAuth() | OAuth2Auth():
            return True
        case _:
            return False


def obtain(target: Target, unsealed: Unsealed, held: TokenSet | None) -> Obtaining:
    """Give the flow that obtains new tokens, in place of those that are ``held``.

    The flow raises `SignInNeededError` where only a person can go on, and any other `ConnectError` where a
    later try may do.
    """
    match target.method:
        case AwsSigV4Auth(assume_role=AssumeRole() as role) as method:
            return assume_role.obtain(method, role, unsealed)
        case JwtAuth() as method:
            return jwt.obtain(method, unsealed)
        case OAuth1Auth():
            return oauth1.obtain(_name(target), held)
        case OAuth2Auth() as method:
            return oauth2.obtain(method, unsealed, held, _name(target))
        case SessionAuth() as method:
            return session.obtain(method, target, unsealed)
        case AppInstallationAuth() as method:
            return app_installation.obtain(method, target, unsealed)
        case _:
            raise NotImplementedError(target.method)


def _name(target: Target) -> str:
    return target.authentication.name if target.authentication is not None else ""


def renewed_before(method: AuthMethod | None) -> int | None:
    """Give how long before their end tokens are renewed, in microseconds, where the connector says it."""
    match method:
        case OAuth2Auth() | SessionAuth() | AppInstallationAuth() if method.refresh.before is not None:
            return int(method.refresh.before * 1e6)
        case _:
            return None


def has_successor(method: AuthMethod | None, held: TokenSet) -> bool:
    """Tell whether other tokens than those that are held can be had without a person."""
    match method:
        case OAuth2Auth():
            alone = not _ALONE.isdisjoint(method.grants) or set(method.grants) == {"refresh_token"}
            return alone or held.refresh_token is not None
        case OAuth1Auth():
            return not method.is_attended
        case _:
            return True


def cools_down(method: AuthMethod | None) -> int:
    """Give how long tokens that came in place of refused ones are not replaced, in microseconds.

    Where they are refused as well, the reason is another one, and each use would bring new ones.
    """
    match method:
        case OAuth2Auth() | SessionAuth() | AppInstallationAuth():
            return int(method.refresh.cooldown * 1e6)
        case _:
            return COOL_S * 1_000_000


def uses_up_token(method: AuthMethod | None, held: TokenSet | None) -> bool:
    """Tell whether obtaining tokens sends a refresh token, which the provider may count once only."""
    match method:
        case OAuth2Auth():
            return (held is not None and held.refresh_token is not None) or set(method.grants) == {
                "refresh_token"
            }
        case _:
            return False


def is_refused(method: AuthMethod | None, response: Response) -> bool:
    """Tell whether an answer says that tokens work no more."""
    match method:
        case AwsSigV4Auth():
            return assume_role.is_over(response)
        case SessionAuth() | AppInstallationAuth():
            return is_over(method.refresh, response)
        case OAuth1Auth():
            return oauth1.is_over(response)
        case OAuth2Auth():
            return method.refresh.covers(response.status)
        case _:
            return response.status == 401


def token_urls(method: AuthMethod | None) -> tuple[str, ...]:
    """Give the addresses, as templates, that tokens are fetched from beside the connection's own base URL."""
    match method:
        case AwsSigV4Auth() if (url := assume_role.sts_url(method)) is not None:
            return (url,)
        case OAuth1Auth(request_token_url=str(first), access_token_url=str(second)):
            return first, second
        case OAuth2Auth():
            return oauth2.provider_urls(method)
        case SessionAuth():
            return tuple(origin for step in method.steps if (origin := login_origin(step.request.path)))
        case AppInstallationAuth() if origin := login_origin(method.request.path):
            return (origin,)
        case _:
            return ()
