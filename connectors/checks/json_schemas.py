"""Check JSON Schemas, and values against them; a schema never fetches another one."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..explain import Finding
from ..format.shorthand import is_json_schema, mistakes, schema_of
from ..yaml12 import TreePath

_CUT = "found nothing behind it; a text with a comma in {…} stands in quotes"
_MAY_BE_NULL = frozenset({"default", "const"})


def check_schema(written: Mapping[str, Any], path: TreePath) -> Iterator[Finding]:
    """Yield what is wrong with a schema, whole or in shorthand."""
    wrong = list(mistakes(written))
    yield from (Finding((*path, name), sentence) for name, sentence in wrong)
    cut = list(_cut(written, path))
    yield from cut
    if wrong or cut or not written:
        return
    import jsonschema_rs

    try:
        jsonschema_rs.validator_for(schema_of(written), offline=True)
    except jsonschema_rs.ValidationError as error:
        yield Finding((*path, *_as_written(written, error.instance_path)), _said(error.message))
        return
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        yield Finding(path, f"this JSON Schema cannot be used: {_said(str(error))}")
        return
    yield from _check_defaults(written, path)


def _cut(schema: Mapping[str, Any], path: TreePath) -> Iterator[Finding]:
    """Yield keywords without a value: what YAML makes of ``{type: string, description: small, or large}``."""
    for name, value in schema.items():
        if isinstance(value, Mapping):
            yield from _cut(value, (*path, name))
        elif value is None and name not in _MAY_BE_NULL:
            yield Finding((*path, name), _CUT)


def find_mismatches(
    written: Mapping[str, Any], value: Mapping[str, Any], path: TreePath
) -> Iterator[Finding]:
    """Yield where a value does not fit a schema; a schema that is wrong itself is reported elsewhere."""
    import jsonschema_rs

    try:
        schema = schema_of(written)
        validator = jsonschema_rs.validator_for(schema, offline=True)
    except (ValueError, jsonschema_rs.ReferencingError):
        return
    for error in validator.iter_errors({**_defaults(schema), **value}):
        yield Finding((*path, *error.instance_path), _said(error.message))


def _defaults(schema: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties", {})
    return {
        name: field["default"]
        for name, field in fields.items()
        if isinstance(field, Mapping) and "default" in field
    }


def _check_defaults(written: Mapping[str, Any], path: TreePath) -> Iterator[Finding]:
    import jsonschema_rs

    for name, field in schema_of(written).get("properties", {}).items():
        if not isinstance(field, Mapping) or "default" not in field or "$ref" in field:
            continue
        validator = jsonschema_rs.validator_for(dict(field), offline=True)
        for error in validator.iter_errors(field["default"]):
            where = _as_written(written, ["properties", name])
            yield Finding((*path, *where), f"its default does not fit: {_said(error.message)}")


def _as_written(written: Mapping[str, Any], path: list[str | int]) -> TreePath:
    """Give the path in the text; the shorthand has no ``properties``."""
    if not is_json_schema(written) and path[:1] == ["properties"]:
        return tuple(path[1:2]) if isinstance(written.get(str(path[1])), str) else tuple(path[1:])
    return tuple(path)


def _said(message: str) -> str:
    line = message.splitlines()[0] if message else "it does not fit"
    return line if len(line) <= 200 else line[:200] + "…"
