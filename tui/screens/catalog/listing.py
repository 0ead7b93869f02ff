"""What the screen lists: the connectors in memory, the ones a filter leaves, and what is known of each."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from storage.reading import CatalogRow, CatalogRows, Found, WordForms, open_catalog_reading, words_in

from ...state.catalog import SORTS, Entry, Use, matched_operations, use_by_connector
from ...state.filters import read_catalog_filter

if TYPE_CHECKING:
    from ...services import Services

_KEPT = 500


class Listing:
    """Searches on the thread that draws, which a search of 10,000 connectors holds for a few milliseconds."""

    def __init__(self, services: "Services") -> None:
        self._services = services
        self._reading = open_catalog_reading(services.home.catalog)
        self._catalog = CatalogRows()
        self._words: tuple[WordForms, ...] = ()
        self._documents: dict[tuple[int, str, int], Any] = {}
        self._uses: Mapping[str, Use] = {}
        self.found = Found()
        self.order = 0
        self.filter = ""

    @property
    def all(self) -> int:
        """How many connectors there are."""
        return len(self._catalog.rows)

    @property
    def broken(self) -> int:
        """How many files cannot be used."""
        return self._catalog.facets.get("status", {}).get("broken", 0).bit_count()

    @property
    def is_searching(self) -> bool:
        """Whether words are looked for."""
        return bool(self._words)

    def changed(self) -> bool:
        """Tell whether somebody wrote to the index since this was last asked."""
        return self._reading.changed()

    async def load(self) -> bool:
        """Read the rows anew, beside the thread that draws; tell whether there is anything new to show."""
        before = self._catalog if self._catalog.rows else None
        found = await asyncio.to_thread(self._reading.load, before)
        if before is not None and found.rows == before.rows:
            return False
        self._catalog = found
        return True

    def read_use(self) -> None:
        """Read what the project has set up."""
        services = self._services
        connections = [row.connection for row in services.reading.connections(services.project_id)]
        self._uses = use_by_connector(connections, services.reading.authentications(services.project_id))

    def search(self) -> None:
        """Find what the filter leaves. Raises `FilterProblem`, and leaves what was found before."""
        wanted = read_catalog_filter(self.filter)
        self.found = self._reading.find(self._catalog, wanted, SORTS[self.order][0], self._services.now_us())
        self._words = words_in(wanted)

    def row(self, index: int) -> CatalogRow | None:
        """Give a row that was found."""
        return self.found.rows[index] if index < len(self.found.rows) else None

    def place_of(self, row: CatalogRow | None) -> int | None:
        """Give where a row is now, by its file."""
        if row is None:
            return None
        key = (row.source, row.file)
        return next((at for at, one in enumerate(self.found.rows) if (one.source, one.file) == key), None)

    def entry(self, row: CatalogRow) -> Entry:
        """Give a row with its use and the operations that were found in it."""
        operations = getattr(self.document(row), "operations", ()) if self._words else ()
        matched = matched_operations(operations, self._words)
        return Entry(row, self._uses.get(row.handle, Use()), matched, self._words)

    def document(self, row: CatalogRow) -> Any:
        """Give all that the index keeps of a row."""
        key = (row.id, row.hash, row.updated_us)
        if key not in self._documents:
            if len(self._documents) >= _KEPT:
                self._documents.clear()
            self._documents[key] = self._reading.document(row.id)
        return self._documents[key]

    @property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """How many connectors each value of each facet would leave."""
        return self.found.facets

    def close(self) -> None:
        """Close the index."""
        self._reading.close()
