"""Obtain tokens with credentials: choose what the authentication kind asks its provider for.

What is given is a generator without I/O: it yields requests, receives each answer, and returns the tokens.
Whatever it reads that is secret it adds to the redactor before it yields again, returns or raises; only then
is the exchange recorded.
"""

from collections.abc import Generator

from connectors import AuthMethod

from .errors import ConnectError, ErrorClass
from .request import Request, Response
from .resolve import Target
from .tokens import TokenSet
from .unseal import Unsealed

Obtaining = Generator[Request, Response, TokenSet]


class SignInNeededError(ConnectError):
    """Nothing but a person can make these credentials work again; retrying would not."""

    error_class: ErrorClass = "auth"


def needs_tokens(method: AuthMethod | None) -> bool:  # noqa: ARG001
    """Tell whether a kind obtains tokens before its first request."""
    return False


def obtain(target: Target, unsealed: Unsealed, held: TokenSet | None) -> Obtaining:
    """Give the flow that obtains new tokens, in place of those that are ``held``.

    The flow raises `SignInNeededError` where only a person can go on, and any other `ConnectError` where a
    later try may do.
    """
    raise NotImplementedError(target.method)


def refused_with(method: AuthMethod | None) -> tuple[int, ...]:  # noqa: ARG001
    """Give the statuses that say that tokens work no more."""
    return (401,)


def token_urls(method: AuthMethod | None) -> tuple[str, ...]:  # noqa: ARG001
    """Give the addresses, as templates, that tokens are fetched from beside the connection's own base URL."""
    return ()
