"""Connections: configured instances of a connector revision."""

from dataclasses import replace
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from ..errors import ConflictError, NotFoundError
from ..plain_rows import CONNECTION, columns, connection_of
from ..records import Connection
from ..tables import ConnectionTable
from .rows import Rows, key_of, record_of, unique_name, values_of

_SELECT = f"SELECT {columns(CONNECTION, 'c')} FROM connection c"  # noqa: S608 - our own names


def add_connection(session: Session, connection: Connection) -> None:
    """Keep a new connection."""
    with unique_name(session, "a connection", connection.name):
        session.add(ConnectionTable(**_values(connection)))


def save_connection(session: Session, connection: Connection, expected_revision: int) -> Connection:
    """Replace a connection if nobody changed it since ``expected_revision``; gives it with its new one."""
    saved = replace(connection, revision=expected_revision + 1)
    change = update(ConnectionTable).where(
        col(ConnectionTable.id) == connection.id, col(ConnectionTable.revision) == expected_revision
    )
    with unique_name(session, "a connection", connection.name):
        done = session.exec(change.values(**_values(saved)))
    if done.rowcount:
        return saved
    kept = session.get(ConnectionTable, connection.id)
    if kept is None:
        raise NotFoundError(f"there is no connection with the id {connection.id}")
    raise ConflictError(
        f"the connection {connection.name} was changed meanwhile"
        f" (revision {kept.revision} instead of {expected_revision})",
        "look at it again, then repeat the change",
    )


def get_connection(rows: Rows, project_id: str, name: str) -> Connection:
    """Give the connection of this name that is not deleted."""
    query = f"{_SELECT} WHERE c.project_id = ? AND c.name_key = ? AND c.deleted_us IS NULL"
    for row in rows(query, (project_id, key_of(name))):
        return connection_of(row)
    raise NotFoundError(f"there is no connection called {name}")


def get_connection_by_id(rows: Rows, connection_id: str) -> Connection:
    """Give a connection by id, deleted or not."""
    for row in rows(f"{_SELECT} WHERE c.id = ?", (connection_id,)):
        return connection_of(row)
    raise NotFoundError(f"there is no connection with the id {connection_id}")


def list_connections(session: Session, project_id: str, *, include_deleted: bool) -> tuple[Connection, ...]:
    """Give the connections of a project by name."""
    query = select(ConnectionTable).where(ConnectionTable.project_id == project_id)
    if not include_deleted:
        query = query.where(col(ConnectionTable.deleted_us).is_(None))
    rows = session.exec(query.order_by(col(ConnectionTable.name_key), col(ConnectionTable.id)))
    return tuple(_record(row) for row in rows)


def _values(connection: Connection) -> dict[str, Any]:
    return {**values_of(connection), "name_key": key_of(connection.name)}


def _record(row: ConnectionTable) -> Connection:
    record = record_of(Connection, row)
    return replace(record, last_test_stages=tuple(record.last_test_stages))
