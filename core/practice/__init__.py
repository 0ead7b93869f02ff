"""The practice service: a small help desk on loopback, to try connections on without a vendor."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .credentials import PRACTICE_CREDENTIALS, Credentials
    from .finding import DEFAULT_PORT, find_practice
    from .service import PracticeService, start_practice

__all__ = [
    "DEFAULT_PORT",
    "PRACTICE_CREDENTIALS",
    "Credentials",
    "PracticeService",
    "find_practice",
    "start_practice",
]

_HOMES = {
    "DEFAULT_PORT": "finding",
    "PRACTICE_CREDENTIALS": "credentials",
    "Credentials": "credentials",
    "PracticeService": "service",
    "find_practice": "finding",
    "start_practice": "service",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)
