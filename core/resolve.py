"""Resolve what is meant: the connection, its pinned revision, the operation, and whether it may run."""

import difflib
from dataclasses import dataclass

from connectors import AuthMethod, Connector, Operation
from storage.records import Authentication, Connection

from .catalog import Catalog
from .errors import ConfigError, NotKnownError, PolicyError
from .workspace import Workspace


@dataclass(frozen=True, slots=True)
class Target:
    """A connection with everything it stands on; without ``is_kept`` it stands in for one."""

    connection: Connection
    definition: Connector
    authentication: Authentication | None
    method: AuthMethod | None
    is_kept: bool = True

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
    if connection.authentication is None:
        open_method = next((item for item in definition.auth.values() if item.kind == "none"), None)
        return Target(connection, definition, None, open_method)
    authentication = workspace.authentication(connection.authentication)
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
    return Target(connection, definition, authentication, method)


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
