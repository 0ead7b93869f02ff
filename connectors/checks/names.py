"""The names that stand behind the roots of a scope: inputs of the connector, of a method, of an operation."""

from collections.abc import Mapping
from typing import Any, Final

from ..format.auth.oauth1 import usual_inputs
from ..format.shorthand import is_json_schema
from ..yaml12 import TreePath
from .places import FACTS

_USUAL_INPUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "api_key": ("api_key",),
    "bearer": ("token",),
    "basic": ("username", "password"),
    "digest": ("username", "password"),
    "hmac": ("key",),
    "jwt": ("key",),
    "aws_sigv4": ("access_key_id", "secret_access_key", "session_token"),
}


def names_behind(root: str, path: TreePath, data: Mapping[str, Any]) -> list[str] | None:
    """Give the names a root has at a path of the document; None where they cannot be known."""
    if root in FACTS:
        return list(FACTS[root])
    if root == "var":
        return input_keys(data.get("inputs"))
    if root == "auth" and path[0] == "auth":
        return _auth_names(_at(data, path[:2]))
    if root == "input":
        return _input_names(path, data)
    return None


def input_keys(inputs: Any) -> list[str]:
    """Give the keys of a list of inputs, however broken it is."""
    if not isinstance(inputs, list):
        return []
    return [one["key"] for one in inputs if isinstance(one, dict) and isinstance(one.get("key"), str)]


def siblings(path: TreePath, data: Mapping[str, Any]) -> list[str]:
    """Give the keys of the inputs beside the one a path leads into."""
    return input_keys(_at(data, path[: path.index("inputs") + 1]))


def _auth_names(method: Any) -> list[str] | None:
    if not isinstance(method, dict):
        return None
    if "inputs" in method:
        return input_keys(method["inputs"])
    if method.get("kind") == "oauth1":
        signature = str(method.get("signature", "HMAC-SHA1"))
        return [one.key for one in usual_inputs(signature, has_token=method.get("token", "") is not None)]
    usual = _USUAL_INPUTS.get(str(method.get("kind")))
    return None if usual is None else list(usual)


def _input_names(path: TreePath, data: Mapping[str, Any]) -> list[str] | None:
    if path[0] == "operations":
        return _fields(_at(data, (*path[:2], "input")) or {})
    if path[0] == "auth":
        test = _at(data, path[:4])
        given = test.get("input") if isinstance(test, dict) else None
        return list(given) if isinstance(given, dict) else []
    return None


def _fields(schema: Any) -> list[str] | None:
    if not isinstance(schema, dict):
        return None
    if not is_json_schema(schema):
        return list(schema)
    properties = schema.get("properties")
    composed = any(key in schema for key in ("$ref", "allOf", "anyOf", "oneOf", "patternProperties"))
    return None if composed or not isinstance(properties, dict) else list(properties)


def _at(data: Any, path: TreePath) -> Any:
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
