"""Check what was given to an operation against its input schema."""

import difflib
import json
import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec

from connectors import is_secret

from .bodies.exact import ExactNumber
from .bodies.json_body import read_json
from .bodies.problem import BodyProblem
from .bodies.upload import ChosenFile
from .errors import InputError
from .redact import MARKER

_SHOWN = 5


def check_input(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the input with texts read as the type that the schema names, and with its defaults.

    Raises:
        InputError: names every field that is missing, unknown or wrong.
    """
    fields: Mapping[str, Any] = schema.get("properties", {})
    _check_known(fields, given, schema)
    typed = {key: _read_given(key, fields.get(key, {}), value) for key, value in given.items()}
    for key, value in typed.items():
        _check_sendable(value, key)
    defaults = {
        key: field["default"] for key, field in fields.items() if key not in typed and "default" in field
    }
    checked = {**defaults, **typed}
    _check_secrets(fields, typed)
    validator = _validator(msgspec.json.encode(schema), any(map(is_secret, fields.values())))
    problems = [_sentence(error) for error in validator.iter_errors(_plain(checked))]
    if problems:
        more = f" (and {len(problems) - _SHOWN} more)" if len(problems) > _SHOWN else ""
        raise InputError("; ".join(problems[:_SHOWN]) + more, _expected(schema))
    return checked


@lru_cache(maxsize=64)
def _validator(schema: bytes, has_secrets: bool) -> Any:
    """Give the validator of a schema, given as JSON; building one costs more than checking with it."""
    mask = "this value" if has_secrets else None
    return jsonschema_rs.validator_for(json.loads(schema), offline=True, mask=mask)


def _check_secrets(fields: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Refuse what stands in the log for a secret: it is none."""
    for key, value in given.items():
        if value == MARKER and is_secret(fields.get(key)):
            raise InputError(f"{key} is secret, and the log does not keep it", "give it again")


def _read_given(key: str, field: Mapping[str, Any], value: Any) -> Any:
    """Read one given value; the path of a file is marked as chosen by a person, and must be one."""
    if field.get("format") == "file" and isinstance(value, str):
        return _chosen(key, value)
    items = field.get("items")
    if isinstance(items, Mapping) and items.get("format") == "file":
        typed = read_typed(field, value)
        is_list = isinstance(typed, list | tuple)
        return [_chosen(key, one) if isinstance(one, str) else one for one in typed] if is_list else typed
    return read_typed(field, value)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields as the validator knows them: it takes only its own kinds of text and number."""
    return {key: _plain_value(value) for key, value in fields.items()}


def _plain_value(value: Any) -> Any:
    match value:
        case ChosenFile():
            return str(value)
        case ExactNumber():
            return float(value)
        case Mapping():
            return {key: _plain_value(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain_value(item) for item in value]
    return value


def _chosen(key: str, path: str) -> ChosenFile:
    found = Path(path).expanduser()
    try:
        if found.is_file():
            return ChosenFile(path)
        problem = "it is a folder" if found.is_dir() else "there is no such file"
    except (OSError, ValueError) as error:
        problem = str(error)
    raise InputError(f"{key}: {path!r} cannot be sent: {problem}", "give the path of a file")


def read_typed(field: Mapping[str, Any], value: Any) -> Any:
    """Read a text as the number, truth value, list or object that its field wants, where it fits."""
    kinds = field.get("type", "string" if field else ())
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    if not isinstance(value, str) or "string" in names or not names:
        return value
    if "boolean" in names and value.lower() in {"yes", "no", "true", "false"}:
        return value.lower() in {"yes", "true"}
    try:
        return read_json(value.encode())[0]
    except (BodyProblem, UnicodeEncodeError):
        return value.split(",") if "array" in names else value


def _check_sendable(value: Any, where: str) -> None:
    """Refuse what JSON cannot carry: it would arrive as null, or not at all."""
    match value:
        case float() if not math.isfinite(value):
            raise InputError(f"{where}: {value} is no number that can be sent", "leave it out, or send null")
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise InputError(f"{where}: the text cannot be written in UTF-8") from None
        case Mapping():
            for key, item in value.items():
                _check_sendable(item, f"{where}.{key}")
        case list() | tuple():
            for index, item in enumerate(value):
                _check_sendable(item, f"{where}[{index}]")


def _check_known(fields: Mapping[str, Any], given: Iterable[str], schema: Mapping[str, Any]) -> None:
    if schema.get("additionalProperties", True) is not False:
        return
    for key in given:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(fields) or 'no input'}"
            raise InputError(f"there is no input {key!r}", hint)


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error.instance_path)
    if error.kind.name == "required":
        missing = f"{where}.{error.kind.property}" if where else error.kind.property
        return f"{missing} is required"
    return f"{where}: {error.message}" if where else str(error.message)


def _expected(schema: Mapping[str, Any]) -> str:
    required = schema.get("required", [])
    return f"required: {', '.join(required)}" if required else ""
