"""Check what a person entered for the inputs of a connector or of an authentication method."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .errors import TemplateError
from .format.inputs import Input
from .templates import holds
from .value_types import NotOfTypeError, read_value
from .words import nearest

Problems = list[tuple[str, str]]


def check_inputs(
    inputs: Sequence[Input], given: Mapping[str, Any], *, have_secrets: Collection[str] = frozenset()
) -> tuple[dict[str, Any], Problems]:
    """Give the values by key, converted and with defaults, and a sentence for each field that cannot be used.

    ``have_secrets`` are the keys of secrets that are kept already. A secret given as ``ref:…`` stays a
    reference and is not checked. No sentence holds the value of a secret.
    """
    problems: Problems = []
    entered = _by_key(inputs, given, problems)
    values: dict[str, Any] = {}
    for one in inputs:
        _take(one, entered.get(one.key), values, problems)
    known = values | {key: True for key in have_secrets if key not in values}
    failed = {key for key, _ in problems}
    for one in inputs:
        if one.key in failed:
            continue
        if not _holds(one, one.visible_when, known, problems, usual=True):
            if one.key not in entered:
                values.pop(one.key, None)
        elif one.key not in known and _is_required(one, known, problems):
            problems.append((one.key, f"{one.title} is required"))
    return values, problems


def _by_key(inputs: Sequence[Input], given: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """Sort what was given by key; aliases count, and nothing entered is nothing given."""
    keys = {one.alias: one.key for one in inputs if one.alias} | {one.key: one.key for one in inputs}
    entered: dict[str, Any] = {}
    for name, value in given.items():
        if name not in keys:
            problems.append((name, f"there is no input '{name}'{nearest(name, [one.key for one in inputs])}"))
        elif value is not None and value != "":
            entered[keys[name]] = value
    return entered


def _take(one: Input, value: Any, values: dict[str, Any], problems: Problems) -> None:
    if value is None:
        if one.default is not None:
            values[one.key] = _decorated(one, one.default)
        return
    try:
        checked = _checked(one, value)
    except NotOfTypeError as error:
        problems.append((one.key, f"{one.title}: {error}"))
        return
    if one.locked and one.default is not None and checked != _decorated(one, one.default):
        problems.append((one.key, f"{one.title} is locked by the connector and cannot be changed"))
        return
    values[one.key] = checked


def _checked(one: Input, value: Any) -> Any:
    if one.secret and isinstance(value, str) and value.startswith("ref:"):
        return value
    return _decorated(one, read_value(one, _bare(one, value)))


def _bare(one: Input, value: Any) -> Any:
    """Take the prefix and suffix off where the person typed them."""
    return value.removeprefix(one.prefix).removesuffix(one.suffix) if isinstance(value, str) else value


def _decorated(one: Input, value: Any) -> Any:
    return f"{one.prefix}{_bare(one, value)}{one.suffix}" if isinstance(value, str) else value


def _is_required(one: Input, known: Mapping[str, Any], problems: Problems) -> bool:
    return one.required or _holds(one, one.required_when, known, problems, usual=False)


def _holds(
    one: Input, condition: str | None, known: Mapping[str, Any], problems: Problems, *, usual: bool
) -> bool:
    if condition is None:
        return usual
    try:
        return holds(condition, dict(known))
    except TemplateError as error:
        problems.append((one.key, f"{one.title}: its condition cannot be evaluated: {error}"))
        return usual
