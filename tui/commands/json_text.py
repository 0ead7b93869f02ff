"""Write JSON that is safe to print, with nothing in it that acts on a terminal; read what is given."""

import json
import math
import re
from typing import Any, Final

from core.bodies.exact import json_of, read_integer, read_number

# C1 controls and DEL, marks that hide or turn the reading direction, the two line separators of JavaScript,
# and lone surrogates, which no encoder takes. JSON itself escapes what lies below the space.
_UNSAFE: Final = re.compile(
    r"[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    r"\U000e0001\U000e0020-\U000e007f]"
)


DEEPEST: Final = 200
"""How many levels a value that a person gives may have; none means more, and every step has to walk them."""


def json_text(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Give ``value`` as one JSON document; what could act on a terminal is escaped."""
    text = json_of(value, indent=indent, ascii_only=ascii_only, default=_plain)
    return _UNSAFE.sub(_escaped, text)


def read_json(text: str) -> Any:
    """Give the value of a JSON text that a person wrote.

    Raises:
        ValueError: it is none, or has what could not be sent: a number without end, a level too many.
    """
    try:
        value = json.loads(text, parse_constant=_number, parse_float=_number, parse_int=read_integer)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if _depth(value) > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    return value


def _number(text: str) -> float:
    number = read_number(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number that JSON has")
    return number


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            inner
            for one in level
            if isinstance(one, list | dict)
            for inner in (one if isinstance(one, list) else one.values())
        ]
    return depth


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code <= 0xFFFF:  # beyond it JSON writes two halves (RFC 8259, section 7)
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _plain(value: Any) -> Any:
    """Turn what JSON does not know (a mapping view, a tuple-like, bytes, a date) into what it does."""
    if hasattr(value, "keys"):
        return {key: value[key] for key in value}
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
