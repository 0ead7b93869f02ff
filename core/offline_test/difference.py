"""Compare values: what is named must be so, more may be there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from connectors.templates import MISSING

_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Difference:
    """What was expected and what came at one path of a test; what is not there at all is ``MISSING``."""

    path: str
    expected: Any
    found: Any

    @property
    def message(self) -> str:
        """One sentence for people."""
        return f"expected {_shown(self.expected)}, found {_shown(self.found)}"

    def as_json(self) -> dict[str, Any]:
        """The shape that commands print; what is not there is null."""
        known = {"expected": self.expected, "found": self.found}
        values = {key: None if value is MISSING else value for key, value in known.items()}
        return {"path": self.path, **values, "message": self.message}


def compare(expected: Any, found: Any, path: str) -> Iterator[Difference]:
    """Yield where ``found`` is not as expected; keys that nobody named are not looked at."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key, value in expected.items():
            yield from compare(value, found.get(key, MISSING), f"{path}.{key}")
    elif isinstance(expected, list | tuple) and isinstance(found, list | tuple):
        yield from compare_items(expected, found, path)
        if len(found) > len(expected):
            yield Difference(f"{path}[{len(expected)}]", MISSING, found[len(expected)])
    elif not _same(expected, found):
        yield Difference(path, expected, found)


def compare_items(expected: Sequence[Any], found: Sequence[Any], path: str) -> Iterator[Difference]:
    """Yield where the first items of a list are not as expected; there may be more."""
    for number, value in enumerate(expected):
        there = found[number] if number < len(found) else MISSING
        yield from compare(value, there, f"{path}[{number}]")


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    return bool(expected == found)


def _shown(value: Any) -> str:
    if value is MISSING:
        return "nothing"
    try:
        text = msgspec.json.encode(value).decode()
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
