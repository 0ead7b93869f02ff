"""What is kept as the JSON that the commands print; to be asked in a thread of its own."""

from collections.abc import Collection
from pathlib import Path
from typing import Any


def read_operation(database: Path, operation: str) -> dict[str, Any]:
    """Give one operation as ``operation show ID --json --bodies`` does.

    Raises:
        ValueError: it is not in the log any more.
    """
    from storage.reading import open_reading

    from ..commands.operation_log import project_names
    from ..commands.operation_shapes import whole_shape

    with open_reading(database) as reading:
        row = reading.operation(operation)
        if row is None:
            raise ValueError(f"{operation} is not in the log any more")
        exchanges = reading.exchanges(operation, bodies=True)
        return whole_shape(row, project_names(reading), exchanges, reading.log_lines(operation))


def read_connections(database: Path, project_id: str, project: str, names: Collection[str]) -> list[Any]:
    """Give the connections of these names as ``connection list --json`` does."""
    from storage.reading import open_reading

    from ..commands.shapes import connection_shape

    with open_reading(database) as reading:
        rows = [row.connection for row in reading.connections(project_id)]
        shown = {one.id: one.name for one in reading.certificates(project_id)}
    return [
        connection_shape(row, project, shown.get(row.certificate or "")) for row in rows if row.name in names
    ]
