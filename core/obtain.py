"""Obtain tokens with credentials: choose what the authentication kind asks its provider for.

What is given is a generator without I/O: it yields requests, receives each answer, and returns the tokens.
Whatever it reads that is secret it adds to the redactor before it yields again, returns or raises; only then
is the exchange recorded.
"""

from collections.abc import Generator

from connectors import AssumeRole, AuthMethod, AwsSigV4Auth

from .auth import assume_role
from .request import Request, Response
from .resolve import Target
from .tokens import TokenSet
from .unseal import Unsealed

Obtaining = Generator[Request, Response, TokenSet]


def needs_tokens(method: AuthMethod | None) -> bool:
    """Tell whether a kind obtains tokens before its first request."""
    match method:
        case AwsSigV4Auth():
            return method.assume_role is not None
        case _:
            return False


def obtain(target: Target, unsealed: Unsealed, held: TokenSet | None) -> Obtaining:  # noqa: ARG001
    """Give the flow that obtains new tokens, in place of those that are ``held``.

    The flow raises `SignInNeededError` where only a person can go on, and any other `ConnectError` where a
    later try may do.
    """
    match target.method:
        case AwsSigV4Auth(assume_role=AssumeRole() as role) as method:
            return assume_role.obtain(method, role, unsealed)
        case _:
            raise NotImplementedError(target.method)


def refused_with(method: AuthMethod | None) -> tuple[int, ...]:  # noqa: ARG001
    """Give the statuses that say that tokens work no more."""
    return (401,)


def token_urls(method: AuthMethod | None) -> tuple[str, ...]:
    """Give the addresses, as templates, that tokens are fetched from beside the connection's own base URL."""
    match method:
        case AwsSigV4Auth() if (url := assume_role.sts_url(method)) is not None:
            return (url,)
        case _:
            return ()
