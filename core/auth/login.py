"""The steps of a login: send one, judge its answer, and read out of it what later requests need."""

import re
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from connectors import Expect, Extract, LoginStep, SessionEnd
from connectors import Response as ResponseSpec
from connectors.templates import TemplateError, evaluate, holds, mentions_of

from ..clock_skew import clock_offset
from ..cookies import CookieJar
from ..decide import decide, named_rules, status_phrase, vendor_message
from ..errors import Failure, SignInNeededError, VendorError
from ..expiry import ends_at, ends_in
from ..prepare import prepare_request
from ..read import Decoded, decode
from ..request import Request, Response
from ..resolve import Target
from ..unseal import Unsealed

_VARIABLE = re.compile(r"\{\{.*?\}\}")
_ORIGIN = re.compile(r"https?://(?:\{\{.*?\}\}|[^/?#{])+")
# What shorter cookies hold (`en`, `1`) is no secret, and would be cut out of every record that says the same.
_LEAST_SECRET = 8
# It is kept in the row of the authentication and shown.
_MOST_CAPTURED = 4096
# What says nothing about credentials, although a login failed with it.
_NOT_CREDENTIALS = frozenset(
    {"vendor", "limit", "timeout", "network", "tls", "not_found", "conflict", "config"}
)


@dataclass(slots=True)
class Login:
    """A login that goes on; what it has found is in ``unsealed`` for the templates of the next step."""

    target: Target
    unsealed: Unsealed
    now: Callable[[], float] = time.time
    jar: CookieJar = field(default_factory=CookieJar)
    values: dict[str, str] = field(default_factory=dict)
    captured: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Forget what an earlier login brought, so that no step can use it in place of what it asks for."""
        held, scope = self.unsealed.tokens, self.unsealed.scope
        if held is not None:
            scope["auth"] = {key: value for key, value in scope["auth"].items() if key not in held.values}
            scope["captured"] = {}

    def step(
        self, step: LoginStep, label: str, change: Callable[[Request], Request] = lambda request: request
    ) -> Generator[Request, Response, Decoded]:
        """Make one step and learn what it extracts; ``change`` completes the request.

        Raises:
            SignInNeededError: the vendor does not take the credentials.
            VendorError: it fails in another way, or its answer lacks something.
        """
        request = change(prepare_request(self.target.definition, step.request, self.unsealed, {}))
        response = yield self.jar.apply(request, self.now())
        self._take_cookies(response)
        decoded = decode(response, step.response)
        missing = [one for one in step.extract if not self._take(one, decoded) and one.required]
        self._judge(step.expect, decoded, request, label)
        if missing:
            raise VendorError(
                f"the answer of {label} has no {missing[0].key} {_where(missing[0])}",
                "look at the answer in the operation's detail; the connector says where to find it",
                error_class="auth",
                status=response.status,
            )
        return decoded

    def learn(self, key: str, value: str) -> None:
        """Let later templates see a secret as ``auth.KEY``."""
        self.unsealed.redactor.add(value)
        self.unsealed.secret_paths.add(("auth", key))
        self.unsealed.scope["auth"] = {**self.unsealed.scope["auth"], key: value}
        self.values[key] = value

    def end(
        self, last: Decoded, expires_in: str | None, expires_at: str | None, lifetime: float | None
    ) -> int | None:
        """Give when what was obtained ends, in microseconds by our clock; None where nothing says it.

        Raises:
            VendorError: an expression cannot be evaluated over the answer.
        """
        now = self.now()
        scope = {**self.unsealed.scope, "response": last.scope()}
        try:
            seconds = evaluate(expires_in, scope) if expires_in is not None else None
            date = evaluate(expires_at, scope) if expires_at is not None else None
        except TemplateError as error:
            raise VendorError(f"when the login ends cannot be read: {error}", "look at its answer") from None
        if (end := ends_in(seconds, now)) is not None:
            return end
        if (end := ends_at(date)) is not None:
            return end + int(clock_offset(last.response, now) * 1_000_000)
        return ends_in(lifetime, now)

    def _take_cookies(self, response: Response) -> None:
        self.jar = self.jar.after(response.url, response.headers, self.now())
        learn_cookies(self.jar, self.unsealed)

    def _take(self, one: Extract, decoded: Decoded) -> bool:
        """Learn one value; tell whether it is there."""
        value = _read(one, decoded, self.jar)
        if value is None or value == "":
            return False
        if one.secret:
            self.learn(one.key, _as_text(value))
        else:
            if len(_as_text(value)) > _MOST_CAPTURED:
                raise VendorError(
                    f"{one.key} of the login is longer than {_MOST_CAPTURED:,} characters",
                    "the connector takes too much of its answer",
                )
            self.captured[one.key] = value
            self.unsealed.scope["captured"] = {**self.unsealed.scope["captured"], one.key: value}
        return True

    def _judge(self, expect: Expect, decoded: Decoded, request: Request, label: str) -> None:
        status = decoded.response.status
        accepted = expect.covers(status) and _is_as_expected(expect, decoded)
        rules = named_rules(("errors", self.target.definition.errors))
        failure = decide(rules, decoded, request, {}, self.unsealed).failure
        if accepted and (expect != Expect() or failure is None or failure.rule is None):
            return
        if failure is None or (failure.rule is None and expect.covers(status)):
            said = vendor_message(decoded.value) or f"{status} {status_phrase(status)}"
            failure = Failure("auth", said, status=status)
        if failure.error_class in _NOT_CREDENTIALS or failure.retryable:
            raise VendorError(
                f"the login failed at {label}: {failure.message}",
                failure.remedy,
                error_class=failure.error_class,
                retryable=failure.retryable,
                status=status,
                rule=failure.rule,
            )
        name = self.target.authentication.name if self.target.authentication else "NAME"
        raise SignInNeededError(
            f"the login was refused at {label}: {failure.message}",
            failure.remedy
            if failure.rule
            else f"give the right credentials: `connect-tui auth edit {name}`, then test the connection",
            status=status,
            rule=failure.rule,
        )


def is_over(end: SessionEnd, response: Response) -> bool:
    """Tell whether an answer says that what a login brought works no more."""
    if end.covers(response.status):
        return True
    if end.when is None:
        return False
    try:
        return holds(end.when, {"response": decode(response).scope()})
    except TemplateError:
        return False


def login_origin(path: str) -> str | None:
    """Give the origin of a step that goes elsewhere, as a template; None for a path below the base URL.

    An address may stand in the connector or be a variable of the connection. One that an answer named is
    none: it leads where the connection may go anyway.
    """
    found = _ORIGIN.match(path) or _VARIABLE.match(path)
    if found is None or {root for root, *_ in mentions_of(found[0])} - {"var"}:
        return None
    return found[0]


def learn_cookies(jar: CookieJar, unsealed: Unsealed) -> None:
    """Let the redactor know what cookies hold."""
    for cookie in jar.cookies:
        if len(cookie.value) >= _LEAST_SECRET:
            unsealed.redactor.add(cookie.value)


def _is_as_expected(expect: Expect, decoded: Decoded) -> bool:
    try:
        return expect.when is None or holds(expect.when, {"response": decoded.scope()})
    except TemplateError:
        return False


def _read(one: Extract, decoded: Decoded, jar: CookieJar) -> Any:
    match one.from_:
        case "header":
            value: Any = decoded.response.header(one.name or "")
        case "cookie":
            value = jar.get(one.name or "")
        case "body":
            value = _in_body(one, decoded)
    if value is not None and one.regex is not None:
        found = re.search(one.regex, _as_text(value))
        value = found[1 if found.re.groups else 0] if found is not None else None
    return unquote(value) if one.decode == "percent" and isinstance(value, str) else value


def _in_body(one: Extract, decoded: Decoded) -> Any:
    if one.path is not None:
        try:
            return evaluate(one.path, decoded.value)
        except TemplateError:
            return None
    if isinstance(decoded.value, str) and one.regex is None:
        return decoded.value.strip()
    return str(decode(decoded.response, ResponseSpec(type="text")).value or "").strip()


def _as_text(value: Any) -> str:
    from ..bodies.json_body import write_json

    return value if isinstance(value, str) else write_json(value).decode()


def _where(one: Extract) -> str:
    place = (
        f"at `{one.path}`" if one.path else f"in the {one.from_} {one.name}" if one.name else "in its text"
    )
    return f"{place} that matches its pattern" if one.regex else place
