"""The forms that are gone once a file is read: presets taken in, operations below modules, pieces of a child.

The models describe what a file means when it is put together; an editor must also know how it is written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_USE: Final = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "description": "The preset to take in, or several; what stands beside it comes on top.",
    "title": "Use",
}
_PIECE: Final = "Piece"
_OWN: Final = ("schema", "revision", "handle")


def with_all_forms(schema: dict[str, Any]) -> dict[str, Any]:
    """Give the schema of the models with the other ways to write what they mean."""
    definitions = schema["$defs"]
    del schema["properties"]["lineage"], definitions["Ancestor"]
    del definitions["Operation"]["properties"]["module"]
    for name in ("Operation", "Request", "ErrorRule"):
        definitions[name]["properties"]["use"] = _USE
    operations = schema["properties"]["operations"]
    definitions["Module"]["properties"]["operations"] = dict(operations)
    _loosen(definitions["Operation"], "request")
    _loosen(definitions["Request"], "path")
    definitions |= dict(_pieces(definitions))
    _let_add(definitions["Operation"], "request")
    presets = definitions["Presets"]["properties"]
    for kind, name in (("operations", "Operation"), ("requests", "Request")):
        for pattern in presets[kind]["patternProperties"]:
            presets[kind]["patternProperties"][pattern] = {"$ref": f"#/$defs/{name}{_PIECE}"}
    return _for_children(schema)


def _loosen(definition: dict[str, Any], key: str) -> None:
    """Ask for a key only where no preset is taken in that may bring it."""
    definition["required"].remove(key)
    if not definition["required"]:
        del definition["required"]
    definition["anyOf"] = [{"required": [key]}, {"required": ["use"]}]


def _let_add(definition: dict[str, Any], key: str) -> None:
    """Let a part be a piece where a preset is taken in that may bring the rest of it."""
    whole = definition["properties"][key]
    definition["properties"][key] = _to_pieces(whole)
    definition |= {"if": {"required": ["use"]}, "else": {"properties": {key: whole}}}


def _pieces(definitions: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give each definition a second time, as a piece: nothing in it is required, and null removes."""
    for name, definition in definitions.items():
        yield f"{name}{_PIECE}", _piece(definition)


def _piece(definition: Mapping[str, Any]) -> dict[str, Any]:
    piece = {key: value for key, value in definition.items() if key not in {"required", "anyOf"}}
    properties = definition.get("properties", {})
    piece["properties"] = {key: _or_null(_to_pieces(value)) for key, value in properties.items()}
    return piece


def _or_null(value: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = {key: value[key] for key in ("description", "title") if key in value}
    return {
        **about,
        "anyOf": [{key: item for key, item in value.items() if key not in about}, {"type": "null"}],
    }


def _to_pieces(value: Any) -> Any:
    """Let every reference lead to the piece of what it named; named parts of it may be removed."""
    if isinstance(value, list):
        return [_to_pieces(item) for item in value]
    if not isinstance(value, dict):
        return value
    # A piece need not say of which kind it is, so several may fit.
    changed = {
        "anyOf" if key == "oneOf" else key: _to_pieces(item)
        for key, item in value.items()
        if key != "discriminator"
    }
    if isinstance(value.get("$ref"), str):
        changed["$ref"] = f"{value['$ref']}{_PIECE}"
    if isinstance(value.get("additionalProperties"), dict):
        changed["additionalProperties"] = _or_null(changed["additionalProperties"])
    for pattern in value.get("patternProperties", ()):
        changed["patternProperties"][pattern] = _or_null(changed["patternProperties"][pattern])
    return changed


def _for_children(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a file that extends another by its pieces, and any other as a whole."""
    whole = {key: schema[key] for key in ("properties", "required")}
    child = _piece(whole)
    for key in (*_OWN, "extends"):
        child["properties"][key] = schema["properties"][key]
    child["required"] = [*_OWN, "extends"]
    rest = {key: value for key, value in schema.items() if key not in {"properties", "required"}}
    closed = {"type": "object", "additionalProperties": False}
    rest.pop("additionalProperties", None)
    return {**rest, "if": {"required": ["extends"]}, "then": {**closed, **child}, "else": {**closed, **whole}}
