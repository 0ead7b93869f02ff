"""Numbers that are shown and exported with the very digits that the vendor sent.

A float holds 17 digits; ``1.10``, ``1e400`` and thirty decimals would come out as something else. Such
a number is an `ExactNumber`: a float for all that calculates, and its own text for all that writes.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Self

_SURROGATE = re.compile("[\ud800-\udfff]")


class ExactNumber(float):
    """A number that a float cannot give back digit by digit."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Keep the text beside the float that is nearest to it."""
        made = float.__new__(cls, text)
        made.text = text
        return made

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        """Let copies keep the text."""
        return (self.text,)


# JMESPath tells numbers by the name of their type.
ExactNumber.__name__ = "float"


def read_number(text: str) -> float:
    """Give a float where it writes the same digits again, else a number that keeps them."""
    value = float(text)
    return value if repr(value) == text else ExactNumber(text)


def read_integer(text: str) -> int | float:
    """Give a whole number; ``-0`` and one of thousands of digits, which Python does not have, keep theirs."""
    return int(text) if len(text) <= _LONGEST and text != _MINUS_ZERO else ExactNumber(text)


_LONGEST = 4_000
_MINUS_ZERO = "-0"


def has_exact(value: Any) -> bool:
    """Tell whether a number in ``value`` needs its own text."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is dict:
            waiting.extend(one.values())
        elif kind is list or kind is tuple:
            waiting.extend(one)
        elif kind is ExactNumber:
            return True
    return False


def json_of(
    value: Any,
    *,
    indent: int | None = None,
    ascii_only: bool = False,
    default: Callable[[Any], Any] | None = None,
) -> str:
    """Write a value as JSON, digit by digit as it came; halves of characters are escaped.

    ``default`` turns what JSON does not know into what it does, as for ``json.dumps``.
    """
    if has_exact(value):
        text = "".join(_pieces(value, indent, ascii_only, default, "\n"))
    else:
        text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, default=default)
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _pieces(
    value: Any, indent: int | None, ascii_only: bool, default: Callable[[Any], Any] | None, line: str
) -> Iterator[str]:
    if isinstance(value, ExactNumber):
        yield value.text
        return
    if not isinstance(value, dict | list | tuple) or not value:
        yield json.dumps(value, ensure_ascii=ascii_only, default=default)
        return
    is_map = isinstance(value, dict)
    inner = line + " " * (indent or 0)
    between = f",{inner}" if indent else ", "
    yield ("{" if is_map else "[") + (inner if indent else "")
    for index, one in enumerate(value):
        if index:
            yield between
        if is_map:
            yield json.dumps(one if isinstance(one, str) else str(one), ensure_ascii=ascii_only) + ": "
        yield from _pieces(value[one] if is_map else one, indent, ascii_only, default, inner)
    yield (line if indent else "") + ("}" if is_map else "]")
