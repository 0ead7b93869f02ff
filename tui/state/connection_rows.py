"""Read the connections as rows of the list."""

from typing import TYPE_CHECKING

from .connections import ConnectionRow

if TYPE_CHECKING:
    from storage.reading import Reading


def read_rows(reading: "Reading", project: str, now_us: int) -> list[ConnectionRow]:
    """Give every connection of a project that is not deleted."""
    return list(reading.connections(project))
