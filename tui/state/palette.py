"""What can be found by name in the palette, besides keys: what is set up, its operations, connectors."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .places import (
    AppsPlace,
    AuthenticationsPlace,
    CertificatesPlace,
    ConnectionsPlace,
    ConnectorPlace,
    Place,
    ProjectPlace,
    RunPlace,
)
from .workspace_tabs import TABS

if TYPE_CHECKING:
    from core.home import Home
    from storage.reading import CatalogReading
    from storage.records import Connection


class Named(NamedTuple):
    """Something with a name and where it is; ``kind`` is the word for what it is."""

    name: str
    kind: str
    place: Place


def read_named(home: "Home", project_id: str) -> list[Named]:
    """Give everything that has a name, in readings of its own."""
    from contextlib import closing

    from storage.reading import open_catalog_reading, open_reading

    with open_reading(home.database) as reading:
        connections = [row.connection for row in reading.connections(project_id)]
        others = [one for one in reading.projects() if one.id != project_id]
        authentications = [row.name for row in reading.authentications(project_id)]
        apps = [row.name for row in reading.apps(project_id)]
        certificates = [row.name for row in reading.certificates(project_id)]
    with closing(open_catalog_reading(home.catalog)) as catalog:
        rows = catalog.load().rows
        numbers = {row.handle: row.id for row in rows}
        runs = list(_runs(connections, numbers, catalog))
    return [
        *(Named(one.name, "connection", ConnectionsPlace(one.name)) for one in connections),
        *(Named(name, "authentication", AuthenticationsPlace(name)) for name in authentications),
        *(Named(name, "provider app", AppsPlace(name)) for name in apps),
        *(Named(name, "certificate", CertificatesPlace(name)) for name in certificates),
        *runs,
        *(
            Named(one.name, "production" if one.production else "project", ProjectPlace(one.name))
            for one in others
        ),
        *(Named(title, "workspace", make()) for title, make in TABS),
        *(
            Named(f"{row.handle}  {row.name}", "connector", ConnectorPlace(row.handle, row.name))
            for row in rows
        ),
    ]


def _runs(
    connections: "Sequence[Connection]", numbers: dict[str, int], catalog: "CatalogReading"
) -> Iterator[Named]:
    known: dict[str, tuple[str, ...]] = {}
    for connection in connections:
        if connection.connector not in known:
            known[connection.connector] = _operations(numbers.get(connection.connector), catalog)
        for operation in known[connection.connector]:
            yield Named(f"{connection.name} {operation}", "run", RunPlace(connection.name, operation))


def _operations(number: int | None, catalog: "CatalogReading") -> tuple[str, ...]:
    document = catalog.document(number) if number is not None else None
    return tuple(line.name for line in getattr(document, "operations", ()))
