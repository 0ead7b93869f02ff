"""What is only looked at: read-only, with plain sqlite3, quick to import, one `Reading` for each thread."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .catalog import CatalogReading, open_catalog_reading
    from .catalog_fields import FACETS, connector_fields
    from .catalog_rows import CatalogRow, CatalogRows
    from .catalog_search import Found, words_in
    from .fields import Field, FieldTable, Flag, operation_fields, text_fields
    from .filter_sql import to_sql
    from .filters import parse_filter, quoted
    from .matching import matches
    from .operations import Bar
    from .reading import Reading, open_reading
    from .terms import Filter, FilterError
    from .word_forms import WordForms
    from .workspace import ConnectionRow, KeptRevision

_HOMES = {
    "CatalogReading": ".catalog",
    "CatalogRow": ".catalog_rows",
    "CatalogRows": ".catalog_rows",
    "FACETS": ".catalog_fields",
    "Found": ".catalog_search",
    "connector_fields": ".catalog_fields",
    "open_catalog_reading": ".catalog",
    "words_in": ".catalog_search",
    "Field": ".fields",
    "FieldTable": ".fields",
    "Flag": ".fields",
    "operation_fields": ".fields",
    "text_fields": ".fields",
    "to_sql": ".filter_sql",
    "parse_filter": ".filters",
    "quoted": ".filters",
    "matches": ".matching",
    "Bar": ".operations",
    "Reading": ".reading",
    "open_reading": ".reading",
    "Filter": ".terms",
    "FilterError": ".terms",
    "WordForms": ".word_forms",
    "ConnectionRow": ".workspace",
    "KeptRevision": ".workspace",
}

__all__ = [
    "FACETS",
    "Bar",
    "CatalogReading",
    "CatalogRow",
    "CatalogRows",
    "ConnectionRow",
    "Field",
    "FieldTable",
    "Filter",
    "FilterError",
    "Flag",
    "Found",
    "KeptRevision",
    "Reading",
    "WordForms",
    "connector_fields",
    "matches",
    "open_catalog_reading",
    "open_reading",
    "operation_fields",
    "parse_filter",
    "quoted",
    "text_fields",
    "to_sql",
    "words_in",
]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name when the name is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)
