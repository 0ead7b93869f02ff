"""Put SQLite's failures into words: what happened to which file, and what to do."""

import sqlite3
from pathlib import Path
from types import TracebackType

from .errors import BusyError, ConflictError, StorageError

_DAMAGED = "restore a backup of it, or move it away and start with a new one; it was not touched"
_SENTENCES: dict[str, tuple[type[StorageError], str, str]] = {
    "BUSY": (BusyError, "another process holds the database {path}", "wait a moment and try again"),
    "LOCKED": (BusyError, "another process holds the database {path}", "wait a moment and try again"),
    "FULL": (
        StorageError,
        "the disk is full: {path} cannot grow",
        "free some space on that disk, then try again",
    ),
    "READONLY": (
        StorageError,
        "the database {path} cannot be written",
        "make the file and its folder writable",
    ),
    "PERM": (
        StorageError,
        "the database {path} cannot be used",
        "make the file readable and writable for you",
    ),
    "CANTOPEN": (
        StorageError,
        "the database {path} cannot be opened",
        "check that its folder exists and is yours",
    ),
    "CORRUPT": (StorageError, "the database {path} is damaged", _DAMAGED),
    "NOTADB": (StorageError, "{path} is not a SQLite database", _DAMAGED),
    "IOERR": (StorageError, "the disk failed while {path} was used", "check the disk, then try again"),
    "CONSTRAINT": (ConflictError, "the database {path} refused it: {error}", ""),
}


def describe(error: BaseException, path: Path) -> StorageError:
    """Give the `StorageError` for an error of sqlite3, or of SQLAlchemy around one."""
    cause = getattr(error, "orig", None) or error
    name = getattr(cause, "sqlite_errorname", None) or ""
    primary = name.removeprefix("SQLITE_").split("_")[0]
    if primary in _SENTENCES:
        kind, sentence, remedy = _SENTENCES[primary]
        return kind(sentence.format(path=path, error=cause), remedy)
    return StorageError(f"the database {path} cannot be used: {cause}", "run `connect-tui doctor`")


class translated:  # noqa: N801 - used as the word it is
    """Turn what sqlite3 raises inside into `StorageError`; every operation enters it several times."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error):
            raise describe(error, self._path) from error
