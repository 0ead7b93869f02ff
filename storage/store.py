"""The one door to what is kept: projects, connectors, what is set up with them, and the log."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from . import queries
from .database import Database, open_database
from .log import OperationLog
from .named_store import NamedStore
from .records import Authentication, Connection, ConnectorRevision, Project
from .remembered import Remembered


class Projects:
    """The projects of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def default(self) -> Project:
        """Give the project that every database has."""
        return self.get("default")

    def get(self, name: str) -> Project:
        """Give a project by name.

        Raises:
            NotFoundError: there is none.
        """
        return queries.used.get_project(self._database.rows, name)

    def create(self, name: str, production: bool = False) -> Project:
        """Make a project.

        Raises:
            NameTakenError: there is one of this name.
        """
        with self._database.writing() as session:
            return queries.projects.add_project(session, name, production=production)

    def list(self) -> tuple[Project, ...]:
        """Give all projects by name."""
        with self._database.reading() as session:
            return queries.projects.list_projects(session)


class Connectors:
    """The kept revisions of connectors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, revision: ConnectorRevision) -> None:
        """Keep a revision; what is kept already stays as it is."""
        with self._database.writing() as session:
            queries.connectors.keep_revision(session, revision)

    def get(self, content_hash: str) -> ConnectorRevision:
        """Give a revision by hash.

        Raises:
            NotFoundError: it is not kept.
        """
        return queries.used.get_revision(self._database.rows, content_hash)

    def of(self, handle: str) -> tuple[ConnectorRevision, ...]:
        """Give the kept revisions of one connector, the newest first."""
        with self._database.reading() as session:
            return queries.connectors.revisions_of(session, handle)

    def list(self) -> tuple[ConnectorRevision, ...]:
        """Give all kept revisions by handle, the newest of each first."""
        with self._database.reading() as session:
            return queries.connectors.list_revisions(session)


class Authentications:
    """The authentications of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: Remembered[Authentication] = Remembered(database)

    def add(self, authentication: Authentication) -> None:
        """Keep a new authentication.

        Raises:
            NameTakenError: the project has one of this name.
        """
        with self._database.writing() as session:
            queries.authentications.add_authentication(session, authentication)

    def save(self, authentication: Authentication) -> None:
        """Replace an authentication.

        Raises:
            NotFoundError: it is not kept.
            NameTakenError: the project has another one of this name.
        """
        with self._database.writing() as session:
            queries.authentications.save_authentication(session, authentication)

    def note(self, authentication_id: str, **changes: Any) -> None:
        """Change some fields of an authentication, whatever the others are by now.

        Raises:
            NotFoundError: it is not kept.
        """
        with self._database.writing() as session:
            queries.authentications.note_on_authentication(session, authentication_id, changes)

    def get(self, project_id: str, name: str) -> Authentication:
        """Give an authentication by name.

        Raises:
            NotFoundError: there is none.
        """
        return self._remembered.get(
            (project_id, name),
            lambda: queries.used.get_authentication(self._database.rows, project_id, name),
        )

    def list(self, project_id: str, connector: str | None = None) -> tuple[Authentication, ...]:
        """Give the authentications of a project by name, of one connector or of all."""
        with self._database.reading() as session:
            return queries.authentications.list_authentications(session, project_id, connector)

    def delete(self, authentication_id: str) -> None:
        """Remove an authentication.

        Raises:
            NotFoundError: it is not kept.
            ConflictError: a connection uses it.
        """
        with self._database.writing() as session:
            queries.authentications.delete_authentication(session, authentication_id)

    def used_by(self, key: str) -> tuple[str, ...]:
        """Give the names of the connections that use an authentication, named by its id or its name."""
        with self._database.reading() as session:
            return queries.authentications.authentication_users(session, key)


class Leases:
    """What one process at a time may do; its holder has it until it gives it back or dies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str, taken_us: int, is_alive: Callable[[str], bool]) -> str | None:
        """Take a lease and give nothing; give the name of the process that has it when it is not free."""
        with self._database.writing() as session:
            other = queries.leases.take_lease(session, name, holder, taken_us, is_alive)
            return other.holder if other is not None else None

    def holder(self, name: str) -> str | None:
        """Give who has a lease, dead or alive."""
        with self._database.reading() as session:
            return queries.leases.lease_holder(session, name)

    def release(self, name: str, holder: str) -> None:
        """Give a lease back."""
        with self._database.writing() as session:
            queries.leases.release_lease(session, name, holder)


class Connections:
    """The connections of all projects."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: Remembered[Connection] = Remembered(database)

    def add(self, connection: Connection) -> None:
        """Keep a new connection.

        Raises:
            NameTakenError: the project has one of this name that is not deleted.
        """
        with self._database.writing() as session:
            queries.connections.add_connection(session, connection)

    def save(self, connection: Connection, expected_revision: int) -> Connection:
        """Replace a connection and give it with the revision ``expected_revision + 1``.

        Raises:
            NotFoundError: it is not kept.
            ConflictError: somebody changed it since ``expected_revision``.
            NameTakenError: the project has another one of this name that is not deleted.
        """
        with self._database.writing() as session:
            return queries.connections.save_connection(session, connection, expected_revision)

    def get(self, project_id: str, name: str) -> Connection:
        """Give a connection that is not deleted by name.

        Raises:
            NotFoundError: there is none.
        """
        return self._remembered.get(
            (project_id, name), lambda: queries.used.get_connection(self._database.rows, project_id, name)
        )

    def get_by_id(self, connection_id: str) -> Connection:
        """Give a connection by id, deleted or not.

        Raises:
            NotFoundError: there is none.
        """
        return queries.used.get_connection_by_id(self._database.rows, connection_id)

    def list(self, project_id: str, include_deleted: bool = False) -> tuple[Connection, ...]:
        """Give the connections of a project by name."""
        with self._database.reading() as session:
            return queries.connections.list_connections(session, project_id, include_deleted=include_deleted)


class Store:
    """What is kept in one database; usable from any thread, closed at the end."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.projects = Projects(database)
        self.connectors = Connectors(database)
        self.authentications = Authentications(database)
        self.connections = Connections(database)
        self.leases = Leases(database)
        self.apps = NamedStore(database, lambda: queries.named.APPS)
        self.certificates = NamedStore(database, lambda: queries.named.CERTIFICATES)
        self.log = OperationLog(database)

    def close(self) -> None:
        """Write what the log still holds and close the file.

        Raises:
            StorageError: something of the log could not be written.
        """
        try:
            self.log.close()
        finally:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_store(path: Path) -> Store:
    """Open the database in ``path``, making or migrating it where needed.

    Raises:
        NewerDatabaseError: a newer version of the product wrote it.
        StorageError: it cannot be used, or is not ours.
    """
    return Store(open_database(path))
