"""The door to what has a name in its project and secrets beside it: provider apps, certificates."""

from typing import Generic

from .database import Database
from .queries import named
from .queries.named import Record, Sort
from .remembered import Remembered


class NamedStore(Generic[Record]):
    """The provider apps, or the certificates, of all projects."""

    def __init__(self, database: Database, sort: Sort[Record]) -> None:
        self._database = database
        self._sort: Sort[Record] = sort
        self._remembered: Remembered[Record] = Remembered(database)

    def add(self, record: Record) -> None:
        """Keep a new one.

        Raises:
            NameTakenError: the project has one of this name.
        """
        with self._database.writing() as session:
            named.add(session, self._sort, record)

    def save(self, record: Record) -> None:
        """Replace one.

        Raises:
            NotFoundError: it is not kept.
            NameTakenError: the project has another one of this name.
        """
        with self._database.writing() as session:
            named.save(session, self._sort, record)

    def get(self, project_id: str, name: str) -> Record:
        """Give one by name.

        Raises:
            NotFoundError: there is none.
        """
        return named.get(self._database.rows, self._sort, project_id, name)

    def get_by_id(self, record_id: str) -> Record:
        """Give one by id.

        Raises:
            NotFoundError: there is none.
        """
        return self._remembered.get(
            (record_id,), lambda: named.get_by_id(self._database.rows, self._sort, record_id)
        )

    def list(self, project_id: str) -> tuple[Record, ...]:
        """Give those of a project by name."""
        return named.list_all(self._database.rows, self._sort, project_id)

    def delete(self, record: Record) -> None:
        """Remove one.

        Raises:
            NotFoundError: it is not kept.
            ConflictError: something uses it.
        """
        with self._database.writing() as session:
            named.delete(session, self._sort, record)

    def used_by(self, record: Record) -> tuple[str, ...]:
        """Give the names of what uses it: authentications an app, connections a certificate."""
        with self._database.reading() as session:
            return tuple(self._sort.users(session, record))
