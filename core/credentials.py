"""Keep the tokens of authentications fresh: one refresh at a time, in this process and among all of a home.

A refresh is an operation of its own in the log. What it brings is in the vault, synced, before anything uses
it; a row of the database says meanwhile that a refresh token was sent, so that whoever finds the row after a
crash knows that the provider may have used it up.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from storage import SecretChangedError, StorageError, Store, VaultError
from storage.records import Authentication

from .call import Transport
from .errors import (
    ConnectError,
    Failure,
    SignInNeededError,
    failure_of,
)
from .events import Emit
from .keeper import Keeper
from .looking_up import lacks_facts, with_facts_of
from .obtain import cools_down, has_successor, needs_tokens, obtain, renewed_before, uses_up_token
from .provider_caller import ProviderCaller
from .record import Recorder, Recording, now_us
from .refresh_failing import COOL_S, as_error, check_rest, without_successor
from .refresh_lease import RefreshLeases
from .refresh_notes import RefreshNotes
from .resolve import Target
from .token_origins import ORIGINS, check_origins
from .token_turn import TokenTurn
from .tokens import WITHOUT_TOKENS, TokenSet, load_tokens, say_end
from .unseal import Unsealed, unseal

# Longer than a provider is waited for: who has sent a refresh token stays until the answer is kept.
_CLOSING_S = 100.0
_KEEPING_S = 10.0
_FOR_REFUSED = "_for_refused"


@dataclass(slots=True)
class _Refresh:
    """A refresh that runs; ``has_asked`` says that it came to ask the provider."""

    at_once: bool
    rests: bool
    has_asked: bool = False
    task: asyncio.Task[TokenSet] = field(init=False)


@dataclass(frozen=True, slots=True)
class _Unkept:
    """Tokens that the vault did not take in place of a ``revision``, obtained with the ``row`` as it was."""

    tokens: TokenSet
    revision: int
    row: Authentication


class Credentials:
    """The tokens of a home's authentications; belongs to one event loop."""

    def __init__(
        self,
        store: Store,
        keeper: Keeper,
        recorder: Recorder,
        transport: Transport,
        leases: RefreshLeases,
        clock: Callable[[], int] = now_us,
    ) -> None:
        self._notes = RefreshNotes(store, clock)
        self._keeper = keeper
        self._recorder = recorder
        self._transport = transport
        self._leases = leases
        self._clock = clock
        self._running: dict[str, _Refresh] = {}
        self._lasting: set[asyncio.Task[TokenSet]] = set()
        self._unkept: dict[str, _Unkept] = {}
        self._looked_up: dict[str, int] = {}
        self.fitting: set[tuple[object, ...]] = set()
        """The connections, as they are set up, that lead where their credentials may go."""

    def now(self) -> int:
        """Give the time by which tokens end."""
        return self._clock()

    def renewing(self, target: Target, emit: Emit, *, rests: bool = True) -> TokenTurn | None:
        """Give what keeps the tokens of an operation fresh; None where its method needs none."""
        if target.authentication is None or not needs_tokens(target.method):
            return None
        return TokenTurn(self, target, emit, rests)

    async def fresh(
        self,
        target: Target,
        emit: Emit,
        refused: TokenSet | None = None,
        *,
        at_once: bool = False,
        rests: bool = True,
    ) -> TokenSet:
        """Give tokens that are not due and not those that were ``refused``; whoever asks meanwhile waits.

        ``at_once`` is for a person who asks: although nothing is due. Neither who asks at once nor who does
        not want it to rest waits because the last try failed a moment ago.

        Raises:
            ConnectError: there are none to be had, and why.
        """
        assert target.authentication is not None  # noqa: S101 - there is nothing to obtain tokens with
        key = target.authentication.id
        while True:
            running, is_mine = self._running.get(key), False
            if running is None:
                is_mine, running = True, _Refresh(at_once, rests and not at_once)
                running.task = asyncio.create_task(self._renew(target, emit, refused, running))
                self._running[key] = running
                running.task.add_done_callback(lambda done: self._forget(key, done))
            # A refresh goes on when who asked for it leaves: cut off, it could cost the account.
            await asyncio.wait({running.task})
            if not is_mine and (at_once or not rests) and not running.has_asked:
                # Nobody was asked: nothing was due, or it rested after a failure.
                continue
            found = running.task.result()
            if is_mine or refused is None or found.obtained_us != refused.obtained_us:
                return found

    async def close(self) -> None:
        """Let what runs come to its end, and try once more to keep what the vault did not take."""
        if running := self.running():
            await asyncio.wait(running, timeout=_CLOSING_S)
        for unkept in tuple(self._unkept.values()):
            with suppress(ConnectError, StorageError, VaultError, TimeoutError):
                async with asyncio.timeout(_KEEPING_S), self._leases.refreshing(unkept.row):
                    await self._kept_at_last(await self._notes.as_now(unkept.row))

    def is_kept(self, row: Authentication) -> bool:
        """Tell whether the newest tokens of an authentication are where everybody finds them."""
        return row.id not in self._unkept

    async def keep_signed_in(
        self,
        authentication: Authentication,
        tokens: TokenSet,
        unsealed: Unsealed,
        provider: ProviderCaller | None = None,
    ) -> None:
        """Keep what a sign-in brought, whatever was there before; ``provider`` is asked for what it lacks."""
        async with self._leases.refreshing(authentication):
            authentication = await self._notes.as_now(authentication)
            _, revision = await asyncio.to_thread(self._kept, authentication)
            kept = await self._keep(authentication, tokens, revision, unsealed)
            if provider is not None:
                await self._look_up(authentication, kept, unsealed, provider)

    async def forget(self, authentication: Authentication, *, signed_out: bool) -> None:
        """Forget the tokens of an authentication; who ``signed_out`` has to sign in again."""
        async with self._leases.refreshing(authentication):
            # The row first: one that names tokens which are gone could be used no more.
            await self._notes.write(
                authentication,
                state="authorization_required" if signed_out else "ready",
                **WITHOUT_TOKENS,
                **({"origins": None} if signed_out else {}),
            )
            self._unkept.pop(authentication.id, None)
            await asyncio.to_thread(self._keeper.forget, f"vault:{authentication.id}/tokens")

    async def held(self, authentication: Authentication) -> TokenSet | None:
        """Give the tokens that are kept."""
        return (await asyncio.to_thread(self._kept, authentication))[0]

    def running(self) -> set[asyncio.Task[TokenSet]]:
        """Give the refreshes that must not be cut off."""
        return {one.task for one in self._running.values()} | self._lasting

    def let_last(self, task: asyncio.Task[TokenSet]) -> None:
        """Let what brings tokens come to its end, as a refresh does."""
        self._lasting.add(task)
        task.add_done_callback(self._lasting.discard)

    def _forget(self, key: str, done: asyncio.Task[TokenSet]) -> None:
        self._running.pop(key, None)
        if not done.cancelled():
            done.exception()  # looked at, for whoever asked may be gone

    async def _renew(
        self, target: Target, emit: Emit, refused: TokenSet | None, running: "_Refresh"
    ) -> TokenSet:
        assert target.authentication is not None  # noqa: S101 - see `fresh`
        async with self._leases.refreshing(target.authentication):
            now_it_is = await self._notes.as_now(target.authentication)
            target = replace(target, authentication=now_it_is)
            kept, revision = await self._kept_at_last(now_it_is)
            now = self._clock()
            if running.at_once and kept is not None and _lasts_to_its_end(target, kept, now):
                raise without_successor(now_it_is.name)
            if kept is not None and not running.at_once and not _is_over(target, kept, refused, now):
                await self._notes.settles(target.authentication, kept)
                return await self._complete(target, emit, kept)
            if not running.at_once:
                check_rest(target, now, rests=running.rests)
            running.has_asked = True
            return await self._refresh(target, emit, kept, revision, is_refused=refused is not None)

    async def _refresh(
        self, target: Target, emit: Emit, kept: TokenSet | None, revision: int, *, is_refused: bool
    ) -> TokenSet:
        authentication = target.authentication
        assert authentication is not None  # noqa: S101 - see `fresh`
        unsealed = await asyncio.to_thread(unseal, target, self._keeper)
        # Not a failure of the authentication, whose other connections go on.
        check_origins(target, unsealed)
        uses_up = uses_up_token(target.method, kept)
        recording = self._recorder.of(authentication.project_id).begin(
            "auth",
            f"{'refresh' if uses_up else 'obtain'} tokens of {authentication.name}",
            target.kept_connection,
            unsealed.redactor,
            emit,
        )
        try:
            sends = partial(self._notes.sends, authentication)
            provider = ProviderCaller(self._transport, target, unsealed, recording, sends)
            tokens = await provider.carry(obtain(target, unsealed, kept))
            tokens = with_facts_of(target.method, kept, tokens)
            tokens = _marked(tokens, is_refused=is_refused)
            tokens = await self._keep(authentication, tokens, revision, unsealed)
            tokens = await self._look_up(authentication, tokens, unsealed, provider)
        except asyncio.CancelledError:
            recording.end("cancelled", "cancelled")
            raise
        except Exception as error:  # noqa: BLE001 - noted, whatever it is
            failure = await self._failed(authentication, error, recording)
            raise as_error(error, failure) from None
        recording.end("success", say_end(tokens))
        return tokens

    async def _complete(self, target: Target, emit: Emit, kept: TokenSet) -> TokenSet:
        """Look up what could not be asked when the tokens were obtained, at most now and then."""
        authentication = target.authentication
        assert authentication is not None  # noqa: S101 - see `fresh`
        rests_until = self._looked_up.get(authentication.id, 0)
        if not lacks_facts(target.method, kept) or self._clock() < rests_until:
            return kept
        self._looked_up[authentication.id] = self._clock() + COOL_S * 1_000_000
        unsealed = await asyncio.to_thread(unseal, target, self._keeper)
        recording = self._recorder.of(authentication.project_id).begin(
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
            self._unkept[authentication.id] = _Unkept(tokens, revision, authentication)
            raise
        if authentication.origins is None and (origins := unsealed.memory.get(ORIGINS)):
            await self._notes.write(authentication, origins=origins)
        await self._notes.keeps(authentication, tokens, place)
        return tokens

    async def _kept_at_last(self, authentication: Authentication) -> tuple[TokenSet | None, int]:
        """Give what is kept; what could not be written the last time is written now.

        Unless it was obtained with what somebody replaced since.
        """
        kept, revision = await asyncio.to_thread(self._kept, authentication)
        unkept = self._unkept.get(authentication.id)
        if unkept is not None:
            is_edited = unkept.row.updated_us != authentication.updated_us and authentication.tokens is None
            # Not by their times: a clock may have been set back.
            if unkept.revision == revision and not is_edited:
                name, tokens = f"{authentication.id}/tokens", unkept.tokens
                place = await asyncio.to_thread(self._keeper.replace, name, tokens.dump(), revision)
                await self._notes.keeps(authentication, tokens, place)
            self._unkept.pop(authentication.id, None)
            kept, revision = await asyncio.to_thread(self._kept, authentication)
        return kept, revision

    async def _failed(
        self, authentication: Authentication, error: Exception, recording: Recording
    ) -> Failure:
        """Note why it failed, and give it as it may be told."""
        failure = failure_of(error)
        if isinstance(error, SignInNeededError) and authentication.rotation_us is not None:
            failure = replace(
                failure,
                message=f"{failure.message}; an earlier refresh was cut off and may have used up the token",
            )
        recording.keep_bug(error, failure)
        row = recording.end("failed", failure.message, failure)
        await self._notes.fails(authentication, error, row.error_message)
        safe = recording.safe_failure(failure)
        assert safe is not None  # noqa: S101 - there was a failure
        return safe

    def _kept(self, authentication: Authentication) -> tuple[TokenSet | None, int]:
        text, revision = self._keeper.held(f"{authentication.id}/tokens")
        return (load_tokens(text) if text is not None else None), revision


def _marked(tokens: TokenSet, *, is_refused: bool) -> TokenSet:
    """Give tokens that say whether they came in place of refused ones."""
    captured = {name: value for name, value in tokens.captured.items() if name != _FOR_REFUSED}
    return replace(tokens, captured={**captured, **({_FOR_REFUSED: True} if is_refused else {})})


def _is_over(target: Target, kept: TokenSet, refused: TokenSet | None, now: int) -> bool:
    """Tell whether other tokens have to be had than those that are kept."""
    if kept.is_due(now, renewed_before(target.method)) and not _lasts_to_its_end(target, kept, now):
        return True
    if refused is None or kept.obtained_us != refused.obtained_us:
        return False
    cools = 0 <= now - kept.obtained_us < cools_down(target.method)
    return not (cools and kept.captured.get(_FOR_REFUSED))


def _lasts_to_its_end(target: Target, kept: TokenSet, now: int) -> bool:
    """Tell whether tokens still work and nothing but a person brings others."""
    return not (kept.has_ended(now) or has_successor(target.method, kept))
