"""Keep the tokens of authentications fresh: one refresh at a time, in this process and among all of a home.

A refresh is an operation of its own in the log. What it brings is in the vault, synced, before anything uses
it; a row of the database says meanwhile that a refresh token was sent, so that whoever finds the row after a
crash knows that the provider may have used it up.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from storage import SecretChangedError, Store, VaultError
from storage.records import Authentication

from .attended import is_attended
from .call import Transport
from .errors import (
    ConfigError,
    ConnectError,
    Failure,
    InputError,
    PolicyError,
    SignInNeededError,
    TransportError,
    VendorError,
    failure_of,
)
from .events import Emit
from .keeper import Keeper
from .looking_up import lacks_facts, with_facts_of
from .obtain import needs_tokens, obtain, renewed_before, uses_up_token
from .provider_caller import ProviderCaller
from .record import Recorder, Recording, now_us
from .refresh_lease import RefreshLeases
from .resolve import Target
from .token_origins import ORIGINS
from .token_turn import TokenTurn
from .tokens import TokenSet, load_tokens, say_end
from .unseal import Unsealed, unseal

_COOL_S, _MOST_COOL_S = 30, 3600
_LEAST_DOUBLINGS = 7
# Longer than a provider is waited for: who has sent a refresh token stays until the answer is kept.
_CLOSING_S = 100.0


@dataclass(slots=True)
class _Refresh:
    """A refresh that runs; ``has_asked`` says that it came to ask the provider."""

    at_once: bool
    has_asked: bool = False
    task: asyncio.Task[TokenSet] = field(init=False)


class Credentials:
    """The tokens of one project's authentications; belongs to one event loop."""

    def __init__(
        self,
        store: Store,
        keeper: Keeper,
        recorder: Recorder,
        transport: Transport,
        leases: RefreshLeases,
        clock: Callable[[], int] = now_us,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._recorder = recorder
        self._transport = transport
        self._leases = leases
        self._clock = clock
        self._running: dict[str, _Refresh] = {}
        self._unkept: dict[str, TokenSet] = {}
        self._looked_up: dict[str, int] = {}

    def now(self) -> int:
        """Give the time by which tokens end."""
        return self._clock()

    def renewing(self, target: Target, emit: Emit) -> TokenTurn | None:
        """Give what keeps the tokens of an operation fresh; None where its method needs none."""
        if target.authentication is None or not needs_tokens(target.method):
            return None
        return TokenTurn(self, target, emit)

    async def fresh(
        self, target: Target, emit: Emit, refused: TokenSet | None = None, *, at_once: bool = False
    ) -> TokenSet:
        """Give tokens that are not due and not those that were ``refused``; whoever asks meanwhile waits.

        ``at_once`` is for a person who asks: although the last try failed a moment ago, or nothing is due.

        Raises:
            ConnectError: there are none to be had, and why.
        """
        assert target.authentication is not None  # noqa: S101 - there is nothing to obtain tokens with
        key = target.authentication.id
        while True:
            running, is_mine = self._running.get(key), False
            if running is None:
                is_mine, running = True, _Refresh(at_once)
                running.task = asyncio.create_task(self._renew(target, emit, refused, running))
                self._running[key] = running
                running.task.add_done_callback(lambda done: self._forget(key, done))
            # A refresh goes on when who asked for it leaves: cut off, it could cost the account.
            await asyncio.wait({running.task})
            if not is_mine and at_once and not running.has_asked:
                # Nobody was asked: nothing was due, or it rested after a failure.
                continue
            found = running.task.result()
            if is_mine or refused is None or found.obtained_us != refused.obtained_us:
                return found

    async def close(self) -> None:
        """Let what runs come to its end."""
        if running := self.running():
            await asyncio.wait(running, timeout=_CLOSING_S)

    async def keep_signed_in(
        self,
        authentication: Authentication,
        tokens: TokenSet,
        unsealed: Unsealed,
        provider: ProviderCaller | None = None,
    ) -> None:
        """Keep what a sign-in brought, whatever was there before; ``provider`` is asked for what it lacks."""
        async with self._leases.refreshing(authentication):
            _, revision = await asyncio.to_thread(self._kept, authentication)
            kept = await self._keep(authentication, tokens, revision, unsealed)
            if provider is not None:
                await self._look_up(authentication, kept, unsealed, provider)

    async def forget(self, authentication: Authentication, *, signed_out: bool) -> None:
        """Forget the tokens of an authentication; who ``signed_out`` has to sign in again."""
        async with self._leases.refreshing(authentication):
            # The row first: one that names tokens which are gone could be used no more.
            self._store.authentications.note(
                authentication.id,
                tokens=None,
                state="authorization_required" if signed_out else "ready",
                expires_us=None,
                refresh_expires_us=None,
                idle_expires_us=None,
                scopes=None,
                rotation_us=None,
                **({"origins": None} if signed_out else {}),
            )
            self._unkept.pop(authentication.id, None)
            await asyncio.to_thread(self._keeper.forget, f"vault:{authentication.id}/tokens")

    async def held(self, authentication: Authentication) -> TokenSet | None:
        """Give the tokens that are kept."""
        return (await asyncio.to_thread(self._kept, authentication))[0]

    def running(self) -> set[asyncio.Task[TokenSet]]:
        """Give the refreshes that must not be cut off."""
        return {one.task for one in self._running.values()}

    def _forget(self, key: str, done: asyncio.Task[TokenSet]) -> None:
        self._running.pop(key, None)
        if not done.cancelled():
            done.exception()  # looked at, for whoever asked may be gone

    async def _renew(
        self, target: Target, emit: Emit, refused: TokenSet | None, running: "_Refresh"
    ) -> TokenSet:
        assert target.authentication is not None  # noqa: S101 - see `fresh`
        async with self._leases.refreshing(target.authentication):
            now_it_is = self._as_now(target.authentication)
            target = replace(target, authentication=now_it_is)
            kept, revision = await self._kept_at_last(now_it_is)
            now = self._clock()
            if (
                kept is not None
                and not running.at_once
                and not kept.is_due(now, renewed_before(target.method))
                and kept.obtained_us != _time(refused)
            ):
                self._settle(target.authentication, kept)
                return await self._complete(target, emit, kept)
            if not running.at_once:
                self._check_rest(target, now)
            running.has_asked = True
            return await self._refresh(target, emit, kept, revision)

    async def _refresh(self, target: Target, emit: Emit, kept: TokenSet | None, revision: int) -> TokenSet:
        authentication = target.authentication
        assert authentication is not None  # noqa: S101 - see `fresh`
        unsealed = await asyncio.to_thread(unseal, target, self._keeper)
        uses_up = uses_up_token(target.method, kept)
        recording = self._recorder.begin(
            "auth",
            f"{'refresh' if uses_up else 'obtain'} tokens of {authentication.name}",
            target.kept_connection,
            unsealed.redactor,
            emit,
        )
        try:
            if uses_up and authentication.rotation_us is None:
                self._store.authentications.note(authentication.id, rotation_us=self._clock())
            provider = ProviderCaller(self._transport, target, unsealed, recording)
            tokens = await provider.carry(obtain(target, unsealed, kept))
            tokens = with_facts_of(target.method, kept, tokens)
            tokens = await self._keep(authentication, tokens, revision, unsealed)
            tokens = await self._look_up(authentication, tokens, unsealed, provider)
        except asyncio.CancelledError:
            recording.end("cancelled", "cancelled")
            raise
        except Exception as error:  # noqa: BLE001 - noted, whatever it is
            failure = self._failed(authentication, error, recording)
            raise _as_error(error, failure) from None
        recording.end("success", say_end(tokens))
        return tokens

    async def _complete(self, target: Target, emit: Emit, kept: TokenSet) -> TokenSet:
        """Look up what could not be asked when the tokens were obtained, at most now and then."""
        authentication = target.authentication
        assert authentication is not None  # noqa: S101 - see `fresh`
        rests_until = self._looked_up.get(authentication.id, 0)
        if not lacks_facts(target.method, kept) or self._clock() < rests_until:
            return kept
        self._looked_up[authentication.id] = self._clock() + _COOL_S * 1_000_000
        unsealed = await asyncio.to_thread(unseal, target, self._keeper)
        recording = self._recorder.begin(
            "auth", f"look up facts of {authentication.name}", target.kept_connection, unsealed.redactor, emit
        )
        try:
            provider = ProviderCaller(self._transport, target, unsealed, recording)
            found = await self._look_up(authentication, kept, unsealed, provider)
        except asyncio.CancelledError:
            recording.end("cancelled", "cancelled")
            raise
        is_whole = not lacks_facts(target.method, found)
        recording.end("success" if is_whole else "failed", "asked" if is_whole else "not all could be read")
        return found

    async def _look_up(
        self, authentication: Authentication, tokens: TokenSet, unsealed: Unsealed, provider: ProviderCaller
    ) -> TokenSet:
        """Keep what operations tell beside tokens that are kept already, and good without it."""
        found = await provider.look_up(tokens)
        if found == tokens:
            return tokens
        with suppress(VaultError):
            _, revision = await asyncio.to_thread(self._kept, authentication)
            return await self._keep(authentication, found, revision, unsealed)
        return found

    async def _keep(
        self, authentication: Authentication, tokens: TokenSet, revision: int, unsealed: Unsealed
    ) -> TokenSet:
        """Keep new tokens; those that somebody else brought meanwhile are used instead."""
        for value in tokens.values.values():
            unsealed.redactor.add(value)
        name = f"{authentication.id}/tokens"
        try:
            place = await asyncio.to_thread(self._keeper.replace, name, tokens.dump(), revision)
        except SecretChangedError:
            text, _ = await asyncio.to_thread(self._keeper.held, name)
            if text is None:  # the authentication was deleted meanwhile
                raise
            return load_tokens(text)
        except VaultError:
            # The provider may have used up what is in the vault, so nothing else may forget these.
            self._unkept[authentication.id] = tokens
            raise
        if authentication.origins is None and (origins := unsealed.memory.get(ORIGINS)):
            self._store.authentications.note(authentication.id, origins=origins)
        self._note(authentication, tokens, place)
        return tokens

    async def _kept_at_last(self, authentication: Authentication) -> tuple[TokenSet | None, int]:
        """Give what is kept; what could not be written the last time is written now."""
        kept, revision = await asyncio.to_thread(self._kept, authentication)
        unkept = self._unkept.get(authentication.id)
        if unkept is not None:
            if kept is None or kept.obtained_us < unkept.obtained_us:
                name = f"{authentication.id}/tokens"
                place = await asyncio.to_thread(self._keeper.replace, name, unkept.dump(), revision)
                self._note(authentication, unkept, place)
            self._unkept.pop(authentication.id, None)
            kept, revision = await asyncio.to_thread(self._kept, authentication)
        return kept, revision

    def _settle(self, row: Authentication | None, kept: TokenSet) -> None:
        """Note what a process brought that died before it could note it."""
        if row is not None and (row.expires_us != kept.expires_us or row.refreshed_us != kept.obtained_us):
            self._note(row, kept, f"vault:{row.id}/tokens")

    def _note(self, row: Authentication, tokens: TokenSet, place: str) -> None:
        self._store.authentications.note(
            row.id,
            tokens=place,
            state="ready",
            expires_us=tokens.expires_us,
            refresh_expires_us=tokens.refresh_expires_us,
            idle_expires_us=tokens.idle_expires_us,
            scopes=list(tokens.scopes) if tokens.scopes is not None else None,
            captured=tokens.told,
            refreshed_us=tokens.obtained_us,
            refresh_failed_us=None,
            refresh_failures=0,
            refresh_error=None,
            rotation_us=None,
        )

    def _failed(self, authentication: Authentication, error: Exception, recording: Recording) -> Failure:
        """Note why it failed. Only a definite answer says that credentials are dead, never the network."""
        failure = failure_of(error)
        if isinstance(error, SignInNeededError) and authentication.rotation_us is not None:
            failure = replace(
                failure,
                message=f"{failure.message}; an earlier refresh was cut off and may have used up the token",
            )
        recording.keep_bug(error, failure)
        row = recording.end("failed", failure.message, failure)
        changes = {
            "refresh_failed_us": self._clock(),
            "refresh_failures": authentication.refresh_failures + 1,
            "refresh_error": row.error_message,
        }
        if isinstance(error, SignInNeededError):
            changes |= {"state": "authorization_required", "rotation_us": None}
        elif _was_not_taken(error):
            changes |= {"rotation_us": authentication.rotation_us}
        self._store.authentications.note(authentication.id, **changes)
        safe = recording.safe_failure(failure)
        assert safe is not None  # noqa: S101 - there was a failure
        return safe

    def _check_rest(self, target: Target, now: int) -> None:
        """Refuse to ask again at once for what was refused a moment ago.

        Raises:
            SignInNeededError: the provider said for good that these credentials are dead.
            VendorError: the last try failed, and its rest is not over.
        """
        row = target.authentication
        assert row is not None  # noqa: S101 - see `fresh`
        if row.state == "authorization_required":
            raise SignInNeededError(
                row.refresh_error or f"{row.name} has to sign in",
                f"sign in again: `connect-tui auth sign-in {row.name}`"
                if is_attended(target.method)
                else f"give it the right credentials: `connect-tui auth edit {row.name}`",
            )
        if row.refresh_failed_us is None or not row.refresh_failures:
            return
        cool_s = min(_COOL_S * 2 ** min(row.refresh_failures - 1, _LEAST_DOUBLINGS), _MOST_COOL_S)
        since_s = (now - row.refresh_failed_us) / 1e6
        left_s = cool_s - since_s
        # A clock that was set back does not make anybody wait for it.
        if since_s >= 0 and left_s > 0:
            raise VendorError(
                f"the last refresh of {row.name} failed: {row.refresh_error}",
                f"it is tried again in {left_s:.0f} s; `connect-tui auth refresh {row.name}` tries at once",
                error_class="auth",
                retryable=True,
            )

    def _as_now(self, row: Authentication) -> Authentication:
        return self._store.authentications.get(row.project_id, row.name)

    def _kept(self, authentication: Authentication) -> tuple[TokenSet | None, int]:
        text, revision = self._keeper.held(f"{authentication.id}/tokens")
        return (load_tokens(text) if text is not None else None), revision


def _was_not_taken(error: Exception) -> bool:
    """Tell whether a refresh token is surely as good as before: it was not sent, or plainly refused."""
    if isinstance(error, VendorError):
        return error.failure.status is not None and 400 <= error.failure.status < 500
    if isinstance(error, TransportError):
        return not error.was_sent
    return isinstance(error, PolicyError | ConfigError | InputError)


def _time(tokens: TokenSet | None) -> int | None:
    return tokens.obtained_us if tokens is not None else None


def _as_error(error: Exception, failure: Failure) -> Exception:
    if isinstance(error, ConnectError):
        error.failure = failure
        error.args = (failure.message,)
        return error
    return error
