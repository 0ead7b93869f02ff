"""The door to what has a name in its project and secrets beside it: provider apps, certificates."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from . import queries
from .database import Database
from .records import Certificate, ProviderApp
from .remembered import Remembered

if TYPE_CHECKING:
    from .queries.named import Sort

Record = TypeVar("Record", ProviderApp, Certificate)


class NamedStore(Generic[Record]):
    """The provider apps, or the certificates, of all projects; ``sort`` is asked for when one is used."""

    def __init__(self, database: Database, sort: "Callable[[], Sort[Record]]") -> None:
        self._database = database
        self._find_sort: Callable[[], Sort[Record]] = sort
        self._remembered: Remembered[Record] = Remembered(database)

    def add(self, record: Record) -> None:
        """Keep a new one.

        Raises:
            NameTakenError: the project has one of this name.
        """
        with self._database.writing() as session:
            queries.named.add(session, self._find_sort(), record)

    def save(self, record: Record) -> None:
        """Replace one.

        Raises:
            NotFoundError: it is not kept.
            NameTakenError: the project has another one of this name.
        """
        with self._database.writing() as session:
            queries.named.save(session, self._find_sort(), record)

    def get(self, project_id: str, name: str) -> Record:
        """Give one by name.

        Raises:
            NotFoundError: there is none.
        """
        return queries.named.get(self._database.rows, self._find_sort(), project_id, name)

    def get_by_id(self, record_id: str) -> Record:
        """Give one by id.

        Raises:
            NotFoundError: there is none.
        """
        return self._remembered.get(
            (record_id,), lambda: queries.named.get_by_id(self._database.rows, self._find_sort(), record_id)
        )

    def list(self, project_id: str) -> tuple[Record, ...]:
        """Give those of a project by name."""
        return queries.named.list_all(self._database.rows, self._find_sort(), project_id)

    def delete(self, record: Record) -> None:
        """Remove one.

        Raises:
            NotFoundError: it is not kept.
            ConflictError: something uses it.
        """
        with self._database.writing() as session:
            queries.named.delete(session, self._find_sort(), record)

    def used_by(self, record: Record) -> tuple[str, ...]:
        """Give the names of what uses it: authentications an app, connections a certificate."""
        with self._database.reading() as session:
            return tuple(self._find_sort().users(session, record))
