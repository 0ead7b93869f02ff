"""Sign in, refresh and sign out by the name of an authentication."""

import asyncio
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial

from connectors import OAuth1Auth, OAuth2Auth, SessionAuth
from storage.records import Authentication

from ..attended import is_attended
from ..auth.session import leave
from ..call import Transport
from ..catalog import Catalog
from ..credentials import Credentials
from ..errors import ConfigError, ConnectError, failure_of
from ..events import Emit
from ..keeper import Keeper
from ..oauth2 import Client, introspect, revoke
from ..oauth2.introspection import Introspection, TokenKind, read_introspection
from ..obtain import needs_tokens
from ..provider_caller import ProviderCaller
from ..record import Recorder, Recording
from ..request import Request, Response
from ..resolve import Target, resolve_authentication
from ..tokens import TokenSet
from ..unseal import Unsealed, unseal
from ..workspace import Workspace
from .attempt import SignIn
from .choice import Flow
from .errand import Errands

_SERVER_ERROR = 500

Telling = Generator[Request, Response, object]


class SigningIn:
    """What a person does with the authentications of a project."""

    def __init__(
        self,
        workspace: Workspace,
        catalog: Catalog,
        keeper: Keeper,
        recorder: Recorder,
        transport: Transport,
        credentials: Credentials,
    ) -> None:
        self._workspace = workspace
        self._catalog = catalog
        self._keeper = keeper
        self._recorder = recorder
        self._transport = transport
        self._credentials = credentials

    async def begin(
        self,
        name: str,
        emit: Emit,
        *,
        flow: Flow | None = None,
        connection: str | None = None,
    ) -> SignIn:
        """Begin to sign in; the attempt says in its ``prompt`` what a person has to do.

        Addresses of the provider may hold variables of a connection: that of ``connection``, else of one that
        uses the authentication.

        Raises:
            ConnectError: it cannot begin; what was asked of the provider is in the log.
        """
        target, row = self._resolve(name, connection)
        method = target.method
        if not (isinstance(method, OAuth2Auth) or is_attended(method)):
            raise ConfigError(
                f"nobody signs in to {row.name}: its method {row.method} is of the kind {row.kind}",
                f"`connect-tui auth edit {row.name}` gives it new credentials",
            )
        # What the sign-in brings is kept there; a code that is used up cannot wait for a passphrase.
        await asyncio.to_thread(self._keeper.open, "to keep the tokens")
        unsealed = await asyncio.to_thread(unseal, target, self._keeper)
        recording = self._begin(f"sign in {row.name}", target, unsealed, emit)
        provider = ProviderCaller(self._transport, target, unsealed, recording)
        attempt = SignIn(method, row, unsealed, provider, self._credentials, recording)
        try:
            await attempt.begin(flow)
        except ConnectError as error:
            raise error.redacted(unsealed.redactor.text) from None
        return attempt

    async def refresh(self, name: str, emit: Emit, *, connection: str | None = None) -> TokenSet:
        """Obtain new tokens now, although nothing is due or the last try failed a moment ago.

        Raises:
            ConfigError: its kind has no tokens.
            ConnectError: none are to be had, and why.
        """
        target, row = self._resolve(name, connection)
        if isinstance(target.method, OAuth1Auth) and is_attended(target.method):
            raise ConfigError(
                f"the token of {row.name} has no successor: OAuth 1.0a knows no refresh",
                f"`connect-tui auth sign-in {row.name}` gets another one, where the vendor refuses this one",
            )
        if not needs_tokens(target.method):
            raise ConfigError(
                f"{row.name} has no tokens to refresh: its method {row.method} is of the kind {row.kind}",
                f"`connect-tui auth edit {row.name}` gives it new credentials",
            )
        return await self._credentials.fresh(target, emit, at_once=True)

    async def revoke(
        self, name: str, emit: Emit, *, connection: str | None = None, forget: bool = False
    ) -> bool:
        """Sign out: tell the provider where it wants to know, then forget the tokens.

        Gives whether the provider was told. When it refuses for good, the tokens are forgotten all the same,
        and the log says why; where it can be told later they stay, unless ``forget`` says otherwise.

        Raises:
            ConfigError: there are no tokens.
            ConnectError: the provider cannot be told now; the tokens are kept.
        """
        target, row = self._resolve(name, connection)
        held = await self._credentials.held(row)
        if held is None:
            raise ConfigError(f"{row.name} holds no tokens", "there is nothing to revoke")
        was_told = False
        method = target.method
        if isinstance(method, OAuth2Auth):
            client = method
            was_told = await self._tell(
                lambda unsealed: revoke(Client(client, unsealed, row.name), held),
                target,
                row,
                emit,
                forget=forget,
            )
        elif isinstance(method, SessionAuth) and method.logout is not None:
            login = method
            was_told = await self._tell(
                lambda unsealed: leave(login, target, unsealed), target, row, emit, forget=forget
            )
        await self._credentials.forget(row, signed_out=is_attended(method))
        return was_told

    async def introspect(
        self, name: str, emit: Emit, *, kind: TokenKind = "access_token", connection: str | None = None
    ) -> Introspection:
        """Ask the provider what a token is good for; nothing is refreshed for it.

        Raises:
            ConfigError: its kind has no such tokens, there are none, or the provider has no place for it.
            ConnectError: the provider refused; says why.
        """
        target, row = self._resolve(name, connection)
        method = target.method
        if not isinstance(method, OAuth2Auth):
            raise ConfigError(
                f"nobody can be asked about {row.name}: its method {row.method} is of the kind {row.kind}",
                "only tokens of OAuth 2.0 can be looked into; `connect-tui connection test` tries others",
            )
        held = await self._credentials.held(row)
        if held is None or kind not in held.values:
            raise ConfigError(
                f"{row.name} holds no {kind.replace('_', ' ')}",
                f"`connect-tui auth {'sign-in' if is_attended(method) else 'refresh'} {row.name}` gets one",
            )
        asking = partial(_introspected, method, row.name, held, kind)
        errands = Errands(self._keeper, self._recorder, self._transport)
        return await errands.run(
            f"introspect token of {row.name}", target, asking, emit,
            lambda found: "the token is active" if found.active else "the token is not active",
        )  # fmt: skip

    async def _tell(
        self,
        telling: Callable[[Unsealed], Telling],
        target: Target,
        row: Authentication,
        emit: Emit,
        *,
        forget: bool,
    ) -> bool:
        errands = Errands(self._keeper, self._recorder, self._transport)
        try:
            await errands.run(
                f"revoke tokens of {row.name}", target, telling, emit,
                lambda _: "the provider knows that they count no more",
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 - it is in the log, whatever it is
            failure = failure_of(error)
            if not forget and (failure.retryable or (failure.status or 0) >= _SERVER_ERROR):
                raise _untold(error, row) from None
            return False
        return True

    def _begin(self, name: str, target: Target, unsealed: Unsealed, emit: Emit) -> Recording:
        return self._recorder.begin("auth", name, target.kept_connection, unsealed.redactor, emit)

    def _resolve(self, name: str, connection: str | None) -> tuple[Target, Authentication]:
        target = resolve_authentication(self._workspace, self._catalog, name, connection)
        assert target.authentication is not None  # noqa: S101 - it was resolved by its name
        return target, target.authentication


def _introspected(
    method: OAuth2Auth, name: str, held: TokenSet, kind: TokenKind, unsealed: Unsealed
) -> Generator[Request, Response, Introspection]:
    found = yield from introspect(Client(method, unsealed, name), held, kind)
    # Some providers repeat the token itself.
    return read_introspection(unsealed.redactor.values(found))


def _untold(error: Exception, row: Authentication) -> Exception:
    """Give the error with what helps somebody whose tokens are still kept."""
    if isinstance(error, ConnectError):
        again = f"connect-tui auth revoke {row.name}"
        remedy = f"the tokens are kept: `{again}` tries again, `{again} --forget` forgets them untold"
        error.failure = replace(error.failure, remedy=remedy)
    return error
