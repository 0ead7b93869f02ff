"""Authentications: stored credentials, without the secrets themselves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from ..errors import ConflictError, NotFoundError
from ..records import Authentication
from ..tables import AuthenticationTable, ConnectionTable
from .rows import key_of, record_of, unique_name, values_of


def add_authentication(session: Session, authentication: Authentication) -> None:
    """Keep a new authentication."""
    with unique_name(session, "an authentication", authentication.name):
        session.add(_row(authentication))


def save_authentication(session: Session, authentication: Authentication) -> None:
    """Replace an authentication that is kept."""
    _get_row(session, authentication.id)
    with unique_name(session, "an authentication", authentication.name):
        session.merge(_row(authentication))


def list_authentications(
    session: Session, project_id: str, connector: str | None
) -> tuple[Authentication, ...]:
    """Give the authentications of a project by name, of one connector or of all."""
    query = select(AuthenticationTable).where(AuthenticationTable.project_id == project_id)
    if connector is not None:
        query = query.where(AuthenticationTable.connector == connector)
    rows = session.exec(query.order_by(col(AuthenticationTable.name_key)))
    return tuple(_record(row) for row in rows)


def note_on_authentication(session: Session, authentication_id: str, changes: Mapping[str, Any]) -> None:
    """Change some columns of an authentication, and leave the rest as whoever else writes has it."""
    row = _get_row(session, authentication_id)
    for name, value in changes.items():
        setattr(row, name, value)
    session.add(row)


def delete_authentication(session: Session, authentication_id: str) -> None:
    """Remove an authentication that no connection uses."""
    row = _get_row(session, authentication_id)
    users = authentication_users(session, authentication_id)
    if users:
        raise ConflictError(
            f"the authentication {row.name} is used by {', '.join(users)}",
            "give those connections another one, or delete them first",
        )
    session.delete(row)


def authentication_users(session: Session, key: str) -> tuple[str, ...]:
    """Give the names of the connections that use an authentication, named by its id or its name."""
    found = session.exec(
        select(AuthenticationTable).where(
            (col(AuthenticationTable.id) == key) | (col(AuthenticationTable.name_key) == key_of(key))
        )
    )
    names: set[str] = set()
    for row in found:
        query = select(ConnectionTable.name).where(
            ConnectionTable.project_id == row.project_id,
            col(ConnectionTable.authentication).in_((row.id, row.name)),
            col(ConnectionTable.deleted_us).is_(None),
        )
        names.update(session.exec(query))
    return tuple(sorted(names))


def _row(authentication: Authentication) -> AuthenticationTable:
    return AuthenticationTable(**values_of(authentication), name_key=key_of(authentication.name))


def _record(row: AuthenticationTable) -> Authentication:
    record = record_of(Authentication, row)
    return replace(record, scopes=tuple(record.scopes)) if record.scopes is not None else record


def _get_row(session: Session, authentication_id: str) -> AuthenticationTable:
    row = session.get(AuthenticationTable, authentication_id)
    if row is None:
        raise NotFoundError(f"there is no authentication with the id {authentication_id}")
    return row
