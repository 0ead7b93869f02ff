"""Authorize a request: choose what the authentication kind of a connection does to it."""

from collections.abc import Generator
from typing import assert_never

from connectors import ApiKeyAuth, AuthMethod, AwsSigV4Auth, BasicAuth, BearerAuth, NoAuth

from .auth import api_key, aws_sigv4, basic, bearer, none
from .request import Request, Response
from .unseal import Unsealed

Flow = Generator[Request, Response, None]


def authorize(method: AuthMethod | None, request: Request, unsealed: Unsealed) -> Flow:
    """Give the flow that applies a method to a request."""
    match method:
        case None | NoAuth():
            return none.authorize(request)
        case ApiKeyAuth():
            return api_key.authorize(method, request, unsealed)
        case BearerAuth():
            return bearer.authorize(method, request, unsealed)
        case BasicAuth():
            return basic.authorize(method, request, unsealed)
        case AwsSigV4Auth():
            return aws_sigv4.authorize(method, request, unsealed)
        case _:
            assert_never(method)
