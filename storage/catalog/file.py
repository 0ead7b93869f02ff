"""Open the file of the index; one of another format, or a damaged one, is made again.

Whoever makes or replaces the file holds the lock beside it, and nobody makes it by opening it.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from ..errors import StorageError
from ..failures import describe
from .schema import APPLICATION, FORMAT, TABLES

BUSY_S = 10.0
_WAIT_S = 0.1
_SAID = ("no such table", "Could not decode to UTF-8")
_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_SCHEMA"})


def open_file(path: Path) -> sqlite3.Connection:
    """Open the index in ``path`` to write, making it where it is missing, of another format or damaged.

    Raises:
        StorageError: the folder cannot be written, or the disk is full.
    """
    try:
        connection = _open_good(path)
        if connection is None:
            connection = make_again(path)
    except OSError as error:
        raise StorageError(
            f"the catalog's index {path} cannot be used: {error.strerror}",
            "make the file and its folder yours and writable, or choose another folder with --home",
        ) from error
    except sqlite3.Error as error:
        raise describe(error, path) from error
    return connection


def make_again(path: Path, damaged: int | None = None) -> sqlite3.Connection:
    """Replace a file that cannot be used by a new one, unless another process just did.

    ``damaged`` is the inode of a file that was found damaged later than when it was opened.
    """
    with locked(path):
        if damaged is None or inode_of(path) != damaged:
            found = _open_good(path)
            if found is not None:
                return found
        _remove(path)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        connection = _connect(path)
        try:
            connection.executescript(TABLES)
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


@contextmanager
def alone(path: Path, stop: Callable[[], bool]) -> Iterator[None]:
    """Be the only process that reads many files into the index; waits for another until ``stop`` says so."""
    descriptor = os.open(f"{path}.reading", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not stop() and not _has_locked(descriptor):
            time.sleep(_WAIT_S)
        yield
    finally:
        os.close(descriptor)


def _has_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class DamagedError(sqlite3.DatabaseError):
    """A row holds what nobody wrote; as bad as a page that SQLite cannot read."""

    sqlite_errorname = "SQLITE_CORRUPT"


def take_away(path: Path, inode: int | None) -> None:
    """Remove a file that was found damaged, unless another stands in its place; who writes next makes it."""
    with locked(path):
        if inode_of(path) == inode:
            _remove(path)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def inode_of(path: Path) -> int | None:
    """Give the number by which a file that was replaced is told from the one before."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None


def is_damaged(error: BaseException | None) -> bool:
    """Tell whether an error means that the file has to be made again."""
    if not isinstance(error, sqlite3.Error):
        return isinstance(error, UnicodeDecodeError)
    name = getattr(error, "sqlite_errorname", None) or ""
    return any(name.startswith(one) for one in _DAMAGED) or any(word in str(error) for word in _SAID)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock beside the index; another process that wants it waits."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_ours(connection: sqlite3.Connection) -> bool:
    """Tell whether an open file is an index of this format."""
    found = tuple(
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    return found == (APPLICATION, FORMAT)


def _open_good(path: Path) -> sqlite3.Connection | None:
    """Give the open file when it can be used; a whole look at it would cost more than making it again."""
    if not path.exists():
        return None
    connection = _connect(path)
    try:
        if is_ours(connection):
            connection.execute("SELECT id FROM connector LIMIT 1").fetchone()
            connection.execute("PRAGMA synchronous = NORMAL")
            return connection
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if not is_damaged(error):
            connection.close()
            raise
    connection.close()
    return None


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
