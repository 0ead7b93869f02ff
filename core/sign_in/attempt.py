"""One attempt of a person to sign in: what is shown, what is waited for, and the tokens that are kept."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors import OAuth1Auth, OAuth2Auth
from storage.records import Authentication

from ..credentials import Credentials
from ..errors import (
    ConfigError,
    ConnectError,
    InputError,
    TransportError,
    VendorError,
    failure_of,
    note_operation,
)
from ..oauth2 import Client, DeviceCode, expired, poll_device, start_device
from ..provider_caller import ProviderCaller
from ..record import Recording, now_us
from ..tokens import TokenSet, say_end
from ..unseal import Unsealed
from .callback import REFUSED, Callback
from .choice import Flow, FlowChoice, choose_flow
from .here import check_loopback, leads_back, redirect_uri, say_ssh_line
from .loopback import LoopbackListener
from .opened import Opened, flows_of, open_page

_PATIENCE_US = 30 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a person is shown; ``page`` is the address to open, on any machine.

    ``user_code`` is to be typed there, and ``whole_page`` has it in it already. ``redirect_uri`` is what the
    provider must know, None where its page shows a code to paste; ``ssh_line`` lets a browser elsewhere
    reach it here. ``ends_us`` is when it ends; by ``open_by_us`` the page must have been opened.
    """

    authentication: str
    choice: FlowChoice
    page: str = field(repr=False)
    ends_us: int
    user_code: str | None = None
    whole_page: str | None = None
    redirect_uri: str | None = None
    ssh_line: str | None = None
    open_by_us: int | None = None


