"""From a request to its reply: guard the host, find the route, admit the caller, count the call, answer."""

import threading
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from .attachments import attachment_routes
from .credentials import Caller, Credentials, NotAccepted, identify
from .customers import customer_routes
from .desk import Desk
from .drills import drill_routes
from .exports import export_routes
from .finding import SERVICE
from .messages import Refusal, Reply, Request, json_reply
from .oddities import oddity_routes
from .paging import paging_routes
from .quotas import Window
from .routing import Route, RouteTable
from .tickets import ticket_routes

NARROW_CALLS = 30
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CHALLENGES = (
    ("WWW-Authenticate", 'Bearer realm="practice"'),
    ("WWW-Authenticate", 'Basic realm="practice"'),
)


class Answering:
    """All that the service knows, without a socket: give it a request, get the reply."""

    def __init__(
        self,
        desk: Desk,
        credentials: Credentials,
        stopping: threading.Event,
        *,
        instance: str,
        calls_per_minute: int,
        clock: Callable[[], float],
    ) -> None:
        self._credentials = credentials
        self._instance = instance
        self._wide = Window(calls_per_minute, clock)
        self._narrow = Window(NARROW_CALLS, clock)
        self._routes = RouteTable(
            (
                Route("GET", "/", None, self._identify),
                Route("GET", "/me", "", _me),
                *customer_routes(desk),
                *ticket_routes(desk),
                *attachment_routes(desk),
                *paging_routes(desk),
                *export_routes(desk),
                *drill_routes(stopping),
                *oddity_routes(),
            )
        )

    def answer(self, request: Request) -> Reply:
        """Give the reply; whatever goes wrong is a reply too."""
        try:
            guard_host(request)
            route, params = self._routes.find(request.method, request.path)
            request = replace(request, params=params)
            return _run(route, request) if route.scope is None else self._admit(route, request)
        except Refusal as refusal:
            return refusal.as_reply()

    def _admit(self, route: Route, request: Request) -> Reply:
        caller = self._caller(request)
        quota = self._wide.take(caller.name)
        if quota.allowed and route.narrow:
            quota = self._narrow.take(caller.name)
        if not quota.allowed:
            told = f"too many requests: {quota.limit} per minute, free again in {quota.reset_s} s"
            reply = Refusal(429, "too_many_requests", told).as_reply()
        elif route.scope and route.scope not in caller.scopes:
            told = f"{caller.name} may not do this: the scope {route.scope} is missing"
            reply = Refusal(403, "missing_scope", told, extra={"scope": route.scope}).as_reply()
        else:
            reply = _run(route, replace(request, caller=caller))
        return reply.with_headers(quota.as_headers())

    def _caller(self, request: Request) -> Caller:
        try:
            return identify(self._credentials, request.headers, request.asked("api_key"))
        except NotAccepted as error:
            code = "bad_credentials" if error.scheme else "no_credentials"
            raise Refusal(401, code, str(error), headers=_CHALLENGES) from error

    def _identify(self, _: Request) -> Reply:
        return json_reply({"service": SERVICE, "version": _version(), "instance": self._instance})


def guard_host(request: Request) -> None:
    """Refuse what a web page could send here: a foreign Host (DNS rebinding) or a foreign Origin."""
    origin = request.headers.get("origin", "")
    for name, value in (("host", f"//{request.headers.get('host', '')}"), ("origin", origin)):
        if value and _host_of(value) not in _LOOPBACK:
            raise Refusal(
                403, f"foreign_{name}", f"this service answers on loopback only, not for this {name}"
            )


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _run(route: Route, request: Request) -> Reply:
    try:
        return route.handler(request)
    except Refusal as refusal:
        return refusal.as_reply()
    except Exception as error:  # noqa: BLE001 - a fault of one route must not end the service
        told = f"the practice service has a bug: {type(error).__name__}: {error}"
        return Refusal(500, "bug", told).as_reply()


def _me(request: Request) -> Reply:
    caller = request.caller
    if caller is None:
        raise Refusal(401, "no_credentials", "no credentials were sent")
    return json_reply({"name": caller.name, "method": caller.method, "scopes": sorted(caller.scopes)})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("connect-tui")
    except PackageNotFoundError:
        return "unknown"
