"""Read JSON (RFC 8259) as it was sent: every digit, broken pairs of characters, repeated names."""

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

import msgspec

from ..errors import InputError
from .aside import Stop, Stopped, never
from .exact import ExactNumber, json_of, read_integer, read_number
from .problem import MAX_DEPTH, MAX_WEIGHT, BodyProblem, too_deep, too_many

# What a value takes in memory, roughly and from above; the texts themselves are as long as the body.
_OBJECT, _LIST, _ITEM = 200, 72, 64
_SHOWN = 5
_LOOK_EVERY = 1_024
_SPACED = re.compile(rb'"[ \t\r\n]+:')
_MINUS_ZERO = re.compile(rb"-0(?=[ \t\r\n,\]}]|\Z)(?<![^\[,: \t\r\n]-0)")

Notes = tuple[str, ...]


def read_json(body: bytes) -> tuple[Any, Notes]:
    """Give the value of a JSON text in UTF-8, and what is odd about it.

    Raises:
        BodyProblem: it is no JSON, nested too deep, or would fill the memory.
    """
    _check_weight(body)
    try:
        value = _DECODER.decode(body)
    except RecursionError:
        raise too_deep("more than a thousand levels") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _read_carefully(body, error)
    # The quick reader makes a whole number of it, and those have no sign at zero.
    if b"-0" in body and _MINUS_ZERO.search(body):
        return _read_carefully(body, None)
    depth, names = _survey(value)
    if depth > MAX_DEPTH:
        raise too_deep(f"{depth:,} levels")
    return value, () if _has_single_names(body, names) else _double_names(body)


def write_json(value: Any) -> bytes:
    """Write a value as compact JSON, its numbers digit by digit as they came.

    Raises:
        InputError: it holds what JSON does not have.
    """
    try:
        return msgspec.json.encode(value, enc_hook=_written)
    except (UnicodeEncodeError, OverflowError):
        return json_of(value, default=_written).encode()


def _written(value: Any) -> Any:
    if isinstance(value, ExactNumber):
        return msgspec.Raw(value.text.encode())
    if isinstance(value, str):
        return str(value)
    raise InputError(f"a {type(value).__name__} cannot be sent as JSON", "base64() sends bytes as text")


def read_json_lines(body: bytes, stop: Stop = never) -> tuple[list[Any], Notes]:
    """Give one value for each line that is not empty.

    Raises:
        BodyProblem: names the first line that cannot be read.
    """
    _check_weight(body)
    values, notes = [], dict[str, None]()
    for number, line in enumerate(body.splitlines(), 1):
        if number % _LOOK_EVERY == 0 and stop():
            raise Stopped
        if line.strip():
            try:
                value, said = read_json(line)
            except BodyProblem as problem:
                raise BodyProblem(f"{problem} (line {number:,})", problem.remedy) from None
            values.append(value)
            notes |= dict.fromkeys(said)
    return values, tuple(notes)


def _check_weight(body: bytes) -> None:
    if _OBJECT * len(body) <= MAX_WEIGHT:
        return
    weight = _OBJECT * body.count(b"{") + _LIST * body.count(b"[")
    if weight + _ITEM * body.count(b",") > MAX_WEIGHT:
        raise too_many("values", MAX_WEIGHT // _ITEM)


def _survey(value: Any) -> tuple[int, int]:
    """Give how deep a value is nested, and how many names its objects have."""
    depth = names = 0
    level: Sequence[Any] = (value,)
    while level := [one for one in level if type(one) is dict or type(one) is list]:
        depth += 1
        inner: list[Any] = []
        for one in level:
            if type(one) is dict:
                names += len(one)
                inner.extend(one.values())
            else:
                inner.extend(one)
        level = inner
    return depth, names


def _has_single_names(body: bytes, names: int) -> bool:
    """Tell that no name is repeated: there are no more colons, or none behind quotes, than names."""
    if body.count(b":") == names:
        return True
    if body.count(b'":') != names or (b" :" in body and _SPACED.search(body)):
        return False
    # Of most white space a body has none, and that is known at the speed of memory.
    return not any(space in body and b"%b:" % space in body for space in (b"\n", b"\t", b"\r"))


def _double_names(body: bytes) -> Notes:
    doubles: dict[str, None] = {}

    def collect(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                doubles[name] = None
            seen.add(name)

    try:
        json.loads(body, object_pairs_hook=collect, parse_int=read_integer)
    except (ValueError, RecursionError):
        return ()
    if not doubles:
        return ()
    more = f" and {len(doubles) - _SHOWN:,} more" if len(doubles) > _SHOWN else ""
    names = ", ".join(f"`{name[:40]}`" for name in list(doubles)[:_SHOWN])
    return (f"{names}{more} came twice in one object, the last one counts",)


def _read_carefully(body: bytes, error: Exception | None) -> tuple[Any, Notes]:
    """Read what the quick reader refuses, or loses: half a pair of characters, an endless number, ``-0``."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as problem:
        where = f"byte {problem.start:,} is {body[problem.start]:#04x}"
        raise BodyProblem(f"is not JSON: it is not UTF-8 either, {where}") from None
    try:
        value = json.loads(
            text, parse_float=read_number, parse_int=read_integer, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise too_deep("more than a thousand levels") from None
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno:,}, column {problem.colno:,}"
        raise BodyProblem(f"is not JSON: {_said(error or problem)} ({place})") from None
    depth, _ = _survey(value)
    if depth > MAX_DEPTH:
        raise too_deep(f"{depth:,} levels")
    return value, _double_names(body)


def _refuse_constant(word: str) -> NoReturn:
    raise BodyProblem(f"is not JSON: it holds {word}, a number that JSON does not have")


def _said(error: Exception) -> str:
    return str(error).removeprefix("JSON is malformed: ").split(" (byte", maxsplit=1)[0].lower()


_DECODER = msgspec.json.Decoder(float_hook=read_number)
