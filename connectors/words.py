"""Small pieces of sentences: what was found, what is near, what is allowed."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Final

_LONGEST: Final = 60


def found(value: Any) -> str:
    """Describe a value that should be something else."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name is meant, or which there are; begins with a separator."""
    names = list(known)
    close = get_close_matches(name, names, 1, 0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(names)}" if names else ""


def listed(names: Iterable[str], last: str = "or") -> str:
    """Join names as in ``a, b or c``."""
    items = list(names)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
