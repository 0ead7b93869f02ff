"""What is asked of each table; every function gives records.

Its modules are loaded when they are used: all but ``used`` bring the ORM, which a plain command does without.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import authentications, connections, connectors, leases, named, projects, used

__all__ = ["authentications", "connections", "connectors", "leases", "named", "projects", "used"]


def __getattr__(name: str) -> ModuleType:
    """Import a module when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f".{name}", __name__)
