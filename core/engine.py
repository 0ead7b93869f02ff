"""The engine: the one way to everything that happens, used alike by the app, the commands and the runner."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage import Store
from storage.process import ProcessClaim
from storage.records import Project

from .catalog import Catalog
from .errors import ConnectError
from .events import Emit, Event
from .fields import check_name
from .home import Home
from .keeper import Keeper
from .outcome import Outcome, TestReport
from .record import Recorder
from .refresh_lease import RefreshLeases
from .resolve import Target, check_may_run, resolve_connection, resolve_operation
from .workspace import Workspace

if TYPE_CHECKING:
    from storage.records import ProviderApp

    from .credentials import Credentials
    from .oauth2.introspection import Introspection, TokenKind
    from .revealing import Reveal, Revealing, SecretOf
    from .run import Plan, Runner
    from .send import HttpTransport
    from .sign_in.attempt import SignIn
    from .sign_in.choice import Flow
    from .sign_in.client_place import Wish
    from .sign_in.registering import Registering
    from .sign_in.signing_in import SigningIn
    from .unseal import Unsealed


def ignore(event: Event) -> None:
    """Listen to nothing."""


class Engine:
    """One open home: its catalog, its workspace, its vault's keeper, and what can be done with them.

    The awaitable methods belong to one event loop, the one that runs first; the rest go from any thread.
    """

    def __init__(
        self,
        home: Home,
        store: Store,
        claim: ProcessClaim,
        catalog: Catalog,
        workspace: Workspace,
        keeper: Keeper,
        recorder: Recorder,
        leases: RefreshLeases,
        emit: Emit | None = None,
    ) -> None:
        self.home = home
        self.catalog = catalog
        self.workspace = workspace
        self.keeper = keeper
        self._store = store
        self._claim = claim
        self._recorder = recorder
        self._leases = leases
        self._emit = emit or ignore
        self._transport: HttpTransport | None = None
        self._kept_runner: Runner | None = None
        self._kept_credentials: Credentials | None = None
        self._kept_revealing: Revealing | None = None

    def create_project(self, name: str, *, production: bool = False) -> Project:
        """Make a project: a workspace of its own; a production one is read-only until it is armed.

        Raises:
            InputError: the name cannot be used.
            NameTakenError: there is one of this name.
        """
        check_name(name)
        return self._store.projects.create(name, production)

    async def run(
        self,
        connection: str,
        operation: str,
        given: Mapping[str, Any],
        *,
        output: Path | None = None,
        dry_run: bool = False,
        armed: bool = False,
        emit: Emit | None = None,
    ) -> Outcome:
        """Run an operation of a connection with the input ``given``.

        ``output`` names the file of a download. A dry run sends nothing and shows the request.

        Raises:
            ConnectError: the use is wrong, so there is no operation: an unknown name, a wrong input, a guard.
        """
        from .inputs import check_input
        from .run import plan_operation

        target = resolve_connection(self.workspace, self.catalog, connection)
        definition = resolve_operation(target, operation)
        checked = check_input(definition.input_schema(), given)
        plan = plan_operation(target, operation, definition, checked)
        if dry_run:
            return await self._preview(plan)
        check_may_run(target, self.workspace, read_only=definition.read_only, armed=armed)
        save_to = output if definition.response.type == "binary" else None
        return await self._run(plan, save_to, emit)

    async def request(
        self,
        connection: str,
        method: str,
        path: str,
        *,
        query: Iterable[tuple[str, str]] = (),
        headers: Iterable[tuple[str, str]] = (),
        body: bytes | None = None,
        output: Path | None = None,
        dry_run: bool = False,
        armed: bool = False,
        emit: Emit | None = None,
    ) -> Outcome:
        """Send a request that a person wrote, with the connection's authentication.

        Raises:
            ConnectError: the use is wrong, so there is no operation.
        """
        from .proxy import plan_proxy

        target = resolve_connection(self.workspace, self.catalog, connection)
        plan = plan_proxy(target, method, path, tuple(query), tuple(headers), body)
        if dry_run:
            return await self._preview(plan)
        check_may_run(target, self.workspace, read_only=plan.read_only, armed=armed)
        return await self._run(plan, output, emit)

    async def test(
        self, connection: str, *, stages: Collection[str] | None = None, emit: Emit | None = None
    ) -> TestReport:
        """Test a connection stage by stage; with ``stages`` only those, and the result is not kept.

        Raises:
            NotKnownError: there is no such connection.
        """
        from .staged_test import StagedTest

        target = resolve_connection(self.workspace, self.catalog, connection)
        staged = StagedTest(self._recorder, self._open_transport(), self.workspace)
        listener = emit or self._emit
        return await staged.run(target, lambda: self._unseal(target, listener, rests=False), listener, stages)

    def who_signs_in(self, connection: str) -> tuple[str, bool] | None:
        """Give the authentication of a connection to which a person signs in, and whether that is due now.

        None where its credentials work without a person.

        Raises:
            NotKnownError: there is no such connection.
        """
        from .attended import is_attended

        target = resolve_connection(self.workspace, self.catalog, connection)
        row, method = target.authentication, target.method
        if row is None or not is_attended(method):
            return None
        return row.name, row.tokens is None or row.state == "authorization_required"

    async def begin_sign_in(
        self,
        authentication: str,
        *,
        flow: "Flow | None" = None,
        connection: str | None = None,
        emit: Emit | None = None,
    ) -> "SignIn":
        """Begin to sign in to a provider; see `SignIn` for what follows.

        Raises:
            ConnectError: it cannot begin.
        """
        return await self._signing_in().begin(
            authentication, emit or self._emit, flow=flow, connection=connection
        )

    async def refresh(
        self, authentication: str, *, connection: str | None = None, emit: Emit | None = None
    ) -> None:
        """Obtain new tokens for an authentication now.

        Raises:
            ConnectError: none are to be had, and why.
        """
        await self._signing_in().refresh(authentication, emit or self._emit, connection=connection)

    async def revoke(
        self,
        authentication: str,
        *,
        connection: str | None = None,
        forget: bool = False,
        emit: Emit | None = None,
    ) -> bool:
        """Sign out of a provider and forget the tokens; gives whether the provider was told.

        Raises:
            ConnectError: there are no tokens; or the provider cannot be told now, unless ``forget`` is set.
        """
        signing, tell = self._signing_in(), emit or self._emit
        return await signing.revoke(authentication, tell, connection=connection, forget=forget)

    def reveal(
        self,
        name: str,
        field: str,
        seconds: int,
        *,
        of: "SecretOf | None" = None,
        armed: bool = False,
        emit: Emit | None = None,
    ) -> "Reveal":
        """Give one secret in clear, to be shown for a short time; the log keeps who asked, and when.

        Raises:
            ConnectError: there is no such secret, a guard, or the vault stays locked.
        """
        return self._revealing().begin(name, field, seconds, emit or self._emit, of=of, armed=armed)

    async def introspect(
        self,
        authentication: str,
        *,
        kind: "TokenKind" = "access_token",
        connection: str | None = None,
        emit: Emit | None = None,
    ) -> "Introspection":
        """Ask a provider what a token is good for.

        Raises:
            ConnectError: there is no such token, or nobody to ask, or the provider refused.
        """
        return await self._signing_in().introspect(
            authentication, emit or self._emit, kind=kind, connection=connection
        )

    async def register_app(
        self, wish: "Wish", *, emit: Emit | None = None
    ) -> "tuple[ProviderApp, tuple[str, ...]]":
        """Let a provider make a client, and keep it as an app; gives what it made otherwise than asked, too.

        Raises:
            ConnectError: something is missing, or the provider refused.
        """
        return await self._registering().register(wish, emit or self._emit)

    async def unregister_app(self, name: str, *, emit: Emit | None = None) -> bool:
        """Remove the client of an app at its provider; gives whether it was still there.

        Raises:
            ConnectError: it was not registered from here, or the provider refused.
        """
        return await self._registering().unregister(name, emit or self._emit)

    async def keep_alive(self) -> None:
        """Use refresh tokens that would end unused, now and then, until this is cancelled."""
        from .keep_alive import keep_alive

        await keep_alive(self.workspace, self.catalog, self.keeper, self._credentials, self._emit)

    def lasting_tasks(self) -> "set[asyncio.Task[Any]]":
        """Give the tasks that `close` waits for, and that nothing else may cancel."""
        return set(self._kept_credentials.running()) if self._kept_credentials is not None else set()

    async def close(self) -> None:
        """Close clients, write what is waiting, and close the database."""
        try:
            if self._kept_credentials is not None:
                await self._kept_credentials.close()
            if self._transport is not None:
                await self._transport.close()
        finally:
            await asyncio.to_thread(self.close_store)

    def close_store(self) -> None:
        """Write what is waiting and close the database, where no request was ever made."""
        self.keeper.lock()
        try:
            if self._kept_revealing is not None:
                self._kept_revealing.close()
            self.catalog.close()
            self._store.close()
        finally:
            self._claim.close()

    async def _run(self, plan: "Plan", save_to: Path | None, emit: Emit | None) -> Outcome:
        listener = emit or self._emit
        outcome = await self._runner().run(
            plan, lambda: self._unseal(plan.target, listener), listener, save_to
        )
        self.workspace.note_outcome(plan.target.connection, plan.target.authentication, outcome.error)
        return outcome

    async def _preview(self, plan: "Plan") -> Outcome:
        from storage.records import Counts

        from .authorize import authorize
        from .offline_test.stand_ins import stand_in_tokens
        from .record import now_us
        from .run import preview

        unsealed = (await self._unseal(plan.target, self._emit)).with_input(plan.secret, plan.secrets)
        if unsealed.tokens is None and (tokens := stand_in_tokens(plan.target.method)) is not None:
            unsealed.learn(tokens)
        try:
            request = plan.build(unsealed)
            shown = preview(unsealed, next(authorize(plan.target.method, request, unsealed)))
        except ConnectError as error:
            raise error.redacted(unsealed.redactor.text) from None
        return Outcome(
            operation=None,
            state="success",
            kind=plan.kind,
            connection=plan.target.connection.name,
            name=plan.name,
            started_us=now_us(),
            took_ms=0,
            counts=Counts(),
            result="dry run: nothing was sent",
            request=shown,
        )

    async def _unseal(self, target: Target, emit: Emit, *, rests: bool = True) -> "Unsealed":
        from .unseal import places, unseal

        unsealed = None
        with self.keeper.at_once(places(target)) as at_once:
            if at_once:
                unsealed = unseal(target, self.keeper)
        if unsealed is None:
            unsealed = await asyncio.to_thread(unseal, target, self.keeper)
        unsealed.renewing = self._credentials().renewing(target, emit, rests=rests)
        return unsealed

    def _credentials(self) -> "Credentials":
        if self._kept_credentials is None:
            from .credentials import Credentials

            self._kept_credentials = Credentials(
                self._store, self.keeper, self._recorder, self._open_transport(), self._leases,
            )  # fmt: skip
        return self._kept_credentials

    def _signing_in(self) -> "SigningIn":
        from .sign_in.signing_in import SigningIn

        return SigningIn(
            self.workspace,
            self.catalog,
            self.keeper,
            self._recorder,
            self._open_transport(),
            self._credentials(),
        )

    def _revealing(self) -> "Revealing":
        if self._kept_revealing is None:
            from .revealing import Revealing

            self._kept_revealing = Revealing(self.workspace, self.keeper, self._recorder)
        return self._kept_revealing

    def _registering(self) -> "Registering":
        from .sign_in.registering import Registering

        return Registering(self.workspace, self.catalog, self.keeper, self._recorder, self._open_transport())

    def _runner(self) -> "Runner":
        if self._kept_runner is None:
            from .run import Runner

            self._kept_runner = Runner(self._recorder, self._open_transport())
        return self._kept_runner

    def _open_transport(self) -> "HttpTransport":
        if self._transport is None:
            from .clients import Clients
            from .send import HttpTransport

            self._transport = HttpTransport(Clients())
            self.keeper.on_lock = self._transport.forget_certificates
        return self._transport
