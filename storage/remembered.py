"""Remember records that every operation reads, for as long as nobody else wrote to the database."""

from collections.abc import Callable
from typing import Generic, TypeVar

from .database import Database

Record = TypeVar("Record")

_MOST = 256


class Remembered(Generic[Record]):
    """Records by what they were asked for with; usable from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._records: dict[tuple[str, ...], tuple[int, Record]] = {}

    def get(self, key: tuple[str, ...], read: Callable[[], Record]) -> Record:
        """Give a record as it is now: what was read before, else what ``read`` gives."""
        # Asked before reading, so that a change in between is only read once more.
        version = self._database.version()
        known = self._records.get(key)
        if known is not None and known[0] == version:
            return known[1]
        record = read()
        if len(self._records) >= _MOST:
            self._records.clear()
        self._records[key] = version, record
        return record
