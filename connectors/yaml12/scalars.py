"""Read a plain scalar by the core schema of YAML 1.2 (section 10.3.2)."""

import math
import re
from collections.abc import Mapping
from typing import Final

MAX_DIGITS: Final = 300

_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS: Final[Mapping[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_NUMERIC: Final = frozenset("-+.0123456789")
_BASES: Final = {"0o": 8, "0x": 16}


def read_plain(text: str) -> str | int | float | bool | None:
    """Give what an unquoted scalar means.

    Raises:
        ValueError: for a number that JSON cannot hold, or that is absurdly long.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INT.fullmatch(text):
        return _integer(text)
    if _FLOAT.fullmatch(text):
        return _finite(text, float(text))
    return _finite(text, math.inf) if _NOT_FINITE.fullmatch(text) else text


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} digits; at most {MAX_DIGITS} are read")
    base = _BASES.get(text[:2])
    return int(text) if base is None else int(text[2:], base)


def _finite(text: str, number: float) -> float:
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is not a finite number")
    return number
