"""The one place that imports the HTTP library: ``httpcore`` below it at once, ``httpx`` when it is needed.

Its command line would come along, and with it Rich and Click: 130 ms for something that is never used here.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import httpcore

if TYPE_CHECKING:
    import httpx

__all__ = ["httpcore", "httpx"]

_COMMAND_LINE = "httpx._main"


def __getattr__(name: str) -> Any:
    """Import httpx when it is first used: most requests get along with what it stands on."""
    if name != "httpx":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    sys.modules[_COMMAND_LINE] = cast("ModuleType", None)
    try:
        return import_module("httpx")
    finally:
        del sys.modules[_COMMAND_LINE]
