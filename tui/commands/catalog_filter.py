"""Choose, sort and cut a page of connectors from the index of the catalog."""

import difflib
from typing import TYPE_CHECKING, Any, Final

from core.errors import InputError
from storage.reading import connector_fields, open_catalog_reading, parse_filter

if TYPE_CHECKING:
    from core import Engine
    from storage.reading import CatalogRow, Found

    from .call import Call

SORTS: Final = ("handle", "name", "type", "revision", "status", "source", "operations", "updated")


def find_connectors(call: "Call", engine: "Engine", filter_text: str, sort: str) -> "Found":
    """Bring the index up to date and give the connectors that match; a leading dash turns the order round."""
    wanted = parse_filter(filter_text, connector_fields())
    field = sort.removeprefix("-")
    if field not in SORTS:
        near = difflib.get_close_matches(field, SORTS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(SORTS)}"
        raise InputError(f"cannot sort by {field!r}", hint)
    engine.catalog.refresh(progress=_Progress(call))
    with open_catalog_reading(call.home.catalog) as reading:
        return reading.find(reading.load(), wanted, sort)


def read_mistakes(call: "Call", engine: "Engine", row: "CatalogRow") -> list[dict[str, Any]]:
    """Give what is wrong in a file that cannot be used."""
    with open_catalog_reading(call.home.catalog) as reading:
        document = reading.document(row.id)
    folder = engine.catalog.folder_of(row.source)
    return [
        {
            "file": str(folder / one.file),
            "line": one.line,
            "column": one.column,
            "path": one.path,
            "message": one.message,
        }
        for one in getattr(document, "mistakes", ())
    ]


class _Progress:
    """Says now and then how many files were read, where many are."""

    def __init__(self, call: "Call") -> None:
        self._call = call
        self._said = 0

    def __call__(self, done: int, of: int) -> None:
        if of >= 500 and done - self._said >= 500:
            self._said = done
            self._call.output.note(f"reading connector files: {done:,} of {of:,}")
