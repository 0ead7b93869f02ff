"""What is set up in one project: its authentications and its connections."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from storage import ConflictError, NotFoundError, Store
from storage.ids import new_id
from storage.records import Authentication, Connection, ConnectionState, Project

from .catalog import Catalog, CatalogConnector
from .errors import Failure, InputError, PolicyError
from .fields import by_key, check_configurable, check_fields, check_name, check_settings, method_of, unknown
from .keeper import Keeper
from .kept_authentications import KeptAuthentications
from .kept_certificates import KeptCertificates
from .placing import forget_all, placed, replaced
from .provider_apps import ProviderApps
from .record import now_us
from .refresh_lease import RefreshLeases
from .states import state_after


class Workspace:
    """The authentications and connections of one project."""

    def __init__(
        self, project: Project, store: Store, catalog: Catalog, keeper: Keeper, leases: RefreshLeases
    ) -> None:
        self.project = project
        self._store = store
        self._catalog = catalog
        self._keeper = keeper
        self._leases = leases
        self.apps = ProviderApps(project, store, keeper)
        self.authentications = KeptAuthentications(project, store, catalog, keeper, self.apps, leases)
        self.certificates = KeptCertificates(project, store, keeper)

    def everywhere(self) -> "tuple[Workspace, ...]":
        """Give this one, and those of the other projects of the home."""
        parts = (self._store, self._catalog, self._keeper, self._leases)
        others = (one for one in self._store.projects.list() if one.id != self.project.id)
        return self, *(Workspace(one, *parts) for one in others)

    def connections(self) -> tuple[Connection, ...]:
        """List the connections."""
        return tuple(self._store.connections.list(self.project.id))

    def connection(self, name: str) -> Connection:
        """Give a connection by name.

        Raises:
            NotKnownError: names the nearest one.
        """
        try:
            return self._store.connections.get(self.project.id, name)
        except NotFoundError:
            raise unknown("connection", name, (item.name for item in self.connections())) from None

    def create_connection(
        self,
        connector: str,
        name: str,
        *,
        authentication: str | None = None,
        method: str | None = None,
        variables: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        certificate: str | None = None,
        **settings: Any,
    ) -> Connection:
        """Set up a connection in the state draft, pinned to the connector's revision.

        With ``method`` instead of ``authentication`` an authentication of the connection's own name is made,
        and each variable or secret goes to the method or to the connection by its key.

        Raises:
            InputError: names every field that is missing or wrong.
        """
        found = self._catalog.get(connector)
        check_name(name)
        self._check_free(name)
        extra = check_settings(settings)
        if certificate:
            extra["certificate"] = self.certificates.get(certificate).id
        own_values, own_secrets, values, kept_secrets = _shared_out(
            found, method, variables or {}, secrets or {}
        )
        checked = check_fields(found.definition.inputs, values, kept_secrets)
        made_here = None
        if method is None or authentication is not None:
            authentication = self._check_authentication(found, authentication)
        elif method_of(found, method).kind != "none":
            made_here = self.authentications.add(connector, method, name, own_values, own_secrets)
            authentication = made_here.name
        made = now_us()
        row = Connection(
            id=new_id("con_"),
            project_id=self.project.id,
            name=name,
            connector=found.definition.handle,
            connector_revision=found.definition.revision,
            connector_hash=found.hash,
            authentication=authentication,
            state="draft",
            variables=checked,
            created_us=made,
            updated_us=made,
            **extra,
        )
        try:
            self._catalog.keep(found)
            with placed(self._keeper, row.id, kept_secrets) as places:
                row = replace(row, secrets=places)
                self._store.connections.add(row)
        except BaseException:
            if made_here is not None:
                self.authentications.delete(made_here.name)
            raise
        return row

    def edit_connection(
        self,
        name: str,
        /,
        *,
        authentication: str | None = None,
        variables: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        certificate: str | None = None,
        **settings: Any,
    ) -> Connection:
        """Change a connection; what is not given stays, and an empty ``certificate`` takes it away.

        Raises:
            PolicyError: it is locked.
            InputError: names every field that is missing or wrong.
        """
        row = self._unlocked(name)
        definition = self._catalog.pinned(row.connector_hash)
        changes = check_settings(settings)
        if "name" in changes:
            check_name(changes["name"])
            self._check_free(changes["name"], but=row.id)
        if certificate is not None:
            changes["certificate"] = self.certificates.get(certificate).id if certificate else None
        if authentication is not None:
            found = self._catalog.get(f"{row.connector}@{row.connector_revision}")
            changes["authentication"] = self._check_authentication(found, authentication)
        secrets = by_key(definition.inputs, secrets or {})
        if variables or secrets:
            variables = by_key(definition.inputs, variables or {})
            merged = {
                key: value for key, value in {**row.variables, **variables}.items() if value is not None
            }
            check_configurable(definition.inputs, row.variables, merged, secrets)
            changes["variables"] = check_fields(definition.inputs, merged, secrets, row.secrets)
        with placed(self._keeper, row.id, secrets) as places:
            kept = {**row.secrets, **places}
            saved = self._save(row, **changes, secrets=kept)
        forget_all(self._keeper, replaced(row.secrets, kept))
        return saved

    def activate(self, name: str) -> Connection:
        """End the set-up of a draft: its state follows its last test, and active without one."""
        row = self.connection(name)
        return self._save(row, state=state_after(row), wizard_page=None)

    def suspend(self, name: str) -> Connection:
        """Stop a connection's traffic until it is resumed."""
        return self._save(self._unlocked(name), state="inactive")

    def resume(self, name: str) -> Connection:
        """Let a suspended connection work again, in the state its last test left."""
        row = self._unlocked(name)
        return self._save(row, state=state_after(row)) if row.state == "inactive" else row

    def lock(self, name: str, reason: str) -> Connection:
        """Stop edits (not traffic), saying why."""
        if not reason.strip():
            raise InputError("a lock needs a reason", "say why in a few words")
        return self._save(self.connection(name), locked_reason=reason.strip())

    def unlock(self, name: str) -> Connection:
        """Allow edits again."""
        return self._save(self.connection(name), locked_reason=None)

    def delete(self, name: str) -> Connection:
        """Remove a connection; it can be restored."""
        return self._save(self._unlocked(name), deleted_us=now_us())

    def restore(self, name: str) -> Connection:
        """Bring back the newest deleted connection of this name.

        One whose authentication is gone meanwhile comes back as a draft without one.

        Raises:
            NotKnownError: nothing of this name was deleted.
        """
        everything = self._store.connections.list(self.project.id, include_deleted=True)
        gone = [row for row in everything if row.deleted_us is not None]
        same = [row for row in gone if row.name.lower() == name.lower()]
        if not same:
            raise unknown("deleted connection", name, (row.name for row in gone))
        self._check_free(name)
        row = max(same, key=lambda row: row.deleted_us or 0)
        if self._lost_authentication(row):
            return self._save(row, deleted_us=None, authentication=None, state="draft")
        return self._save(row, deleted_us=None)

    def note_test(
        self,
        connection: Connection,
        authentication: Authentication | None,
        operation: str,
        verdict: str,
        stages: Iterable[Mapping[str, Any]],
        state: ConnectionState,
        tested_us: int | None = None,
    ) -> None:
        """Keep the result of a test; the state follows unless the connection is a draft or suspended.

        What was changed while the test ran is not what it tested, so then nothing is noted.
        """
        row = self._unchanged(connection, authentication)
        if row is None:
            return
        with suppress(ConflictError):
            self._save(
                row,
                state=row.state if row.state in {"draft", "inactive", "deleting"} else state,
                last_test_operation=operation,
                last_test_verdict=verdict,
                last_test_us=tested_us or now_us(),
                last_test_stages=tuple(stages),
            )

    def note_end(self, authentication: Authentication, end_us: int) -> None:
        """Keep when credentials end, where only a test can see it: a client certificate, for one."""
        with suppress(NotFoundError):
            self._store.authentications.note(authentication.id, expires_us=end_us)

    def note_outcome(
        self, connection: Connection, authentication: Authentication | None, error: Failure | None
    ) -> None:
        """Let the state follow what an operation found out about the credentials."""
        works, fails = error is None, error is not None and error.reauthorize
        if not fails and not (works and connection.state == "authorization_required"):
            return
        row = self._unchanged(connection, authentication)
        if row is None:
            return
        # Whoever changes the connection at this moment knows better.
        with suppress(ConflictError):
            if fails and row.state == "active":
                self._save(row, state="authorization_required")
            elif works and row.state == "authorization_required":
                self._save(row, state="active")

    def _unchanged(self, connection: Connection, authentication: Authentication | None) -> Connection | None:
        """Give the connection as it is now, unless it is set up in another way than it was."""
        try:
            row = self._store.connections.get_by_id(connection.id)
            if authentication is not None:
                now = self._store.authentications.get(self.project.id, authentication.name)
                if (now.id, now.updated_us) != (authentication.id, authentication.updated_us):
                    return None
        except NotFoundError:
            return None
        return row if _set_up(row) == _set_up(connection) else None

    def _lost_authentication(self, row: Connection) -> bool:
        if row.authentication is None:
            return False
        same = [item for item in self.authentications.list(row.connector) if item.name == row.authentication]
        return not any(item.created_us < (row.deleted_us or 0) for item in same)

    def _save(self, row: Connection, **changes: Any) -> Connection:
        changed = replace(row, **changes, updated_us=now_us(), revision=row.revision + 1)
        self._store.connections.save(changed, expected_revision=row.revision)
        return changed

    def _unlocked(self, name: str) -> Connection:
        row = self.connection(name)
        if row.locked_reason is not None:
            raise PolicyError(
                f"{name} is locked: {row.locked_reason}", f"`connect-tui connection unlock {name}`"
            )
        return row

    def _check_free(self, name: str, but: str | None = None) -> None:
        if any(row.name.lower() == name.lower() and row.id != but for row in self.connections()):
            raise InputError(
                f"a connection called {name} exists", "choose another name", error_class="conflict"
            )

    def _check_authentication(self, connector: CatalogConnector, name: str | None) -> str | None:
        """Give the name of an authentication as it is written, after checking that it fits the connector."""
        definition = connector.definition
        if name is not None:
            row = self.authentications.get(name)
            if row.connector != definition.handle:
                raise InputError(
                    f"{name} is an authentication for {row.connector}, not for {definition.handle}",
                    f"`connect-tui auth list` shows those for {definition.handle}",
                )
            return row.name
        if definition.auth and all(item.kind != "none" for item in definition.auth.values()):
            raise InputError(
                f"{definition.handle} needs an authentication",
                f"name one with --auth, or make one with --method {' or '.join(definition.auth)}",
            )
        return None


def _shared_out(
    connector: CatalogConnector, method: str | None, variables: Mapping[str, Any], secrets: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str], dict[str, Any], dict[str, str]]:
    """Share fields out between a method and the connection by their keys; the connection's own come first."""
    inputs = connector.definition.inputs
    variables, secrets = by_key(inputs, variables), by_key(inputs, secrets)
    if method is None:
        return {}, {}, variables, secrets
    own = method_of(connector, method).inputs
    variables, secrets = by_key(own, variables), by_key(own, secrets)
    theirs = {item.key for item in own} - {item.key for item in inputs}
    return (
        {key: value for key, value in variables.items() if key in theirs},
        {key: value for key, value in secrets.items() if key in theirs},
        {key: value for key, value in variables.items() if key not in theirs},
        {key: value for key, value in secrets.items() if key not in theirs},
    )


def _set_up(row: Connection) -> tuple[object, ...]:
    return row.variables, row.secrets, row.authentication, row.connector_hash
