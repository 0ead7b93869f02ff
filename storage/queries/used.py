"""What every operation reads, below the ORM: it costs a hundredth there, and the ORM 400 ms to load."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ..errors import NotFoundError
from ..packing import unpack_bytes
from ..plain_rows import AUTHENTICATION, CONNECTION, authentication_of, columns, connection_of
from ..records import Authentication, Connection, ConnectorRevision, Project
from .rows import key_of

Rows = Callable[[str, Sequence[Any]], Sequence[Sequence[Any]]]

_CONNECTION: Final = f"SELECT {columns(CONNECTION, 'c')} FROM connection c"  # noqa: S608 - our own names
_AUTHENTICATION: Final = f"SELECT {columns(AUTHENTICATION, 'a')} FROM authentication a"  # noqa: S608 - as above
_REVISION: Final = """
SELECT hash, handle, revision, name, type, source, created_us, codec, content
FROM connector_revision WHERE hash = ?
"""
_PROJECT: Final = "SELECT id, name, production, created_us FROM project WHERE name_key = ?"


def get_project(rows: Rows, name: str) -> Project:
    """Give the project of this name."""
    for key, its_name, production, created_us in rows(_PROJECT, (key_of(name),)):
        return Project(key, its_name, bool(production), created_us)
    raise NotFoundError(f"there is no project called {name}")


def get_revision(rows: Rows, content_hash: str) -> ConnectorRevision:
    """Give the connector revision with this hash."""
    for key, handle, revision, name, kind, source, created_us, codec, content in rows(
        _REVISION, (content_hash,)
    ):
        compiled = unpack_bytes(codec, content)
        return ConnectorRevision(key, handle, revision, name, kind, source, compiled, created_us)
    raise NotFoundError(f"no connector with the hash {content_hash} is kept")


def get_connection(rows: Rows, project_id: str, name: str) -> Connection:
    """Give the connection of this name that is not deleted."""
    query = f"{_CONNECTION} WHERE c.project_id = ? AND c.name_key = ? AND c.deleted_us IS NULL"
    for row in rows(query, (project_id, key_of(name))):
        return connection_of(row)
    raise NotFoundError(f"there is no connection called {name}")


def get_connection_by_id(rows: Rows, connection_id: str) -> Connection:
    """Give a connection by id, deleted or not."""
    for row in rows(f"{_CONNECTION} WHERE c.id = ?", (connection_id,)):
        return connection_of(row)
    raise NotFoundError(f"there is no connection with the id {connection_id}")


def get_authentication(rows: Rows, project_id: str, name: str) -> Authentication:
    """Give the authentication of this name."""
    query = f"{_AUTHENTICATION} WHERE a.project_id = ? AND a.name_key = ?"
    for row in rows(query, (project_id, key_of(name))):
        return authentication_of(row)
    raise NotFoundError(f"there is no authentication called {name}")
