"""Resolve what is meant: the connection, its pinned revision, the operation, and whether it may run."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from connectors import AuthMethod, Connector, Operation
from connectors.templates import fill
from storage.records import Authentication, Certificate, Connection, ProviderApp

from .catalog import Catalog
from .errors import ConfigError, NotKnownError, PolicyError
from .provider_apps import plain_values
from .workspace import Workspace


@dataclass(frozen=True, slots=True)
class Target:
    """A connection with everything it stands on; without ``is_kept`` it stands in for one."""

    connection: Connection
    definition: Connector
    authentication: Authentication | None
    method: AuthMethod | None
    is_kept: bool = True
    app: ProviderApp | None = None
    certificate: Certificate | None = None

    @property
    def kept_connection(self) -> Connection | None:
        """The connection, where there is one."""
        return self.connection if self.is_kept else None


def resolve_connection(workspace: Workspace, catalog: Catalog, name: str) -> Target:
    """Give a connection with its pinned definition, authentication and method.

    Raises:
        NotKnownError: there is no such connection.
        ConfigError: its authentication was made with a method that this revision does not have.
    """
    connection = workspace.connection(name)
    definition = catalog.pinned(connection.connector_hash)
    certificate = workspace.certificates.of(connection)
    if connection.authentication is None:
        open_method = next((item for item in definition.auth.values() if item.kind == "none"), None)
        return Target(connection, definition, None, open_method, certificate=certificate)
    authentication = workspace.authentications.get(connection.authentication)
    if authentication.connector != connection.connector:
        raise ConfigError(
            f"{authentication.name} is an authentication for {authentication.connector}, "
            f"not for {connection.connector}",
            f"give it another one: `connect-tui connection edit {connection.name} --auth NAME`",
        )
    method = definition.auth.get(authentication.method)
    if method is None:
        raise ConfigError(
            f"{authentication.name} was made with the method {authentication.method!r}, "
            f"which {definition.handle}@{definition.revision} does not have",
            f"make a new authentication with {' or '.join(definition.auth)}",
        )
    app = workspace.apps.of(authentication)
    return Target(connection, definition, authentication, method, app=app, certificate=certificate)


def resolve_authentication(
    workspace: Workspace, catalog: Catalog, name: str, connection: str | None = None
) -> Target:
    """Give an authentication with a connection that uses it: the named one, else any, else a stand-in.

    A stand-in has the defaults of the connector's inputs for its variables. Of several connections it is one
    that leads to where the credentials were used before.

    Raises:
        NotKnownError: there is no such authentication or connection.
        ConfigError: the connection uses another one, or the method is gone; or nobody says which of several
            providers is meant.
    """
    row = workspace.authentications.get(name)
    users = (connection,) if connection is not None else workspace.authentications.used_by(name)
    targets = [resolve_connection(workspace, catalog, user) for user in users]
    targets = [one for one in targets if one.authentication is not None and one.authentication.id == row.id]
    if targets:
        return targets[0] if len(targets) == 1 else _one_of(row, targets)
    if connection is not None:
        raise ConfigError(f"{connection} does not use {row.name}", "name a connection that does")
    definition = catalog.get(row.connector).definition
    method = definition.auth.get(row.method)
    if method is None:
        raise ConfigError(
            f"{row.name} was made with the method {row.method!r}, "
            f"which {definition.handle}@{definition.revision} does not have",
            f"make a new authentication with {' or '.join(definition.auth)}",
        )
    defaults = {one.key: one.default for one in definition.inputs if one.default is not None}
    stand_in = Connection(
        id=row.id,
        project_id=row.project_id,
        name=row.name,
        connector=definition.handle,
        connector_revision=definition.revision,
        connector_hash="",
        authentication=row.name,
        state="draft",
        variables=defaults,
        created_us=row.created_us,
        updated_us=row.updated_us,
    )
    return Target(stand_in, definition, row, method, is_kept=False, app=workspace.apps.of(row))


def _one_of(row: Authentication, targets: Sequence[Target]) -> Target:
    """Choose a connection whose provider is the one that gets the credentials anyway."""
    from .token_origins import chosen_origins, fits

    places = [chosen_origins(one, partial(fill, scope=_plain_scope(one))) for one in targets]
    if row.origins is None and len(set(places)) > 1:
        raise ConfigError(
            f"{row.name} is used by {' and '.join(one.connection.name for one in targets)}, whose providers "
            "are at different places",
            "say which one is meant with --connection; or give each an authentication of its own",
        )
    return next((one for one, place in zip(targets, places, strict=True) if fits(row, place)), targets[0])


def _plain_scope(target: Target) -> dict[str, Any]:
    """Give what the addresses of a provider are made of, without opening the vault."""
    connection, row = target.connection, target.authentication
    return {
        "var": dict(connection.variables),
        "auth": {**plain_values(target.app), **(row.values if row is not None else {})},
        "connection": {"name": connection.name, "id": connection.id, "time_zone": connection.time_zone},
    }


def resolve_operation(target: Target, name: str) -> Operation:
    """Give an operation of the connector.

    Raises:
        NotKnownError: names the nearest ones.
    """
    operations = target.definition.operations
    if name in operations:
        return operations[name]
    near = difflib.get_close_matches(name, operations, n=3, cutoff=0.4)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(sorted(operations)) or 'none'}"
    )
    raise NotKnownError(f"{target.definition.handle} has no operation {name!r}", hint)


def check_may_run(target: Target, workspace: Workspace, *, read_only: bool, armed: bool) -> None:
    """Refuse traffic of a suspended or unfinished connection, and unarmed writes in a production project.

    Raises:
        PolicyError: says which guard it was.
    """
    connection = target.connection
    if connection.state == "inactive":
        raise PolicyError(
            f"{connection.name} is suspended",
            f"`connect-tui connection resume {connection.name}` lets it work",
        )
    if connection.state == "draft":
        raise PolicyError(
            f"{connection.name} is a draft", "finish setting it up: open it in the app, or test it"
        )
    if workspace.project.production and not read_only and not armed:
        raise PolicyError(
            f"{workspace.project.name} is a production project, and this changes something",
            "arm it with `A` in the app, or give --armed",
        )
