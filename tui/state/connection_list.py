"""The connections of the project as a list."""

from .connections import SORTS, ConnectionRow, note, sort_rows
from .filters import filter_connections
from .greeting import greeting_lines
from .row_list import RowList
from .spans import Lines, Spans


class ConnectionList(RowList[ConnectionRow]):
    """The connections by name; without one, the greeting."""

    def __init__(self) -> None:
        super().__init__(lambda row: row.name, SORTS)

    def arranged(self, now_us: int) -> list[ConnectionRow]:
        """Give what the filter leaves, in the present order; raises `FilterProblem`."""
        return sort_rows(filter_connections(self.all, self.filter, now_us), self.order)

    def note(self, now_us: int) -> Spans:  # noqa: ARG002
        """Say how many there are, and how many need somebody."""
        return note(self.all) if self.all else ()

    def first_lines(self) -> Lines:
        """Give the greeting."""
        return list(greeting_lines())
