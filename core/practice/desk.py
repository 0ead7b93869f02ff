"""The help desk itself: customers, tickets, comments and attachments, in memory until the service stops."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .messages import Refusal
from .moments import write_moment

Row = Mapping[str, Any]


class Table:
    """Rows of one kind by id. Rows are replaced, never changed in place, so a reader may keep what it got."""

    def __init__(self, noun: str, first_id: int) -> None:
        self._noun = noun
        self._next_id = first_id
        self._rows: dict[int, Row] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        with self._lock:
            return iter(list(self._rows.values()))

    def get(self, row_id: int) -> Row:
        """Give one row; an unknown id is refused with 404."""
        row = self._rows.get(row_id)
        if row is None:
            raise Refusal(404, "not_found", f"{self._noun} {row_id} does not exist")
        return row

    def add(self, row: Row) -> Row:
        """Keep a new row under the next id."""
        with self._lock:
            kept = {"id": self._next_id, **row}
            self._rows[self._next_id] = kept
            self._next_id += 1
        return kept

    def change(self, row_id: int, change: Callable[[Row], Row]) -> Row:
        """Replace a row by what ``change`` makes of it, one change at a time."""
        with self._lock:
            kept = dict(change(self.get(row_id)))
            self._rows[row_id] = kept
        return kept

    def remove(self, row_id: int) -> None:
        """Forget a row; an unknown id is refused with 404."""
        with self._lock:
            self.get(row_id)
            del self._rows[row_id]


class Desk:
    """The four tables and the clock that dates their rows."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.customers = Table("customer", 1)
        self.tickets = Table("ticket", 803)
        self.comments = Table("comment", 1)
        self.attachments = Table("attachment", 1)

    def now(self) -> str:
        """The present moment as rows carry it."""
        return write_moment(self._clock())

    def comments_of(self, ticket_id: int) -> list[Row]:
        """The comments of one ticket, oldest first; an unknown ticket is refused with 404."""
        self.tickets.get(ticket_id)
        return [row for row in self.comments if row["ticket_id"] == ticket_id]

    def attachments_of(self, ticket_id: int) -> list[Row]:
        """The attachments of one ticket, oldest first; an unknown ticket is refused with 404."""
        self.tickets.get(ticket_id)
        return [row for row in self.attachments if row["ticket_id"] == ticket_id]

    def remove_ticket(self, ticket_id: int) -> None:
        """Forget a ticket with everything that hangs on it."""
        related = ((self.comments, self.comments_of), (self.attachments, self.attachments_of))
        found = [(table, row["id"]) for table, rows_of in related for row in rows_of(ticket_id)]
        self.tickets.remove(ticket_id)
        for table, row_id in found:
            table.remove(row_id)
