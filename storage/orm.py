"""The ORM's side of a database: sessions whose transactions begin when we say so."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from .failures import describe

_IMMEDIATE = "connect_immediate"


class Orm:
    """An engine with our settings on every connection; it waits ``busy_s`` for other writers."""

    def __init__(self, path: Path, busy_s: float, set_up: Callable[[sqlite3.Connection], None]) -> None:
        self.engine = _build_engine(path, busy_s, set_up)
        self._path = path
        self._writers = self.engine.execution_options(**{_IMMEDIATE: True})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only reads."""
        with self._translated(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are committed together at the end, or not at all."""
        with self._translated(), Session(self._writers) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close every connection."""
        with self._translated():
            self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise describe(error, self._path) from error


def _build_engine(path: Path, busy_s: float, set_up: Callable[[sqlite3.Connection], None]) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_s, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", lambda connection, _: set_up(connection))
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
