"""Put one file into the tables of the index, and take it out again."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from ..errors import StorageError
from ..packing import pack_bytes, unpack_bytes
from .documents import BrokenFile, CatalogDocument, FileState
from .doubles import counts_before, double_of
from .file import DamagedError
from .schema import words_of

_ADD = """
INSERT INTO connector (id, source, file, stamp, digest, updated_us, handle, name, revision, type, status,
  summary, hash, operations, entities, events, facets, shown)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
"""
_NEW = "INSERT INTO words (rowid, head, about, operations) VALUES (?, ?, ?, ?)"
_GONE = "INSERT INTO words (words, rowid, head, about, operations) VALUES ('delete', ?, ?, ?, ?)"
_FIND = (
    "SELECT id, handle, codec, content FROM connector JOIN document USING (id) WHERE source = ? AND file = ?"
)
_USABLE = "SELECT file, revision FROM connector WHERE handle = ? AND source = 'user' AND status <> 'broken'"
_STATE = "SELECT source, file, stamp, digest, updated_us FROM connector WHERE source = 'user' AND file = ?"
_FIRST = """
SELECT id FROM connector WHERE handle = ? AND status <> 'broken'
ORDER BY source = 'user' DESC, revision DESC, file DESC LIMIT 1
"""


def put_row(
    connection: sqlite3.Connection, state: FileState, document: CatalogDocument | BrokenFile
) -> set[str]:
    """Keep what a file says under the id that it has; gives the handles that this is about."""
    number, touched = _take_out(connection, state.source, state.file)
    row = _row(document)
    connection.execute(
        _ADD, (number, state.source, state.file, state.stamp, state.digest, state.updated_us, *row)
    )
    (number,) = connection.execute(
        "SELECT id FROM connector WHERE source = ? AND file = ?", (state.source, state.file)
    ).fetchone()
    connection.execute("INSERT INTO document VALUES (?, ?, ?)", (number, *pack_document(document)))
    connection.execute(_NEW, (number, *words_of(document)))
    connection.executemany(
        "INSERT OR IGNORE INTO parent VALUES (?, ?)", [(handle, number) for handle in document.parents]
    )
    return touched | {document.handle}


def drop_row(connection: sqlite3.Connection, source: str, file: str) -> set[str]:
    """Forget a file; gives the handle that it had."""
    return _take_out(connection, source, file)[1]


def settle(connection: sqlite3.Connection, handles: Iterable[str]) -> None:
    """Say which file of each handle is listed; every broken one is, and every one that another stands for."""
    for handle in handles:
        give_way(connection, handle)
        first = connection.execute(_FIRST, (handle,)).fetchone()
        connection.execute(
            "UPDATE connector SET shown = (id = ? OR status = 'broken') WHERE handle = ?",
            (first[0] if first else -1, handle),
        )


def give_way(connection: sqlite3.Connection, handle: str) -> None:
    """Let one of the user's files count for each revision; the others say which one, and cannot be used."""
    counting: dict[int, str] = {}
    rows = connection.execute(_USABLE, (handle,)).fetchall()
    for file, revision in sorted(rows, key=lambda row: counts_before(handle, row[0]), reverse=True):
        if revision not in counting:
            counting[revision] = file
            continue
        state = FileState(*connection.execute(_STATE, (file,)).fetchone())
        put_row(connection, state, double_of(handle, revision, file, counting[revision]))


def pack_document(document: CatalogDocument | BrokenFile) -> tuple[int, bytes]:
    """Give the codec and the bytes of a document."""
    import msgspec

    return pack_bytes(msgspec.json.encode({"broken": isinstance(document, BrokenFile), "document": document}))


def unpack_document(codec: Any, content: Any) -> CatalogDocument | BrokenFile:
    """Give a document back.

    Raises:
        DamagedError: it is none.
    """
    import msgspec

    try:
        plain = msgspec.json.decode(unpack_bytes(codec, content))
        if plain["broken"]:
            return msgspec.convert(plain["document"], BrokenFile)
        return msgspec.convert(plain["document"], CatalogDocument)
    except (StorageError, ValueError, TypeError, KeyError) as error:
        raise DamagedError(f"a document cannot be read: {type(error).__name__}") from error


def _take_out(connection: sqlite3.Connection, source: str, file: str) -> tuple[int | None, set[str]]:
    found = connection.execute(_FIND, (source, file)).fetchone()
    if found is None:
        return None, set()
    number, handle, codec, content = found
    connection.execute(_GONE, (number, *words_of(unpack_document(codec, content))))
    for table in ("connector", "document", "parent"):
        connection.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608 - our own names
    return number, {handle}


def _row(document: CatalogDocument | BrokenFile) -> tuple[object, ...]:
    if isinstance(document, BrokenFile):
        first = document.mistakes[0].message if document.mistakes else ""
        return document.handle, document.handle, 0, "", "broken", first, "", 0, 0, 0, _facets(document)
    return (
        document.handle, document.name, document.revision, document.type, document.status, document.summary,
        document.hash, len(document.operations), document.entities, document.events, _facets(document),
    )  # fmt: skip


def _facets(document: CatalogDocument | BrokenFile) -> str:
    """Give what a connector can be narrowed by and is not a column, as JSON; equal ones have equal texts."""
    if isinstance(document, BrokenFile):
        return "{}"
    lists = {
        "category": document.categories, "tag": document.tags, "auth": document.auth, "can": document.can,
    }  # fmt: skip
    return json.dumps({key: values for key, values in lists.items() if values}, ensure_ascii=False)
