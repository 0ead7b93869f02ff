"""The token of an app's installation, bought with a token that is signed here (RFC 7519)."""

import time
from collections.abc import Callable, Generator
from typing import Any

from connectors import AppInstallationAuth, LoginStep

from ..clock_skew import clock_offset
from ..errors import ConfigError, SignInNeededError
from ..read import Decoded
from ..request import Request, Response
from ..resolve import Target
from ..tokens import TokenSet
from ..unseal import Unsealed
from .jws import read_key
from .jwt import signed_token
from .login import Login
from .signing import with_value

# Whose clock is a little behind would take a token that was signed just now for one of the future.
_BACK_S = 60
_LABEL = "the token request"
_APP_TOKEN = "jwt"  # noqa: S105 - the name under which templates see it
_REFUSED = frozenset({401, 403})


def authorize(
    method: AppInstallationAuth, request: Request, unsealed: Unsealed
) -> Generator[Request, Response, None]:
    """Yield the request with the installation's token.

    Raises:
        SignInNeededError: none was asked for yet.
    """
    if unsealed.tokens is None:
        raise SignInNeededError(
            "there is no token of the installation yet", "test the connection: that asks for one"
        )
    for place in method.apply:
        request = with_value(request, place, str(unsealed.fill(place.format)))
    yield request


def obtain(
    method: AppInstallationAuth, target: Target, unsealed: Unsealed, *, now: Callable[[], float] = time.time
) -> Generator[Request, Response, TokenSet]:
    """Ask for a token of the installation; once more by the vendor's clock when ours is wrong.

    Raises:
        ConfigError: the app's key cannot be used.
        SignInNeededError: the vendor does not take the app.
        VendorError: it fails in another way.
    """
    login = Login(target, unsealed, now)
    step = LoginStep(
        request=method.request, response=method.response, expect=method.expect, extract=method.extract
    )
    flow = login.step(step, _LABEL, _signed(method, login, now()))
    response = yield next(flow)
    offset = clock_offset(response, now())
    if response.status in _REFUSED and offset:
        flow = login.step(step, _LABEL, _signed(method, login, now() - offset))
        response = yield next(flow)
    last = _last(flow, response)
    values = {key: value for key, value in login.values.items() if key != _APP_TOKEN}
    return TokenSet(
        values=values,
        obtained_us=int(now() * 1_000_000),
        expires_us=login.end(last, method.expires_in, method.expires_at, method.lifetime),
        captured=login.captured,
    )


def _signed(method: AppInstallationAuth, login: Login, moment: float) -> Callable[[Request], Request]:
    """Sign the app's token for the request, and give what puts it there."""
    login.learn(_APP_TOKEN, _app_token(method, login.unsealed, moment))

    def present(request: Request) -> Request:
        if method.present is None:
            return request
        return with_value(request, method.present, str(login.unsealed.fill(method.present.format)))

    return present


def _app_token(method: AppInstallationAuth, unsealed: Unsealed, moment: float) -> str:
    key, issuer = str(unsealed.fill(method.key)), str(unsealed.fill(method.issuer))
    for what, value in (("private key", key), ("issuer", issuer)):
        if not value:
            raise ConfigError(
                f"the app's {what} is empty", "give it to the authentication", error_class="auth"
            )
    passphrase = str(unsealed.fill(method.passphrase) or "")
    written = method.key_format or ("text" if method.algorithm.startswith("HS") else "pem")
    header: dict[str, Any] = {"alg": method.algorithm, "typ": "JWT"} | unsealed.fill(method.header)
    usual = {"iss": issuer, "iat": int(moment) - _BACK_S, "exp": int(moment + method.jwt_lifetime)}
    claims = {
        name: value for name, value in (usual | unsealed.fill(method.claims)).items() if value is not None
    }
    return signed_token(
        header, claims, read_key(key, written, method.algorithm, passphrase), method.algorithm
    )


def _last(flow: Generator[Request, Response, Decoded], response: Response) -> Decoded:
    try:
        flow.send(response)
    except StopIteration as end:
        decoded: Decoded = end.value
        return decoded
    raise AssertionError("a step sends one request")
