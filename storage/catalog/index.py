"""Write the index of the catalog, and look up the files that a name stands for."""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from ..failures import describe
from .documents import BrokenFile, CatalogDocument, FileState
from .file import alone, inode_of, is_damaged, make_again, open_file
from .rows import drop_row, put_row, settle, unpack_document

T = TypeVar("T")
_PLACE = "SELECT source, file, handle, revision, status = 'broken', hash FROM connector"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connector is: ``source`` is library or user, ``file`` the name there."""

    source: str
    file: str
    handle: str
    revision: int
    broken: bool
    hash: str


class CatalogIndex:
    """The open index; usable from any thread. A file that turns out damaged is made again, empty."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None

    def states(self, names: Iterable[str] | None = None) -> dict[tuple[str, str], FileState]:
        """Give what is known of each file, by source and name; or of those of the user that are named."""
        query = "SELECT source, file, stamp, digest, updated_us FROM connector"
        if names is None:
            rows = self._rows(query)
        else:
            only = f"{query} WHERE source = 'user' AND file = ?"
            rows = [row for name in names for row in self._rows(only, (name,))]
        return {(row[0], row[1]): FileState(*row) for row in rows}

    def version(self) -> tuple[int, int]:
        """Give numbers that change when another process writes, or replaces, the file."""
        rows = self._rows("PRAGMA data_version")
        return self._inode or 0, rows[0][0]

    def put(self, found: Sequence[tuple[FileState, CatalogDocument | BrokenFile]]) -> frozenset[str]:
        """Keep what files say instead of what they said before; gives the handles that this is about."""

        def write(connection: sqlite3.Connection) -> frozenset[str]:
            handles = [put_row(connection, state, document) for state, document in found]
            return _settled(connection, handles)

        return self._write(write)

    def alone(self, stop: Callable[[], bool]) -> AbstractContextManager[None]:
        """Be the only process that reads many files; waits for another until ``stop`` says so."""
        return alone(self.path, stop)

    def tidy(self) -> None:
        """Join what many changes left of the full text, so that searches stay quick."""
        self._write(lambda one: one.execute("INSERT INTO words (words) VALUES ('optimize')"))

    def restamp(self, states: Iterable[FileState]) -> None:
        """Note that files whose content did not change have other stamps."""
        rows = [(one.stamp, one.updated_us, one.source, one.file) for one in states]
        query = "UPDATE connector SET stamp = ?, updated_us = ? WHERE source = ? AND file = ?"
        self._write(lambda connection: connection.executemany(query, rows))

    def remove(self, files: Sequence[tuple[str, str]]) -> frozenset[str]:
        """Forget files that are no longer there; gives the handles that they had."""

        def write(connection: sqlite3.Connection) -> frozenset[str]:
            handles = [drop_row(connection, source, file) for source, file in files]
            return _settled(connection, handles)

        return self._write(write)

    def forget_digests(self) -> None:
        """Have every file read again, because it may be read differently now; what is known stays listed."""
        self._write(lambda connection: connection.execute("UPDATE connector SET stamp = '', digest = ''"))

    def children_of(self, handles: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Give the files that extend one of these connectors."""
        query = "SELECT source, file FROM parent JOIN connector USING (id) WHERE parent.handle = ?"
        return tuple(
            dict.fromkeys((row[0], row[1]) for handle in handles for row in self._rows(query, (handle,)))
        )

    def places(self, handle: str) -> tuple[Place, ...]:
        """Give the files of a handle, the one that counts last: the user's newest revision."""
        rows = self._rows(
            f"{_PLACE} WHERE connector.handle = ? ORDER BY source = 'user', revision, file", (handle,)
        )
        return tuple(_place(row) for row in rows)

    def broken(self) -> tuple[tuple[Place, BrokenFile], ...]:
        """Give the files that cannot be used."""
        query = (
            "SELECT source, file, connector.handle, revision, 1, hash, codec, content"
            " FROM connector JOIN document USING (id)"
            " WHERE status = 'broken' ORDER BY source, file"
        )
        found = ((_place(row), unpack_document(*row[6:])) for row in self._rows(query))
        return tuple((place, one) for place, one in found if isinstance(one, BrokenFile))

    def handles(self) -> tuple[str, ...]:
        """Give the handles that can be used."""
        query = "SELECT DISTINCT handle FROM connector WHERE status <> 'broken' ORDER BY handle"
        return tuple(row[0] for row in self._rows(query))

    def note(self, key: str) -> str:
        """Give what was noted under a key, empty for nothing."""
        rows = self._rows("SELECT value FROM note WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else ""

    def keep_note(self, key: str, value: str) -> None:
        """Note something about the whole index."""
        self._write(lambda one: one.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (key, value)))

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, query: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return self._use(lambda connection: connection.execute(query, parameters).fetchall())

    def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def run(connection: sqlite3.Connection) -> T:
            with _transaction(connection):
                return work(connection)

        return self._use(run)

    def _use(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Work with the open file; one that is damaged is made again, and worked with once more."""
        with self._turn:
            try:
                return work(self._open())
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if not is_damaged(error):
                    raise describe(error, self.path) from error
            self.close()
            try:
                self._connection = make_again(self.path, self._inode)
                self._inode = inode_of(self.path)
                return work(self._connection)
            except sqlite3.Error as error:
                raise describe(error, self.path) from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is not None and inode_of(self.path) != self._inode:
            self.close()
        if self._connection is None:
            self._connection = open_file(self.path)
            self._inode = inode_of(self.path)
        return self._connection


def open_catalog_index(path: Path) -> CatalogIndex:
    """Give the index in ``path``; the file is opened, or made, when it is first used."""
    return CatalogIndex(path)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _settled(connection: sqlite3.Connection, handles: Iterable[set[str]]) -> frozenset[str]:
    touched = frozenset[str]().union(*handles)
    settle(connection, touched)
    return touched


def _place(row: tuple[Any, ...]) -> Place:
    source, file, handle, revision, broken, content_hash = row[:6]
    return Place(source, file, handle, revision, bool(broken), content_hash)
