"""Make the fields of a form from the JSON Schema of an operation's input."""

from collections.abc import Iterator, Mapping
from typing import Any

from .field import UNSET, Field, FieldKind, Option, same

_BY_TYPE: Mapping[str, FieldKind] = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "object": "json",
    "array": "json",
}
_BY_FORMAT: Mapping[str, FieldKind] = {
    "date": "date",
    "date-time": "datetime",
    "uri": "url",
    "url": "url",
    "hostname": "host",
    "duration": "duration",
    "timezone": "timezone",
    "file": "file",
}


def schema_fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Give one field per property of an object schema, required ones first; none for other schemas."""
    whole = _resolve(schema, schema)
    required = frozenset(whole.get("required", ()))
    fields = [
        _field(name, _resolve(part, schema), required=name in required)
        for name, part in whole.get("properties", {}).items()
    ]
    return tuple(sorted(fields, key=lambda field: not field.required))


def _field(name: str, schema: Mapping[str, Any], *, required: bool) -> Field:
    options = _options(schema)
    shape = _type(schema)
    items = _items(schema) if shape == "array" else ()
    return Field(
        key=name,
        label=str(schema.get("title", "")),
        kind=_kind(schema, shape, options, items),
        help=str(schema.get("description", "")),
        required=required,
        secret=schema.get("format") == "password" or schema.get("writeOnly") is True,
        default=schema.get("default", UNSET),
        pattern=schema.get("pattern"),
        options=options or items,
        minimum=_bound(schema, "minimum", "exclusiveMinimum"),
        maximum=_bound(schema, "maximum", "exclusiveMaximum"),
        shortest=schema.get("minLength"),
        longest=schema.get("maxLength"),
        placeholder=_example(schema),
        locked="const" in schema,
        schema=shape if shape in ("object", "array") else "",
    )


def _kind(
    schema: Mapping[str, Any], shape: str, options: tuple[Option, ...], items: tuple[Option, ...]
) -> FieldKind:
    if options:
        return "choice"
    if items or (shape == "array" and _items_are_text(schema)):
        return "choices"
    if shape == "string":
        return _BY_FORMAT.get(str(schema.get("format", "")), "text")
    return _BY_TYPE.get(shape, "json")


def _resolve(schema: Any, root: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
    """Follow local references and the usual ways of saying "or null"; a schema of true means anything."""
    if not isinstance(schema, Mapping) or depth > 20:
        return {}
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith("#"):
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return {**_resolve(_at(root, target), root, depth + 1), **rest}
    merged = dict(schema)
    for part in schema.get("allOf", ()):
        merged = _join(merged, _resolve(part, root, depth + 1))
    parts = [part for part in _alternatives(schema, root, depth) if part.get("type") != "null"]
    return {**parts[0], **merged} if len(parts) == 1 else merged


def _alternatives(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> list[Mapping[str, Any]]:
    parts = schema.get("anyOf") or schema.get("oneOf") or ()
    return [_resolve(part, root, depth + 1) for part in parts]


def _join(left: dict[str, Any], right: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**right, **left}
    if "properties" in left or "properties" in right:
        joined["properties"] = {**right.get("properties", {}), **left.get("properties", {})}
    if "required" in left or "required" in right:
        joined["required"] = [*left.get("required", ()), *right.get("required", ())]
    return joined


def _at(root: Any, pointer: str) -> Any:
    for step in _steps(pointer):
        if not isinstance(root, Mapping) or step not in root:
            return {}
        root = root[step]
    return root


def _steps(pointer: str) -> Iterator[str]:
    for part in pointer.removeprefix("#").split("/")[1:]:
        yield part.replace("~1", "/").replace("~0", "~")


def _type(schema: Mapping[str, Any]) -> str:
    named = schema.get("type", "")
    names = [name for name in named if name != "null"] if isinstance(named, list) else [named]
    if len(names) == 1 and names[0]:
        return str(names[0])
    return "object" if "properties" in schema else ""


def _options(schema: Mapping[str, Any]) -> tuple[Option, ...]:
    """Give the allowed values of ``enum``, of ``const``, or of alternatives that are all constants."""
    if "const" in schema:
        return (_option(schema["const"]),)
    if schema.get("enum"):
        return tuple(_option(value) for value in schema["enum"] if value is not None)
    parts = schema.get("oneOf") or schema.get("anyOf") or ()
    if parts and all(isinstance(part, Mapping) and "const" in part for part in parts):
        return tuple(_option(part["const"], part.get("title")) for part in parts)
    return ()


def _option(value: Any, label: Any = None) -> Option:
    words = {True: "yes", False: "no"}
    known = next((word for flag, word in words.items() if same(flag, value)), None)
    return Option(value, str(label or known or value))


def _items(schema: Mapping[str, Any]) -> tuple[Option, ...]:
    items = schema.get("items")
    return _options(items) if isinstance(items, Mapping) else ()


def _items_are_text(schema: Mapping[str, Any]) -> bool:
    items = schema.get("items")
    return isinstance(items, Mapping) and items.get("type") == "string"


def _bound(schema: Mapping[str, Any], inclusive: str, exclusive: str) -> float | None:
    """Give the inclusive bound; an exclusive one only for whole numbers, where it says the same."""
    if isinstance(schema.get(inclusive), int | float):
        return float(schema[inclusive])
    edge = schema.get(exclusive)
    if isinstance(edge, int) and not isinstance(edge, bool) and schema.get("type") == "integer":
        return float(edge + (1 if exclusive == "exclusiveMinimum" else -1))
    return None


def _example(schema: Mapping[str, Any]) -> str:
    examples = schema.get("examples")
    first = examples[0] if isinstance(examples, list) and examples else schema.get("example")
    return first if isinstance(first, str) else "" if first is None else str(first)
