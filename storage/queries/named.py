"""What has a name in its project and secrets beside it: provider apps and certificates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlmodel import Session, SQLModel, col, select

from ..errors import ConflictError, NotFoundError
from ..plain_rows import CERTIFICATE, PROVIDER_APP, certificate_of, columns, provider_app_of
from ..records import Certificate, ProviderApp
from ..tables import AuthenticationTable, CertificateTable, ConnectionTable, ProviderAppTable
from .rows import key_of, unique_name, values_of
from .used import Rows

Record = TypeVar("Record", ProviderApp, Certificate)


@dataclass(frozen=True, slots=True)
class Sort(Generic[Record]):
    """One sort of named things: its words, its table, and how its users are found."""

    words: str
    table: type[SQLModel]
    columns: tuple[str, ...]
    record: Callable[[Sequence[Any]], Record]
    users: Callable[[Session, Record], Sequence[str]]


def add(session: Session, sort: Sort[Record], record: Record) -> None:
    """Keep a new one."""
    with unique_name(session, sort.words, record.name):
        session.add(_row(sort, record))


def save(session: Session, sort: Sort[Record], record: Record) -> None:
    """Replace one that is kept."""
    if session.get(sort.table, record.id) is None:
        raise _missing(sort, record.id)
    with unique_name(session, sort.words, record.name):
        session.merge(_row(sort, record))


def get(rows: Rows, sort: Sort[Record], project_id: str, name: str) -> Record:
    """Give the one of this name."""
    return _one(rows, sort, "project_id = ? AND name_key = ?", (project_id, key_of(name)), name)


def get_by_id(rows: Rows, sort: Sort[Record], record_id: str) -> Record:
    """Give the one with this id."""
    return _one(rows, sort, "id = ?", (record_id,), record_id)


def list_all(rows: Rows, sort: Sort[Record], project_id: str) -> tuple[Record, ...]:
    """Give those of a project by name."""
    query = f"{_select(sort)} WHERE t.project_id = ? ORDER BY t.name_key"
    return tuple(sort.record(row) for row in rows(query, (project_id,)))


def delete(session: Session, sort: Sort[Record], record: Record) -> None:
    """Remove one that nothing uses."""
    row = session.get(sort.table, record.id)
    if row is None:
        raise _missing(sort, record.id)
    if users := sort.users(session, record):
        raise ConflictError(
            f"{record.name} is used by {', '.join(users)}", "give those another one, or delete them first"
        )
    session.delete(row)


def _one(rows: Rows, sort: Sort[Record], condition: str, values: Sequence[Any], said: str) -> Record:
    for row in rows(f"{_select(sort)} WHERE {condition}", values):
        return sort.record(row)
    raise _missing(sort, said)


def _select(sort: Sort[Record]) -> str:
    names = columns(sort.columns, "t")
    return f"SELECT {names} FROM {sort.table.__tablename__} t"  # noqa: S608 - our own names


def _row(sort: Sort[Record], record: Record) -> SQLModel:
    return sort.table(**values_of(record), name_key=key_of(record.name))


def _missing(sort: Sort[Record], said: str) -> NotFoundError:
    return NotFoundError(f"there is no {sort.words.split(' ', 1)[1]} called {said}")


def app_users(session: Session, app: ProviderApp) -> tuple[str, ...]:
    """Give the names of the authentications that were made with a provider app."""
    found = session.exec(select(AuthenticationTable.name).where(AuthenticationTable.provider_app == app.id))
    return tuple(sorted(found))


def certificate_users(session: Session, certificate: Certificate) -> tuple[str, ...]:
    """Give the names of the connections that show a certificate."""
    found = session.exec(
        select(ConnectionTable.name).where(
            ConnectionTable.certificate == certificate.id, col(ConnectionTable.deleted_us).is_(None)
        )
    )
    return tuple(sorted(found))


APPS: Sort[ProviderApp] = Sort("a provider app", ProviderAppTable, PROVIDER_APP, provider_app_of, app_users)
CERTIFICATES: Sort[Certificate] = Sort(
    "a certificate", CertificateTable, CERTIFICATE, certificate_of, certificate_users
)
