"""One attempt of a person to sign in: what is shown, what is waited for, and the tokens that are kept."""

import asyncio
import getpass
import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from connectors import OAuth2Auth
from connectors.templates import MISSING
from storage.records import Authentication

from ..credentials import Credentials, say_end
from ..errors import ConfigError, ConnectError, InputError, TransportError, failure_of
from ..oauth2 import (
    Authorization,
    Client,
    DeviceCode,
    authorize_url,
    exchange_code,
    expired,
    poll_device,
    start_device,
)
from ..provider_caller import ProviderCaller
from ..record import Recording, now_us
from ..tokens import TokenSet
from ..unseal import Unsealed
from .callback import new_state, read_callback
from .choice import Flow, FlowChoice, choose_flow, possible_flows
from .loopback import LoopbackListener

USUAL_REDIRECT = "http://127.0.0.1:8733/callback"
_PATIENCE_US = 30 * 60 * 1_000_000
_LOOPBACKS = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a person is shown; ``page`` is the address to open, on any machine.

    ``user_code`` is to be typed there, and ``whole_page`` has it in it already. ``redirect_uri`` is what the
    provider must know; ``ssh_line`` lets a browser elsewhere reach it here. ``ends_us`` is when it ends.
    """

    authentication: str
    choice: FlowChoice
    page: str = field(repr=False)
    ends_us: int
    user_code: str | None = None
    whole_page: str | None = None
    redirect_uri: str | None = None
    ssh_line: str | None = None


class SignIn:
    """One attempt. `begin` gives what to show, `finish` waits for the person, `close` gives up."""

    def __init__(
        self,
        method: OAuth2Auth,
        authentication: Authentication,
        unsealed: Unsealed,
        provider: ProviderCaller,
        credentials: Credentials,
        recording: Recording,
    ) -> None:
        self._method = method
        self._authentication = authentication
        self._unsealed = unsealed
        self._provider = provider
        self._credentials = credentials
        self._recording = recording
        self._client = Client(method, unsealed, authentication.name)
        self._started: Authorization | DeviceCode | None = None
        self._listener: LoopbackListener | None = None
        self._has_ended = False
        self.prompt: Prompt | None = None

    async def begin(
        self,
        flow: Flow | None = None,
        scopes: Iterable[str] | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Prompt:
        """Ask the provider what a person has to do; without a ``flow`` the one that fits this machine.

        Raises:
            ConnectError: it cannot begin; the attempt has ended.
        """
        try:
            choice = await asyncio.to_thread(self._choose, flow, environ)
            if choice.flow == "device":
                self.prompt = await self._begin_device(choice, scopes)
            else:
                self.prompt = await self._begin_code(choice, scopes, environ)
        except BaseException as error:
            await self._end(error)
            raise
        return self.prompt

    async def finish(self, pasted: str | None = None) -> TokenSet:
        """Wait for the person, or take what they ``pasted``; the tokens are kept then.

        What was pasted wrongly can be pasted again; every other error ends the attempt.

        Raises:
            InputError: what was pasted is no answer of this attempt.
            ConnectError: the provider or the person declined, or it took too long.
        """
        started = self._started
        try:
            if isinstance(started, DeviceCode):
                tokens = await self._poll(started)
            elif started is not None:
                tokens = await self._exchange(started, pasted)
            else:
                raise ConfigError("this sign-in has not begun")  # noqa: TRY301 - ends the attempt as well
            await self._credentials.keep_signed_in(self._authentication, tokens, self._unsealed)
        except ConnectError as error:
            can_paste_again = isinstance(error, InputError) and error.failure.error_class == "input"
            if not (can_paste_again and pasted is not None):
                await self._end(error)
            raise error.redacted(self._unsealed.redactor.text) from None
        except BaseException as error:
            await self._end(error)
            raise
        await self._close()
        self._recording.end("success", f"signed in, {say_end(tokens)}")
        return tokens

    async def close(self) -> None:
        """Give up, unless it has ended."""
        await self._end(asyncio.CancelledError())

    # ---- the two grants

    async def _begin_device(self, choice: FlowChoice, scopes: Iterable[str] | None) -> Prompt:
        device = await self._provider.carry(start_device(self._client, scopes=scopes))
        self._started = device
        return Prompt(
            self._authentication.name,
            choice,
            device.url,
            device.expires_us,
            user_code=device.user_code,
            whole_page=device.whole_url,
        )

    async def _begin_code(
        self, choice: FlowChoice, scopes: Iterable[str] | None, environ: Mapping[str, str]
    ) -> Prompt:
        begun, redirect = now_us(), redirect_uri(self._method, self._unsealed)
        flow = authorize_url(self._client, redirect, scopes=scopes, state=new_state(begun))
        authorization = await self._provider.carry(flow)
        self._started = authorization
        ssh_line = None
        if choice.flow == "loopback":
            check_loopback(redirect)
            self._listener = LoopbackListener(redirect, authorization.state)
            await self._listener.open()
            ssh_line = say_ssh_line(redirect, environ)
        return Prompt(
            self._authentication.name,
            choice,
            authorization.url,
            begun + _PATIENCE_US,
            redirect_uri=redirect,
            ssh_line=ssh_line,
        )

    async def _poll(self, device: DeviceCode) -> TokenSet:
        while True:
            left_s = (device.expires_us - now_us()) / 1e6
            if left_s <= 0:
                raise expired(self._client)
            await asyncio.sleep(min(device.interval_s, left_s))
            try:
                found = await self._provider.carry(poll_device(self._client, device))
            except TransportError:
                # RFC 8628, section 3.5: go on after a longer pause.
                device = replace(device, interval_s=device.interval_s * 2)
                continue
            if isinstance(found, TokenSet):
                return found
            device = found

    async def _exchange(self, authorization: Authorization, pasted: str | None) -> TokenSet:
        assert self.prompt is not None  # noqa: S101 - it has begun
        if pasted is not None:
            callback = read_callback(pasted, authorization.state)
        elif self._listener is not None:
            try:
                async with asyncio.timeout((self.prompt.ends_us - now_us()) / 1e6):
                    callback = await self._listener.wait()
            except TimeoutError:
                raise expired(self._client) from None
        else:
            raise InputError("nothing was pasted", "paste the address that the browser ended at")
        parameters = callback.parameters if callback.is_checked else None
        return await self._provider.carry(
            exchange_code(self._client, authorization, callback.code, parameters)
        )

    # ---- the end

    def _choose(self, flow: Flow | None, environ: Mapping[str, str]) -> FlowChoice:
        possible = possible_flows(self._method.grants)
        if not possible:
            raise ConfigError(
                f"{self._authentication.name} needs nobody to sign in", "it obtains its tokens by itself"
            )
        if flow is None:
            return choose_flow(self._method.grants, environ)
        if flow not in possible:
            raise InputError(
                f"{self._authentication.connector} cannot sign in by {flow}",
                f"it can by {' or '.join(possible)}",
            )
        return FlowChoice(flow, "it was asked for", tuple(one for one in possible if one != flow))

    async def _end(self, error: BaseException) -> None:
        if self._has_ended:
            return
        await self._close()
        if isinstance(error, asyncio.CancelledError):
            self._recording.end("cancelled", "cancelled")
            return
        failure = failure_of(error)
        if isinstance(error, Exception):
            self._recording.keep_bug(error, failure)
        self._recording.end("failed", failure.message, failure)

    async def _close(self) -> None:
        self._has_ended = True
        if self._listener is not None:
            await self._listener.close()


def redirect_uri(method: OAuth2Auth, unsealed: Unsealed) -> str:
    """Give the address that the provider sends the browser to, and must know."""
    filled = unsealed.fill(method.redirect_uri) if method.redirect_uri else None
    return USUAL_REDIRECT if filled is None or filled is MISSING else str(filled)


def check_loopback(redirect: str) -> None:
    """Refuse to wait at an address that is not of this machine.

    Raises:
        ConfigError: names what else can be done.
    """
    parts = urlsplit(redirect)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACKS:
        raise ConfigError(
            f"the redirect address {redirect} does not lead to this machine", "paste the address back instead"
        )


def say_ssh_line(redirect: str, environ: Mapping[str, str]) -> str | None:
    """Give the command that lets a browser on the person's own machine reach this one; None without SSH."""
    line = environ.get("SSH_CONNECTION", "").split()
    if len(line) != 4:
        return None
    port = urlsplit(redirect).port or 80
    host = f"[{line[2]}]" if ":" in line[2] else line[2] or socket.gethostname()
    ssh_port = "" if line[3] == "22" else f"-p {line[3]} "
    return f"ssh -N {ssh_port}-L {port}:127.0.0.1:{port} {getpass.getuser()}@{host.strip('[]')}"
