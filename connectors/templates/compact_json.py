"""Write a value as compact JSON, a number that knows how it was written with its very digits."""

import json
from collections.abc import Callable, Iterator
from typing import Any


def compact_json(value: Any, default: Callable[[Any], Any] | None = None) -> str:
    """Give the JSON of a value without blanks; a float of a type of its own is written as its text."""
    if _keeps_digits(value):
        return "".join(_pieces(value, default))
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=default)


def _keeps_digits(value: Any) -> bool:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list | tuple):
            waiting.extend(one)
        elif isinstance(one, float) and type(one) is not float:
            return True
    return False


def _pieces(value: Any, default: Callable[[Any], Any] | None) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{',' if number else ''}{json.dumps(key, ensure_ascii=False)}:"
            yield from _pieces(item, default)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for number, item in enumerate(value):
            yield "," if number else ""
            yield from _pieces(item, default)
        yield "]"
    elif isinstance(value, float) and type(value) is not float:
        yield str(value)
    else:
        yield json.dumps(value, ensure_ascii=False, default=default)
