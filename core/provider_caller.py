"""Carry the requests of a flow without I/O to a provider, and record each exchange."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from connectors import OAuth2Auth
from connectors.templates import MISSING, TemplateError, has_template
from storage import StorageError

from .call import Transport
from .clients import Timeouts
from .errors import ConfigError, ConnectError, PolicyError, failure_of
from .hosts import build_policy, host_of
from .looking_up import is_for_good, lacks_facts, look_up
from .oauth2 import Client, ask_who, of_userinfo
from .oauth2.client import HIDDEN_ANSWER
from .oauth2.endpoints import PROVIDER_URLS, is_web
from .oauth2.refresh_token import ROTATES
from .obtain import token_urls
from .prepare import build_route, build_tls
from .record import Recording
from .redact import MARKER
from .request import Request, Response
from .resolve import Target
from .send import Route
from .token_origins import check_origins
from .tokens import TokenSet
from .unseal import Unsealed

T = TypeVar("T")

_LEAST_READ_S = 90.0


class ProviderCaller:
    """Makes the calls of one sign-in, login or refresh.

    ``before_rotation`` is awaited before a refresh token leaves.
    """

    def __init__(
        self,
        transport: Transport,
        target: Target,
        unsealed: Unsealed,
        recording: Recording,
        before_rotation: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._transport = transport
        self._target = target
        self._unsealed = unsealed
        self._recording = recording
        self._before_rotation = before_rotation

    async def carry(self, flow: Generator[Request, Response, T]) -> T:
        """Give what a flow is for; an exchange is recorded once what is secret in its answer is known.

        Raises:
            PolicyError: the connection leads to another place than the one that the credentials are for.
            ConnectError: there was no answer, or the flow could not use it.
        """
        check_origins(self._target, self._unsealed)
        try:
            request = next(flow)
        except StopIteration as end:
            # A token that is signed here needs nobody to be asked.
            made: T = end.value
            return made
        while True:
            if self._unsealed.memory.pop(ROTATES, False) and self._before_rotation is not None:
                await self._before_rotation()
            started = self._recording.sending(request)
            try:
                response = await self._send(request, started)
            except ConnectError as error:
                # The flow may have something to go on with; if not, it raises the same.
                try:
                    request = flow.throw(error)
                except StopIteration as end:
                    fallen_back: T = end.value
                    return fallen_back
                continue
            try:
                following = flow.send(response)
            except StopIteration as end:
                # A log that cannot be written must not cost what was just given.
                with suppress(StorageError):
                    self._received(request, response, started)
                found: T = end.value
                return found
            except BaseException:
                self._received(request, response, started)
                raise
            self._received(request, response, started)
            request = following

    async def look_up(self, tokens: TokenSet) -> TokenSet:
        """Give new tokens with the facts that userinfo or an operation tells, where some are wanted."""
        if not lacks_facts(self._target.method, tokens):
            return tokens
        tokens, is_whole = await self._ask_who(tokens)
        return await look_up(
            self._transport, self._target, self._unsealed, self._recording, tokens, is_whole=is_whole
        )

    async def _ask_who(self, tokens: TokenSet) -> tuple[TokenSet, bool]:
        """Give tokens with what userinfo says, and whether it needs not be asked again."""
        method, row = self._target.method, self._target.authentication
        if not isinstance(method, OAuth2Auth) or not of_userinfo(method.captured):
            return tokens, True
        self._unsealed.learn(tokens)
        client = Client(method, self._unsealed, row.name if row is not None else "")
        try:
            return await self.carry(ask_who(client, tokens)), True
        except (ConnectError, TemplateError) as error:
            failure = failure_of(error)
            self._recording.warn(f"who signed in could not be read: {failure.message}")
            return tokens, is_for_good(failure)

    def _received(self, request: Request, response: Response, started: int) -> None:
        if self._unsealed.memory.pop(HIDDEN_ANSWER, None) is response:
            response = replace(response, body=MARKER.encode())
        self._recording.received(request, response, started, None)

    async def _send(self, request: Request, started: int) -> Response:
        route = token_route(request.url, self._target, self._unsealed)
        try:
            return await self._transport.send(request, route)
        except ConnectError as error:
            self._recording.broke(request, error, started, None)
            raise
        except asyncio.CancelledError:
            self._recording.broke(request, None, started, None)
            raise


def token_route(url: str, target: Target, unsealed: Unsealed) -> Route:
    """Give how a request for tokens travels: to the connection's hosts, and to those its method names.

    An address that a person gave may be a private one, as the connection's base URL may; one that stands in
    the connector file may not.
    """
    named = [(template, str(filled)) for template in token_urls(target.method)
             if (filled := unsealed.fill(template)) is not MISSING and is_web(str(filled))]  # fmt: skip
    meant = {host_of(filled) for template, filled in named if has_template(_authority(template))}
    route = _patient(_own_route(target, unsealed))
    if host_of(url) in meant:
        return replace(route, policy=build_policy(url, ()))
    told = (*(filled for _, filled in named), *unsealed.memory.get(PROVIDER_URLS, ()))
    patterns = (*route.policy.patterns, *(host_of(text) for text in told))
    return replace(route, policy=replace(route.policy, patterns=patterns))


def _own_route(target: Target, unsealed: Unsealed) -> Route:
    """Give the connection's route; its base URL may be what the provider only tells after a sign-in."""
    if target.is_kept:
        try:
            return build_route(target.definition, unsealed, target.connection.id, target.method)
        except (TemplateError, ConfigError, PolicyError):
            if "captured." not in target.definition.http.base_url:
                raise
    tls = build_tls(target.definition, unsealed, target.method)
    return Route(target.connection.id, build_policy("", ()), tls)


def _patient(route: Route) -> Route:
    """Wait longer than for other calls: to cut a refresh off can cost the account."""
    limits = route.timeouts
    return replace(route, timeouts=Timeouts(limits.connect_s, max(limits.read_s, _LEAST_READ_S)))


def _authority(template: str) -> str:
    """Give the part of an address before its path, as it is written: who put that in chose the host."""
    scheme, mark, rest = template.partition("://")
    return rest.partition("/")[0] if mark and not has_template(scheme) else template
