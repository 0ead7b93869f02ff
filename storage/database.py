"""Open the one SQLite file of a workspace and give sessions on it."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import StorageError
from .failures import translated
from .migrate import migrate
from .schema import HEAD, check_stamp, read_stamp

if TYPE_CHECKING:
    from sqlmodel import Session

    from .orm import Orm

BUSY_S = 10.0


class Database:
    """An open database: sessions to read and to write, with its errors put into words."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._orm: Orm | None = None
        self._opening = threading.Lock()
        # Threads of one process wait here, fairly, and not in SQLite's polling for the file lock.
        self._turn = threading.Lock()
        self._kept: sqlite3.Connection | None = None
        self._asking = threading.Lock()
        self._asked: sqlite3.Connection | None = None

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Give what a query finds, below the ORM."""
        with self._asking, translated(self.path):
            if self._asked is None:
                self._asked = _connect(self.path)
            return self._asked.execute(query, parameters).fetchall()

    def version(self) -> int:
        """Give a number that changes when anything but the operation log of this process was written."""
        with self._turn, translated(self.path):
            # SQLite counts what other connections commit; only the log is written over this one.
            version: int = self._log_connection().execute("PRAGMA data_version").fetchone()[0]
            return version

    @contextmanager
    def reading(self) -> "Iterator[Session]":
        """Give a session that only reads."""
        with translated(self.path), self.orm().reading() as session:
            yield session

    @contextmanager
    def writing(self) -> "Iterator[Session]":
        """Give a session whose changes are committed together at the end, or not at all."""
        with self._turn, translated(self.path), self.orm().writing() as session:
            yield session

    def orm(self) -> "Orm":
        """Give the ORM's side, which is opened when it is first used."""
        from .orm import Orm

        with self._opening:
            if self._orm is None:
                self._orm = Orm(self.path, BUSY_S, set_up)
            return self._orm

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Give the log's connection, committed at the end."""
        with self._turn, translated(self.path):
            connection = self._log_connection()
            with _transaction(connection):
                yield connection

    def write(self, statement: str, row: Sequence[Any], *, synced: bool = False) -> int:
        """Commit one statement over the log's connection and give the number of its last row."""
        with self._turn, translated(self.path):
            connection = self._log_connection()
            if not synced:
                # A statement outside a transaction is one by itself.
                return connection.execute(statement, row).lastrowid or 0
            with _synchronous(connection):
                return connection.execute(statement, row).lastrowid or 0

    def _log_connection(self) -> sqlite3.Connection:
        if self._kept is None:
            self._kept = _connect(self.path)
        return self._kept

    def close(self) -> None:
        """Close every connection."""
        with self._turn, self._asking, translated(self.path), ExitStack() as stack:
            if self._orm is not None:
                stack.callback(self._orm.close)
            kept, self._kept = self._kept, None
            if kept is not None:
                stack.callback(kept.close)
            asked, self._asked = self._asked, None
            if asked is not None:
                asked.close()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    set_up(connection)
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


@contextmanager
def _synchronous(connection: sqlite3.Connection) -> Iterator[None]:
    """Let commits inside survive a power cut, and not only a killed process."""
    connection.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        connection.execute("PRAGMA synchronous=NORMAL")


def open_database(path: Path) -> Database:
    """Open the database in ``path``; a new one is made, an older one is migrated after a copy was made.

    Raises:
        NewerDatabaseError: a newer version of the product wrote it.
        StorageError: it cannot be used, or is not ours; it was not touched.
    """
    make_file(path)
    if stored_stamp(path) != HEAD:
        migrate(path)
    return Database(path)


SMALLEST = 512  # bytes of one page, of the smallest kind


def make_file(path: Path) -> None:
    """Make an empty file in its folder if there is none, both for their owner alone.

    A file that is there is never opened by hand: closing it would drop every lock that SQLite holds on it in
    this process (POSIX), and another process would take the log of the database away.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        found = path.stat()
        if found.st_mode & 0o077:
            path.chmod(0o600)
    except OSError as error:
        raise StorageError(
            f"the database {path} cannot be opened: {error.strerror}",
            "make the file and its folder yours and writable, or choose another folder with --home",
        ) from error
    if 0 < found.st_size < SMALLEST:
        # SQLite takes so short a file for a new one and writes over it.
        raise StorageError(
            f"{path} is not a SQLite database", "move it away and start with a new one; it was not touched"
        )


def stored_stamp(path: Path) -> str | None:
    """Give the schema revision of the file, ``None`` for an empty one; refuses newer ones."""
    from contextlib import closing

    with translated(path), closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
        stamp = read_stamp(connection, path)
    check_stamp(stamp, path)
    return stamp


def set_up(connection: sqlite3.Connection) -> None:
    """Give a connection our settings."""
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")
