"""Write the operation log: the row of an operation at once, everything after it in batches."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from .batches import BatchWriter
from .database import Database
from .errors import ConflictError, StorageError
from .log_rows import (
    FINISH_OPERATION,
    INSERT_BODY,
    INSERT_EXCHANGE,
    INSERT_LINE,
    INSERT_OPERATION,
    NOTE_EXCHANGE,
    Entry,
    ExchangeEntry,
    FinishEntry,
    LineEntry,
    Row,
    body_row,
    exchange_entry,
    finish_entry,
    line_entry,
    operation_row,
)
from .records import Exchange, LogLine, Operation
from .sweep import mark_interrupted

Kind = TypeVar("Kind", bound=Entry)


class OperationLog:
    """The one writer of operations in this process; its methods may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer: BatchWriter[Entry] = BatchWriter(self._write)

    def begin(self, operation: Operation) -> int:
        """Commit the row of an operation and give its number.

        The row survives a killed process; where the operation ``writes`` at a vendor, a power cut too.

        Raises:
            ConflictError: an operation of this id began already.
            StorageError: it could not be written; nothing may be sent then.
        """
        return self._database.write(INSERT_OPERATION, operation_row(operation), synced=operation.writes)

    def add_exchange(self, exchange: Exchange) -> None:
        """Keep an exchange of an operation that began."""
        self._writer.add(exchange_entry(exchange))

    def add_line(self, line: LogLine) -> None:
        """Keep a log line of an operation that began."""
        self._writer.add(line_entry(line))

    def finish(self, operation: Operation) -> None:
        """Keep how an operation ended."""
        self._writer.add(finish_entry(operation))

    def flush(self) -> None:
        """Wait until everything that was given before is committed.

        Raises:
            StorageError: something could not be written.
        """
        self._writer.flush()

    def sweep(self, folder: Path) -> int:
        """Mark the operations of dead processes as interrupted and give how many there were.

        ``folder`` is where processes claim to be alive.
        """
        with self._database.changing() as connection:
            return mark_interrupted(connection, folder)

    def close(self) -> None:
        """Write the rest and stop the writer.

        Raises:
            StorageError: something could not be written.
        """
        self._writer.close()

    def _write(self, batch: Sequence[Entry]) -> list[StorageError]:
        """Write a batch in one transaction; where an entry spoils it, each in its own."""
        try:
            self._write_together(batch)
        except (ConflictError, ValueError, TypeError, OverflowError):
            return [error for entry in batch if (error := self._refusal(entry)) is not None]
        return []

    def _refusal(self, entry: Entry) -> StorageError | None:
        try:
            self._write_together([entry])
        except (ConflictError, ValueError, TypeError, OverflowError) as error:
            what = type(entry).__name__.removesuffix("Entry").lower()
            return StorageError(f"the {what} of operation {entry.operation_id} could not be kept: {error}")
        return None

    def _write_together(self, batch: Sequence[Entry]) -> None:
        exchanges, lines, finishes = _of(batch, ExchangeEntry), _of(batch, LineEntry), _of(batch, FinishEntry)
        # Bodies are compressed before: whoever begins an operation waits for the transaction.
        bodies = [[body_row(name, body) for name, body in entry.bodies] for entry in exchanges]
        with self._database.changing() as connection:
            if exchanges:
                _write_exchanges(connection, exchanges, bodies)
            if lines:
                connection.executemany(INSERT_LINE, [entry.row for entry in lines])
            if finishes:
                done = connection.executemany(FINISH_OPERATION, [entry.row for entry in finishes])
                if done.rowcount != len(finishes):
                    raise ConflictError("an operation that ends did not begin")


def _of(batch: Sequence[Entry], kind: type[Kind]) -> list[Kind]:
    return [entry for entry in batch if isinstance(entry, kind)]


def _write_exchanges(
    connection: sqlite3.Connection, entries: Sequence[ExchangeEntry], bodies: Sequence[Sequence[Row]]
) -> None:
    # Nobody else can take these numbers: the transaction holds the write lock.
    (newest,) = connection.execute("SELECT coalesce(max(seq), 0) FROM exchange").fetchone()
    numbered = list(enumerate(entries, newest + 1))
    connection.executemany(INSERT_EXCHANGE, [(seq, *entry.row) for seq, entry in numbered])
    numbered_bodies = [(seq, *row) for seq, rows in enumerate(bodies, newest + 1) for row in rows]
    if numbered_bodies:
        connection.executemany(INSERT_BODY, numbered_bodies)
    last = {entry.operation_id: entry.summary for entry in entries}
    connection.executemany(NOTE_EXCHANGE, list(last.values()))
