"""The index of the catalog: a file beside the database that is made again whenever it is lost."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .documents import BrokenFile, CatalogDocument, FileState, Mistake, OperationLine
    from .doubles import double_of
    from .index import CatalogIndex, Place, open_catalog_index

_HOMES = {
    "BrokenFile": ".documents",
    "CatalogDocument": ".documents",
    "CatalogIndex": ".index",
    "FileState": ".documents",
    "Mistake": ".documents",
    "OperationLine": ".documents",
    "Place": ".index",
    "double_of": ".doubles",
    "open_catalog_index": ".index",
}

__all__ = [
    "BrokenFile",
    "CatalogDocument",
    "CatalogIndex",
    "FileState",
    "Mistake",
    "OperationLine",
    "Place",
    "double_of",
    "open_catalog_index",
]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name when the name is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)
