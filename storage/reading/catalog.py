"""The door to the index of the catalog for what only looks at it; nothing is ever written.

An index that turns out damaged is taken away: nobody would find that out who only writes what changed.
"""

import gc
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from ..catalog.documents import BrokenFile, CatalogDocument
from ..catalog.file import inode_of, is_damaged, is_ours, take_away
from ..catalog.rows import unpack_document
from ..errors import StorageError
from ..failures import describe
from .catalog_rows import CatalogRows, read_rows
from .catalog_search import Found, find_rows, prepare
from .source import Source
from .terms import Filter


class CatalogSource(Source):
    """Rows of the index; one that is missing, damaged or of another format has none."""

    inode: int | None = None

    def numbers(self, query: str, parameters: tuple[str, ...]) -> list[int]:
        """Give the first column, row by row: ten thousand rows at once would wake the collector."""
        try:
            connection = self._connect()
            return [] if connection is None else [one for (one,) in connection.execute(query, parameters)]
        except sqlite3.Error as error:
            raise describe(error, self.path) from error

    def _connect(self) -> sqlite3.Connection | None:
        if self._connection is not None and inode_of(self.path) != self.inode:
            self.close()
        if self._connection is None and self.path.exists():
            connection = sqlite3.connect(
                f"file:{quote(str(self.path))}?mode=ro", uri=True, timeout=5.0, isolation_level=None,
                check_same_thread=False,
            )  # fmt: skip
            try:
                if is_ours(connection):
                    self._connection, self.inode = connection, inode_of(self.path)
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if not is_damaged(error):
                    raise
            finally:
                if self._connection is None:
                    connection.close()
        return self._connection


@contextmanager
def _whole(source: CatalogSource) -> Iterator[None]:
    """Take the index away that turns out damaged inside; all that it holds is read again from the files."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, StorageError) as error:
        if not is_damaged(error.__cause__ if isinstance(error, StorageError) else error):
            raise
        damaged = source.inode
        source.close()
        take_away(source.path, damaged)
        raise StorageError(
            f"the catalog's index {source.path} was damaged, and was removed", "look again: it is made anew"
        ) from error


class CatalogReading:
    """A read-only view of the index, for one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._source = CatalogSource(path)

    def load(self, before: CatalogRows | None = None) -> CatalogRows:
        """Read everything that is listed; from any thread, for it opens the file for itself.

        With what was read ``before``, from this index, only what changed since is read again.
        """
        source = CatalogSource(self._path)
        collects = gc.isenabled()
        gc.disable()  # nothing made here is garbage, and a collection would hold the thread that draws
        try:
            with _whole(source):
                return prepare(read_rows(source, before))
        finally:
            source.close()
            if collects:
                gc.enable()

    def find(self, catalog: CatalogRows, filter_: Filter, sort: str = "", now_us: int | None = None) -> Found:
        """Give the connectors that pass a filter; see `catalog_search` for the order."""
        now = time.time_ns() // 1000 if now_us is None else now_us
        with _whole(self._source):
            return find_rows(catalog, filter_, self._full_text, sort, now)

    def document(self, number: int) -> CatalogDocument | BrokenFile | None:
        """Give all that is kept of a row, by its id; nothing when it is gone."""
        with _whole(self._source):
            row = self._source.row("SELECT codec, content FROM document WHERE id = ?", (number,))
            return None if row is None else unpack_document(*row)

    def changed(self) -> bool:
        """Say whether the index was written or replaced since this was last asked."""
        inode = self._source.inode
        changed = self._source.changed()
        return changed or inode != self._source.inode

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def _full_text(self, asked: str) -> list[int]:
        return self._source.numbers("SELECT rowid FROM words WHERE words MATCH ?", (asked,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_catalog_reading(path: Path) -> CatalogReading:
    """Give a reading of the index in ``path``, whether it is there already or not."""
    return CatalogReading(path)
