"""A read-only connection to the database that may not be there yet."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..errors import StorageError
from ..failures import describe
from ..schema import HEAD, check_stamp, read_stamp
from .filter_sql import add_functions

# The system keeps the pages of the file in its own memory anyway.
_CACHE_KIB = 64

Rows = list[tuple[Any, ...]]


class Source:
    """Rows of a file; one that is missing, empty or not migrated yet has none, and is looked for again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._version: int | None = None

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> Rows:
        """Give what a query finds.

        Raises:
            StorageError: the file cannot be read, or `cancel` ended the query.
        """
        try:
            connection = self._connect()
            return [] if connection is None else connection.execute(query, parameters).fetchall()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise StorageError("the search was cancelled") from error
            raise describe(error, self.path) from error

    def row(self, query: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Give the first row of a query, or nothing."""
        return next(iter(self.rows(query, parameters)), None)

    def changed(self) -> bool:
        """Say whether somebody committed something since this was last asked; true when it is first asked."""
        row = self.row("PRAGMA data_version")
        version = None if row is None else int(row[0])
        before, self._version = self._version, version
        return version is not None and version != before

    def cancel(self) -> None:
        """End the query that runs now; may be called from another thread."""
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> sqlite3.Connection | None:
        if self._connection is None and self.path.exists():
            connection = sqlite3.connect(
                f"file:{quote(str(self.path))}?mode=ro", uri=True, timeout=5.0, isolation_level=None
            )
            try:
                stamp = read_stamp(connection, self.path)
                check_stamp(stamp, self.path)
                if stamp == HEAD:
                    add_functions(connection)
                    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
                    self._connection = connection
            finally:
                if self._connection is None:
                    connection.close()
        return self._connection
