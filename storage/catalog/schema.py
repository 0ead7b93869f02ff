"""The tables of the index, and the words that the full text is made of.

One row of ``connector`` is one file, ``document`` holds all of it, packed. ``words`` keeps no text of its
own; a row is taken out by giving the very same texts again: `words_of` may only change with `FORMAT`.
"""

from typing import Final

from .documents import BrokenFile, CatalogDocument

APPLICATION: Final = 0x636F6E63
FORMAT: Final = 1

TABLES: Final = f"""
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
CREATE TABLE connector (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, file TEXT NOT NULL, stamp TEXT NOT NULL, digest TEXT NOT NULL,
  updated_us INTEGER NOT NULL, handle TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,
  type TEXT NOT NULL, status TEXT NOT NULL, summary TEXT NOT NULL, hash TEXT NOT NULL,
  operations INTEGER NOT NULL, entities INTEGER NOT NULL, events INTEGER NOT NULL,
  facets TEXT NOT NULL, shown INTEGER NOT NULL, UNIQUE (source, file));
CREATE INDEX connector_handle ON connector (handle);
CREATE TABLE document (id INTEGER PRIMARY KEY, codec INTEGER NOT NULL, content BLOB NOT NULL);
CREATE TABLE parent (handle TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (handle, id)) WITHOUT ROWID;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
  head, about, operations, content = '', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {FORMAT};
COMMIT;
"""


def words_of(document: CatalogDocument | BrokenFile) -> tuple[str, str, str]:
    """Give what is searched of a file: its names, what is said about it, its operations."""
    if isinstance(document, BrokenFile):
        return document.handle, " ".join(one.message for one in document.mistakes), ""
    head = (document.handle, document.name, *document.categories, *document.tags)
    lines = (
        f"{one.name} {one.title} {one.summary}" if one.title else f"{one.name} {one.summary}"
        for one in document.operations
    )
    return " ".join(head), f"{document.summary} {document.text}", "\n".join(lines)
