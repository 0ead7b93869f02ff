"""Write a JSON Schema in a few words.

A mapping with ``type: object`` is a JSON Schema and is taken as it is, but that ``type: secret`` is a type in
it, too. Any other mapping is the shorthand: each key is a field, each value one of

    string                a type: string integer number boolean object array any
    date  date-time  email  uri  uuid    a string of that format
    file                  the path of a file, whose content a body sends
    secret                a text that no log, event or screen shows
    string[]              a list of them
    low|normal|high       one of these words
    string!               required
    integer = 25          with a default (JSON, or a word)
    string! - what it is  with a description
    [1, 2, 3]             one of these values
    {type: integer, minimum: 1, required: true}    any JSON Schema, required where it says so
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "any", "secret")
SECRET: Final[Mapping[str, Any]] = {"type": "string", "format": "password", "writeOnly": True}
FORMATS: Final = ("date", "date-time", "email", "uri", "uuid", "file")

_WORDS: Final = re.compile(
    r"^\s*(?P<kind>[^\s!=\[\]]+)(?P<many>\[\])?(?P<required>!)?"
    r"(?:\s*=\s*(?P<default>.*?))?(?:\s+-\s+(?P<about>.*))?\s*$",
    re.DOTALL,
)


def schema_of(written: Mapping[str, Any], *, closed: bool = True) -> dict[str, Any]:
    """Give the JSON Schema that was written, whole or in shorthand; ``closed`` refuses other fields.

    Raises:
        ValueError: for a field that cannot be read; `mistakes` finds them all.
    """
    if is_json_schema(written):
        return _with_secrets(written)
    fields: dict[str, Any] = {}
    required: list[str] = []
    for name, value in written.items():
        fields[name], needed = _field(value)
        if needed:
            required.append(name)
    schema: dict[str, Any] = {"type": "object", "properties": fields}
    if required:
        schema["required"] = required
    if closed:
        schema["additionalProperties"] = False
    return schema


def _with_secrets(schema: Mapping[str, Any]) -> dict[str, Any]:
    fields = schema.get("properties")
    if not isinstance(fields, Mapping):
        return dict(schema)
    return {**schema, "properties": {key: _sealed(field) for key, field in fields.items()}}


def _sealed(field: Any) -> Any:
    """Write the type that JSON Schema does not have as it would; the usual words of others mean it too."""
    is_ours = isinstance(field, Mapping) and field.get("type") == "secret"
    return {**field, **SECRET} if is_ours else field


def is_secret(field: Any) -> bool:
    """Tell whether a field of a schema holds a secret, by our word for it or by those of JSON Schema."""
    if not isinstance(field, Mapping):
        return False
    return (
        field.get("type") == "secret" or field.get("writeOnly") is True or field.get("format") == "password"
    )


def is_json_schema(written: Mapping[str, Any]) -> bool:
    """Tell a JSON Schema from the shorthand."""
    return written.get("type") == "object"


def mistakes(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each field of a shorthand that cannot be read, with a sentence."""
    if is_json_schema(written):
        return
    for name, value in written.items():
        try:
            _field(value)
        except ValueError as error:
            yield name, str(error)


def _field(value: Any) -> tuple[dict[str, Any], bool]:
    if isinstance(value, str):
        return _from_words(value)
    if isinstance(value, list):
        return {"enum": list(value)}, False
    if isinstance(value, Mapping):
        required = value.get("required") is True
        kept = {key: item for key, item in value.items() if key != "required" or not isinstance(item, bool)}
        return _sealed(kept), required
    found = json.dumps(value)
    raise ValueError(f"found {found}; write a type such as string!, a list of values, or a JSON Schema")


def _from_words(text: str) -> tuple[dict[str, Any], bool]:
    match = _WORDS.match(text)
    if match is None:
        raise ValueError(f"cannot read '{text}'; write TYPE, then [] ! = DEFAULT - DESCRIPTION as needed")
    schema = _kind(match["kind"])
    if match["many"]:
        schema = {"type": "array", "items": schema}
    if match["default"] is not None:
        schema["default"] = _default(match["default"], schema)
    if match["about"]:
        schema["description"] = match["about"].strip()
    return schema, match["required"] is not None


def _kind(word: str) -> dict[str, Any]:
    if word == "any":
        return {}
    if word == "secret":
        return dict(SECRET)
    if word in TYPES:
        return {"type": word}
    if word in FORMATS:
        return {"type": "string", "format": word}
    if "|" in word:
        return {"type": "string", "enum": word.split("|")}
    raise ValueError(f"unknown type '{word}'; {_advice(word)}")


def _advice(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, [*TYPES, *FORMATS], 1)
    allowed = f"allowed: {', '.join((*TYPES, *FORMATS))}, or words joined by |"
    return f"did you mean '{near[0]}'? {allowed}" if near else allowed


def _default(text: str, schema: Mapping[str, Any]) -> Any:
    if schema.get("type") == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        raise ValueError(f"the default '{text}' cannot be read as {schema.get('type', 'JSON')}") from None
