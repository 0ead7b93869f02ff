"""Say which schema a file has and which one this version needs, without loading what migrates."""

import sqlite3
from pathlib import Path

from .errors import NewerDatabaseError, StorageError

HEAD = "0004"

SLOT_US = 7_200_000_000
"""The width of one tally slot: two hours."""

ERROR_STATES = "state IN ('failed', 'partial', 'interrupted')"
UNSUCCESSFUL = "state <> 'success'"
UNFINISHED_STATES = "state IN ('queued', 'running')"
SLOW = "took_us > 1000000"
REFUSED = "status >= 400"
"""Shared conditions; those of partial indexes are used only where a query says the very same words."""


def read_stamp(connection: sqlite3.Connection, path: Path) -> str | None:
    """Give the revision of the file's schema, ``None`` for an empty file.

    Raises:
        StorageError: the file is a database of something else.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    row = None
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None or not str(row[0]).isdigit():
        raise StorageError(
            f"{path} is a SQLite database of another program",
            "move it away, or choose another folder with --home; it was not touched",
        )
    return str(row[0])


def check_stamp(stamp: str | None, path: Path) -> None:
    """Refuse a file that a newer version wrote."""
    if stamp is not None and stamp > HEAD:
        raise NewerDatabaseError(
            f"{path} has schema {stamp}, written by a newer version; this version knows schemas up to {HEAD}",
            "update connect-tui, or choose another folder with --home; the file was not touched",
        )
