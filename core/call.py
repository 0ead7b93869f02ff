"""Make one call: authorize it, send it, follow its redirects, and record every exchange."""

import asyncio
from pathlib import Path
from typing import Protocol

from .authorize import authorize, signs_each_request
from .errors import ConnectError, VendorError
from .obtain import is_refused
from .record import Recording
from .redirects import MOST_REDIRECTS, Follow, keeps_credentials, next_request
from .request import Request, Response
from .resolve import Target
from .send import Route
from .unseal import Unsealed


class Transport(Protocol):
    """What carries a request to its answer."""

    async def send(self, request: Request, route: Route, *, save_to: Path | None = None) -> Response:
        """Give the whole response."""


class Caller:
    """Makes the calls of one operation over one route."""

    def __init__(
        self, transport: Transport, target: Target, route: Route, unsealed: Unsealed, recording: Recording
    ) -> None:
        self._transport = transport
        self._target = target
        self._unsealed = unsealed
        self._recording = recording
        self._has_renewed = False
        self.route = route

    def warn(self, text: str) -> None:
        """Tell about something odd in the operation's log."""
        self._recording.warn(text)

    async def call(
        self, request: Request, *, save_to: Path | None = None, authorized: bool = True
    ) -> Response:
        """Make a call and give its last response.

        Raises:
            ConnectError: there was no whole answer, or a guard refused it.
        """
        if not authorized or self._unsealed.renewing is None:
            return await self._flow(request, save_to, authorized=authorized)
        await self._unsealed.renewing.ready(self._unsealed)
        response = await self._flow(request, save_to)
        if is_refused(self._target.method, response) and not self._has_renewed:
            self._has_renewed = True
            if await self._unsealed.renewing.renew(self._unsealed):
                response = await self._flow(request, save_to, reason="with new tokens")
        return response

    async def _flow(
        self, request: Request, save_to: Path | None, *, authorized: bool = True, reason: str | None = None
    ) -> Response:
        """Send what a kind yields until it is content, and follow redirects, each signed anew."""
        method = self._target.method if authorized else None
        flow = authorize(method, request, self._unsealed)
        outgoing, signs, redirects = next(flow), signs_each_request(method), 0
        while redirects <= MOST_REDIRECTS:
            response = await self._exchange(outgoing, reason, save_to)
            followed = self._redirected(outgoing, request, response)
            if followed is None:
                try:
                    outgoing, reason = flow.send(response), "the authentication goes on"
                except StopIteration:
                    return response
                continue
            redirects, reason = redirects + 1, f"redirected with {response.status}"
            signs = signs and keeps_credentials(outgoing.url, followed.url)
            if signs and (bare := self._redirected(request, request, response)) is not None:
                request, flow = bare, authorize(method, bare, self._unsealed)
                followed = next(flow)
            outgoing = followed
        raise VendorError(
            f"more than {MOST_REDIRECTS} redirects", "the server sends in circles; check the base URL"
        )

    def _redirected(self, sent: Request, bare: Request, response: Response) -> Request | None:
        follow: Follow = self._target.definition.http.redirects
        return next_request(sent, bare, response, follow, self.route.policy)

    async def _exchange(self, request: Request, reason: str | None, save_to: Path | None) -> Response:
        started = self._recording.sending(request)
        try:
            response = await self._transport.send(request, self.route, save_to=save_to)
        except ConnectError as error:
            self._recording.broke(request, error, started, reason)
            raise
        except asyncio.CancelledError:
            self._recording.broke(request, None, started, reason)
            raise
        self._recording.received(request, response, started, reason)
        return response
