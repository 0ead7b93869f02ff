"""Choose and sort connectors of the catalog by the filter language."""

import difflib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from core.errors import InputError
from storage.reading import FieldTable, matches, parse_filter, text_fields

if TYPE_CHECKING:
    from core import Catalog, CatalogEntry

_SORTS: Final = ("handle", "name", "type", "revision", "status", "source", "operations", "updated")


def chosen_entries(catalog: "Catalog", filter_text: str, sort: str) -> list["CatalogEntry"]:
    """List the connectors that match, in the order asked for; a leading dash turns the order round."""
    wanted = parse_filter(filter_text, _fields())
    field = sort.removeprefix("-")
    if field not in _SORTS:
        near = difflib.get_close_matches(field, _SORTS, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(_SORTS)}"
        raise InputError(f"cannot sort by {field!r}", hint)
    entries = [entry for entry in catalog.entries() if matches(wanted, partial(_attribute, entry))]
    return sorted(entries, key=_sort_key(catalog, field), reverse=sort.startswith("-"))


def _attribute(entry: "CatalogEntry", name: str) -> Any:
    return getattr(entry, name, None)


def _fields() -> FieldTable:
    fields = text_fields(
        handle="handle",
        name="name",
        type="type",
        category="categories",
        status="status",
        source="source",
        auth="auth",
    )
    return FieldTable(fields, ("handle", "name", "summary", "categories"))


def _sort_key(catalog: "Catalog", field: str) -> Callable[["CatalogEntry"], Any]:
    if field == "updated":
        return lambda entry: (_updated(catalog, entry), entry.handle)
    return lambda entry: (_folded(getattr(entry, field)), entry.handle)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _updated(catalog: "Catalog", entry: "CatalogEntry") -> float:
    path = catalog.get(entry.handle).path
    return path.stat().st_mtime if path else 0.0
