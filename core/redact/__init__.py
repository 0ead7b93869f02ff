"""Take secrets out of everything that is stored, told or shown."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .redactor import Redactor
    from .spans import MARKER

_HOMES = {"MARKER": ".spans", "Redactor": ".redactor"}

__all__ = ["MARKER", "Redactor"]


def __getattr__(name: str) -> Any:
    """Import the module that holds a public name when the name is first used."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home, __name__), name)
