"""Check the inputs that a person is asked for."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ..explain import Finding
from ..format.inputs import Input
from ..value_types import NotOfTypeError, read_value
from ..yaml12 import TreePath

_TEXTS: Final = frozenset({"string", "secret", "url", "host"})
_SIZED: Final = frozenset({*_TEXTS, "int", "number", "duration", "multi-enum"})
_CHOICES: Final = frozenset({"enum", "multi-enum"})


def check_inputs(inputs: Sequence[Input], path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in a list of inputs."""
    taken: set[str] = set()
    for number, one in enumerate(inputs):
        for name, key in (("key", one.key), ("alias", one.alias)):
            if key in taken:
                yield Finding((*path, number, name), f"another input has the name '{key}' already")
            elif key is not None:
                taken.add(key)
        yield from _check(one, (*path, number))


def _check(one: Input, path: TreePath) -> Iterator[Finding]:
    yield from _check_flags(one, path)
    yield from _check_limits(one, path)
    if one.pattern is not None and not _is_pattern(one.pattern):
        yield Finding((*path, "pattern"), "this is not a regular expression")
        return
    for name, value in (("default", one.default), ("example", one.example)):
        problem = None if value is None or one.secret else _value_problem(one, value)
        if problem is not None:
            yield Finding((*path, name), problem)


def _check_flags(one: Input, path: TreePath) -> Iterator[Finding]:
    if one.type in _CHOICES and not one.options:
        yield Finding(path, f"an input of type {one.type} needs `options`")
    if one.options and one.type not in _CHOICES:
        yield Finding((*path, "options"), f"only enum and multi-enum have options, not {one.type}")
    if one.type == "secret" and not one.secret:
        yield Finding((*path, "secret"), "an input of type secret is always secret")
    if one.secret and one.default is not None:
        yield Finding((*path, "default"), "a secret has no default; it would stand in this file")
    if one.locked and one.default is None:
        yield Finding((*path, "locked"), "a locked input needs a default, because nobody can enter a value")
    for name, text in (("prefix", one.prefix), ("suffix", one.suffix)):
        if text and one.type not in _TEXTS:
            yield Finding((*path, name), f"only text has a {name}, not {one.type}")


def _check_limits(one: Input, path: TreePath) -> Iterator[Finding]:
    for name, limit in (("min", one.min), ("max", one.max)):
        if limit is not None and one.type not in _SIZED:
            yield Finding((*path, name), f"an input of type {one.type} has no {name}")
    if one.min is not None and one.max is not None and one.min > one.max:
        yield Finding((*path, "max"), f"it is smaller than min ({one.min})")
    if one.pattern is not None and one.type not in _TEXTS:
        yield Finding((*path, "pattern"), f"only text has a pattern, not {one.type}")


def _is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _value_problem(one: Input, value: Any) -> str | None:
    if one.type == "file" and isinstance(value, str):
        return None
    bare = value.removeprefix(one.prefix).removesuffix(one.suffix) if isinstance(value, str) else value
    try:
        read_value(one, bare)
    except NotOfTypeError as error:
        return str(error)
    return None