class SignIn:
    """One attempt. `begin` gives what to show, `finish` waits for the person, `close` gives up."""

    def __init__(
        self,
        method: OAuth1Auth | OAuth2Auth,
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
        self._started: Opened | DeviceCode | None = None
        self._listener: LoopbackListener | None = None
        self._bringing: asyncio.Task[TokenSet] | None = None
        self._has_ended = False
        self.prompt: Prompt | None = None

    async def begin(
        self,
        flow: Flow | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> Prompt:
        """Ask the provider what a person has to do; without a ``flow`` the one that fits this machine.

        Raises:
            ConnectError: it cannot begin; the attempt has ended.
        """
        try:
            choice = await asyncio.to_thread(self._choose, flow, environ)
            if choice.flow == "device":
                self.prompt = await self._begin_device(choice)
            else:
                self.prompt = await self._begin_page(choice, environ)
        except BaseException as error:
            await self._end(error)
            raise
        return self.prompt

    async def finish(self, pasted: str | None = None) -> TokenSet:
        """Wait for the person, or take what they ``pasted``; the tokens are kept then.

        What was pasted wrongly can be pasted again; every other error ends the attempt. Once the person did
        their part it goes on although whoever waits leaves, for a code is good once; whoever asks meanwhile
        waits for the same tokens.

        Raises:
            InputError: what was pasted is no answer of this attempt.
            ConnectError: the provider or the person declined, it took too long, or it had ended before.
        """
        if self._bringing is None:
            if self._has_ended:
                raise has_ended(self._authentication.name)
            answer = await self._answer(pasted)
            if self._bringing is None:
                self._bringing = asyncio.create_task(self._bring(answer))
                self._bringing.add_done_callback(_look_at)
                self._credentials.let_last(self._bringing)
        await asyncio.wait({self._bringing})
        return self._bringing.result()

    async def close(self) -> bool:
        """Give up, unless it has ended; tokens that are being asked for are waited for.

        Gives whether it brought tokens after all.
        """
        if self._bringing is not None:
            await asyncio.wait({self._bringing})
        await self._end(asyncio.CancelledError())
        return self._bringing is not None and _is_good(self._bringing)

    # ---- the two grants

    async def _begin_device(self, choice: FlowChoice) -> Prompt:
        device = await self._provider.carry(start_device(self._client()))
        self._started = device
        return Prompt(
            self._authentication.name,
            choice,
            device.url,
            device.expires_us,
            user_code=device.user_code,
            whole_page=device.whole_url,
        )

    async def _begin_page(self, choice: FlowChoice, environ: Mapping[str, str]) -> Prompt:
        begun, redirect = now_us(), redirect_uri(self._method, self._unsealed)
        if choice.flow == "loopback":
            check_loopback(redirect)
        name = self._authentication.name
        opening = open_page(self._method, self._unsealed, name, redirect, begun)
        opened = await self._provider.carry(opening)
        self._started = opened
        ssh_line = None
        if choice.flow == "loopback":
            self._listener = LoopbackListener(redirect, opened.reading)
            await self._listener.open()
            ssh_line = await asyncio.to_thread(say_ssh_line, redirect, environ)
        return Prompt(
            name,
            choice,
            opened.page,
            begun + _PATIENCE_US,
            redirect_uri=redirect if leads_back(redirect) else None,
            ssh_line=ssh_line,
            open_by_us=opened.open_by_us,
        )

    def _client(self) -> Client:
        assert isinstance(self._method, OAuth2Auth)  # noqa: S101 - nothing else has device codes
        return Client(self._method, self._unsealed, self._authentication.name)

    async def _poll(self, device: DeviceCode) -> TokenSet:
        lost = 0  # questions in a row that had no answer
        while True:
            left_s = (device.expires_us - now_us()) / 1e6
            if left_s <= 0:
                raise expired(self._client())
            await asyncio.sleep(min(device.pause_s(lost), left_s))
            try:
                found = await self._provider.carry(poll_device(self._client(), device))
            except TransportError:
                lost += 1
                continue
            lost = 0
            if isinstance(found, TokenSet):
                return found
            device = found

    async def _answer(self, pasted: str | None) -> Callback | TokenSet:
        """Wait for the person; a device code brings the tokens at once."""
        started = self._started
        try:
            if isinstance(started, DeviceCode):
                return await self._poll(started)
            if started is not None:
                return await self._came_back(started, pasted)
            raise ConfigError("this sign-in has not begun")  # noqa: TRY301 - ends the attempt as well
        except InputError as error:
            declined = error.failure.error_class == "auth"
            found: ConnectError = said_no(self._authentication.name, error) if declined else error
            if declined or pasted is None:
                await self._end(found)
            raise self._safe(found) from None
        except ConnectError as error:
            await self._end(error)
            raise self._safe(error) from None
        except BaseException as error:
            await self._end(error)
            raise

    async def _bring(self, answer: Callback | TokenSet) -> TokenSet:
        """Ask for the tokens with what came back, and keep them."""
        try:
            if isinstance(answer, TokenSet):
                tokens = answer
            else:
                assert isinstance(self._started, Opened)  # noqa: S101 - a page was opened
                tokens = await self._provider.carry(self._started.exchange(answer))
            await self._credentials.keep_signed_in(
                self._authentication, tokens, self._unsealed, self._provider
            )
        except ConnectError as error:
            await self._end(error)
            raise self._safe(error) from None
        except BaseException as error:
            await self._end(error)
            raise
        await self._close("You are signed in. Close this page and go back to the terminal.")
        self._recording.end("success", f"signed in, {say_end(tokens)}")
        return tokens

    def _safe(self, error: ConnectError) -> ConnectError:
        return error.redacted(self._unsealed.redactor.text)

    async def _came_back(self, opened: Opened, pasted: str | None) -> Callback:
        assert self.prompt is not None  # noqa: S101 - it has begun
        if pasted is not None:
            if now_us() >= self.prompt.ends_us:
                raise too_late(self._authentication.name)
            return opened.reading.read(pasted)
        if self._listener is None:
            raise InputError("nothing was pasted", "paste the address that the browser ended at")
        try:
            async with asyncio.timeout((self.prompt.ends_us - now_us()) / 1e6):
                return await self._listener.wait()
        except TimeoutError:
            raise never_came(self._authentication.name) from None

    # ---- the end

    def _choose(self, flow: Flow | None, environ: Mapping[str, str]) -> FlowChoice:
        possible = flows_of(self._method, redirect_uri(self._method, self._unsealed))
        if not possible:
            raise ConfigError(
                f"{self._authentication.name} needs nobody to sign in", "it obtains its tokens by itself"
            )
        if flow is None:
            return choose_flow(possible, environ)
        if flow not in possible:
            raise InputError(
                f"{self._authentication.connector} cannot sign in by {flow}",
                f"it can by {' or '.join(possible)}",
            )
        return FlowChoice(flow, "it was asked for", tuple(one for one in possible if one != flow))

    async def _end(self, error: BaseException) -> None:
        if self._has_ended:
            return
        if isinstance(error, asyncio.CancelledError):
            await self._close("The sign-in was given up in the terminal.")
            self._recording.end("cancelled", "cancelled")
            return
        failure = failure_of(error)
        said = self._unsealed.redactor.text(failure.message)
        await self._close(f"You are not signed in: {said}. The terminal says what helps.")
        if isinstance(error, Exception):
            self._recording.keep_bug(error, failure)
        self._recording.end("failed", failure.message, failure)
        note_operation(error, self._recording.id)

    async def _close(self, said: str) -> None:
        """End it, and say on the page that a browser came back to what became of it."""
        self._has_ended = True
        if self._listener is not None:
            self._listener.tell(said)
            await self._listener.close()


def said_no(name: str, error: InputError) -> VendorError:
    """Build the error for a provider that sent the browser back with a refusal."""
    return VendorError(
        error.failure.message.replace(REFUSED, f"{REFUSED} the sign-in of {name}", 1),
        f"once that is mended: `connect-tui auth sign-in {name}`",
        error_class="auth",
    )


def has_ended(name: str) -> ConfigError:
    """Build the error for an attempt that somebody goes on with after its end."""
    return ConfigError(
        f"this sign-in of {name} has ended", f"start once more: `connect-tui auth sign-in {name}`"
    )


def never_came(name: str) -> VendorError:
    """Build the error for a browser that did not come back in time."""
    return VendorError(
        f"no browser came back for {name} in time",
        f"start once more: `connect-tui auth sign-in {name}`; --flow paste needs no way back to this machine",
        error_class="timeout",
    )


def too_late(name: str) -> VendorError:
    """Build the error for an answer that is pasted after the end that was shown."""
    return VendorError(
        f"what was pasted for {name} came too late",
        f"start once more: `connect-tui auth sign-in {name}`",
        error_class="timeout",
    )


def _is_good(task: asyncio.Task[TokenSet]) -> bool:
    return not task.cancelled() and task.exception() is None


def _look_at(task: asyncio.Task[TokenSet]) -> None:
    if not task.cancelled():
        task.exception()  # whoever asked may be gone; it is in the log
