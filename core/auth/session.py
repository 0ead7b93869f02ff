"""A login in steps, made before the first request and again when it ends; its values go along."""

import time
from collections.abc import Callable, Generator

from connectors import LoginStep, SessionAuth

from ..cookies import load_cookies
from ..decide import status_phrase
from ..errors import ConfigError, SignInNeededError, VendorError
from ..prepare import prepare_request
from ..request import Request, Response
from ..resolve import Target
from ..tokens import TokenSet
from ..unseal import Unsealed
from .login import Login, is_over, learn_cookies
from .signing import with_value

COOKIES = "cookies"


def authorize(
    method: SessionAuth, request: Request, unsealed: Unsealed, *, now: Callable[[], float] = time.time
) -> Generator[Request, Response, None]:
    """Yield the request with what the login brought.

    Raises:
        SignInNeededError: there was no login yet.
    """
    if unsealed.tokens is None:
        raise SignInNeededError("nobody has logged in yet", "test the connection: that logs in")
    for place in method.apply:
        request = with_value(request, place, str(unsealed.fill(place.format)))
    if method.cookies:
        jar = load_cookies(unsealed.tokens.values.get(COOKIES, "[]"))
        learn_cookies(jar, unsealed)
        request = jar.apply(request, now())
    yield request


def obtain(
    method: SessionAuth, target: Target, unsealed: Unsealed, *, now: Callable[[], float] = time.time
) -> Generator[Request, Response, TokenSet]:
    """Make the steps of a login, and give what they brought.

    Raises:
        SignInNeededError: the vendor does not take the credentials.
        VendorError: a step fails in another way.
    """
    login = Login(target, unsealed, now)
    for number, step in enumerate(method.steps, 1):
        last = yield from login.step(step, _label(step, number, len(method.steps)))
    if method.cookies:
        login.values[COOKIES] = login.jar.dump()
    return TokenSet(
        values=login.values,
        obtained_us=int(now() * 1_000_000),
        expires_us=login.end(last, method.expires_in, method.expires_at, method.lifetime),
        captured=login.captured,
    )


def leave(method: SessionAuth, target: Target, unsealed: Unsealed) -> Generator[Request, Response, None]:
    """Yield what ends the session at the vendor, signed with it; one that is over already is ended.

    Raises:
        ConfigError: there is no session to end, or the connector names no way.
        VendorError: the vendor does not end it.
    """
    if method.logout is None or unsealed.tokens is None:
        raise ConfigError("there is no session that could be ended", "the connector names no `logout`")
    request = next(
        authorize(method, prepare_request(target.definition, method.logout, unsealed, {}), unsealed)
    )
    response = yield request
    if response.status >= 400 and not is_over(method.refresh, response):
        raise VendorError(
            f"the session was not ended: {response.status} {status_phrase(response.status)}",
            "it ends by itself; look at the answer in the operation's detail",
            status=response.status,
        )


def _label(step: LoginStep, number: int, count: int) -> str:
    if step.name:
        return f"the step {step.name}"
    return f"step {number} of {count}" if count > 1 else "its one step"
