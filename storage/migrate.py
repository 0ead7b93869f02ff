"""Bring a database to the newest schema: a copy first, then all steps in one transaction."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import StorageError
from .failures import describe, translated
from .schema import HEAD, check_stamp, read_stamp

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

WAIT_S = 60.0
SCRIPTS = Path(__file__).parent / "migrations"


def migrate(path: Path, scripts: Path = SCRIPTS, head: str = HEAD) -> None:
    """Migrate the file to ``head``; of several processes that try at once, one does it and the others wait.

    Raises:
        StorageError: a step failed; the file is as it was.
    """
    use_wal(path)
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with translated(path):
            _migrate_locked(path, scripts, head)
    except SQLAlchemyError as error:
        raise describe(error, path) from error


def use_wal(path: Path) -> None:
    """Switch the file to a write-ahead log; SQLite does not wait for others here, so we do."""
    give_up = time.monotonic() + WAIT_S
    while True:
        try:
            with closing(sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode=WAL").fetchone()
                return
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
            if not busy or time.monotonic() > give_up:
                raise describe(error, path) from error
            time.sleep(0.01)


def _migrate_locked(path: Path, scripts: Path, head: str) -> None:
    from sqlalchemy import URL, create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": WAIT_S, "isolation_level": None},
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        # The lock is taken before the stamp is read again: who waited here finds the work done.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - narrows the driver's type
        try:
            stamp = read_stamp(driver, path)
            check_stamp(stamp, path)
            if stamp != head:
                if stamp is not None:
                    back_up(path, head)
                _run_scripts(connection, scripts, head)
                _check_references(driver, path)
        except BaseException:
            driver.execute("ROLLBACK")
            raise
        driver.execute("COMMIT")


def back_up(path: Path, head: str) -> Path:
    """Copy the database beside itself as ``NAME.before-HEAD``, readable by its owner alone."""
    copy = path.with_name(f"{path.name}.before-{head}")
    partial = copy.with_name(f"{copy.name}.part")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with (
            closing(sqlite3.connect(path, timeout=WAIT_S)) as source,
            closing(sqlite3.connect(partial)) as target,
        ):
            source.backup(target)
        partial.replace(copy)
    except (OSError, sqlite3.Error) as error:
        partial.unlink(missing_ok=True)
        raise StorageError(
            f"{path} could not be copied before its migration: {error}",
            "make room for a second copy of the file; it was not touched",
        ) from error
    return copy


def build_config(scripts: Path) -> "Config":
    """Give Alembic's settings for a folder of migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _run_scripts(connection: "Connection", scripts: Path, head: str) -> None:
    from alembic import command
    from sqlalchemy.exc import SQLAlchemyError

    config = build_config(scripts)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, head)
    except SQLAlchemyError:
        raise
    except Exception as error:
        raise StorageError(
            f"the migration to schema {head} failed: {error}",
            "go back to the version that was used before and report this; the file is as it was",
        ) from error


def _check_references(connection: sqlite3.Connection, path: Path) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise StorageError(
            f"{path} could not be migrated: {len(broken)} rows refer to others that are gone",
            "restore a backup of it; it was not touched",
        )
