"""A login in steps: made before the first request, and again when it ends; its values go with every request."""

import time
from collections.abc import Callable, Generator

from connectors import AuthMethod, LoginStep, SessionAuth
from connectors.templates import TemplateError, holds

from ..cookies import load_cookies
from ..errors import ConfigError, SignInNeededError
from ..prepare import prepare_request
from ..read import decode
from ..request import Request, Response
from ..resolve import Target
from ..tokens import TokenSet
from ..unseal import Unsealed
from .login import Login, learn_cookies
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
    login = Login(target, _without(unsealed), now)
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


def leave(
    method: SessionAuth, target: Target, unsealed: Unsealed
) -> Generator[Request, Response, None]:
    """Yield what ends the session at the vendor, signed with it; nothing where the connector names none.

    Raises:
        ConfigError: there is no session to end.
    """
    if method.logout is None or unsealed.tokens is None:
        raise ConfigError("there is no session that could be ended", "the connector names no `logout`")
    request = prepare_request(target.definition, method.logout, unsealed, {})
    yield from authorize(method, request, unsealed)


def is_over(method: SessionAuth, response: Response) -> bool:
    """Tell whether an answer says that the session is over."""
    if method.refresh.covers(response.status):
        return True
    if method.refresh.when is None:
        return False
    try:
        return holds(method.refresh.when, {"response": decode(response).scope()})
    except TemplateError:
        return False


def login_urls(method: AuthMethod) -> tuple[str, ...]:
    """Give the origins, as templates, of steps that go elsewhere than below the base URL."""
    return ()


def _without(unsealed: Unsealed) -> Unsealed:
    """Forget what an earlier login brought, so that no step can use it in place of what it asks for."""
    held = unsealed.tokens
    if held is not None:
        own = {key: value for key, value in unsealed.scope["auth"].items() if key not in held.values}
        unsealed.scope["auth"], unsealed.scope["captured"] = own, {}
    return unsealed


def _label(step: LoginStep, number: int, count: int) -> str:
    if step.name:
        return f"the step {step.name}"
    return f"step {number} of {count}" if count > 1 else "its one step"
