"""Connections: configured instances of a connector revision."""

from dataclasses import replace
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from ..errors import ConflictError, NotFoundError
from ..records import Connection
from ..tables import ConnectionTable
from .rows import key_of, record_of, unique_name, values_of


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
