"""Authorize a request: choose what the authentication kind of a connection does to it."""

from collections.abc import Generator
from typing import assert_never

from connectors import (
    ApiKeyAuth,
    AppInstallationAuth,
    AuthMethod,
    AwsSigV4Auth,
    BasicAuth,
    BearerAuth,
    DigestAuth,
    HmacAuth,
    JwtAuth,
    MtlsAuth,
    NoAuth,
    OAuth1Auth,
    OAuth2Auth,
    SessionAuth,
)

from .auth import (
    api_key,
    app_installation,
    aws_sigv4,
    basic,
    bearer,
    digest,
    hmac,
    jwt,
    none,
    oauth1,
    oauth2,
    session,
)
from .request import Request, Response
from .unseal import Unsealed

Flow = Generator[Request, Response, None]


def authorize(method: AuthMethod | None, request: Request, unsealed: Unsealed) -> Flow:  # noqa: C901, PLR0912
    """Give the flow that applies a method to a request."""
    match method:
        case None | NoAuth() | MtlsAuth():
            flow: Flow = none.authorize(request)
        case ApiKeyAuth():
            flow = api_key.authorize(method, request, unsealed)
        case BearerAuth():
            flow = bearer.authorize(method, request, unsealed)
        case BasicAuth():
            flow = basic.authorize(method, request, unsealed)
        case AwsSigV4Auth():
            flow = aws_sigv4.authorize(method, request, unsealed)
        case DigestAuth():
            flow = digest.authorize(method, request, unsealed)
        case HmacAuth():
            flow = hmac.authorize(method, request, unsealed)
        case JwtAuth():
            flow = jwt.authorize(method, request, unsealed)
        case OAuth1Auth():
            flow = oauth1.authorize(method, request, unsealed)
        case OAuth2Auth():
            flow = oauth2.authorize(method, request, unsealed)
        case SessionAuth():
            flow = session.authorize(method, request, unsealed)
        case AppInstallationAuth():
            flow = app_installation.authorize(method, request, unsealed)
        case _:
            assert_never(method)
    return flow


def signs_each_request(method: AuthMethod | None) -> bool:
    """Tell whether what a method puts on a request is good for that request alone."""
    if isinstance(method, OAuth2Auth):
        return method.dpop
    return isinstance(method, AwsSigV4Auth | DigestAuth | HmacAuth | JwtAuth | OAuth1Auth)
