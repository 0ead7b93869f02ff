"""The names that stand behind the roots of a scope: inputs of the connector, of a method, of an operation."""

from collections.abc import Mapping
from typing import Any, Final

from ..format.shorthand import is_json_schema
from ..yaml12 import TreePath
from .login import extracted
from .oauth1 import oauth1_inputs, oauth1_names
from .oauth2 import captured_names, oauth2_inputs, oauth2_names
from .places import FACTS

_USUAL_INPUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "none": (),
    "api_key": ("api_key",),
    "bearer": ("token",),
    "basic": ("username", "password"),
    "digest": ("username", "password"),
    "hmac": ("key",),
    "jwt": ("key",),
    "session": ("username", "password"),
    "app_installation": ("app_id", "installation_id", "private_key"),
    "mtls": ("certificate", "private_key", "key_password"),
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
    if root == "captured":
        return _captured_names(path, data)
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
        return [*input_keys(method["inputs"]), *_added(method)]
    if method.get("kind") == "oauth1":
        return [*oauth1_inputs(method), *oauth1_names(method)]
    if method.get("kind") == "oauth2":
        return [*oauth2_inputs(method), *oauth2_names(method)]
    usual = _USUAL_INPUTS.get(str(method.get("kind")))
    return None if usual is None else [*usual, *_added(method)]


def _added(method: Mapping[str, Any]) -> list[str]:
    match method.get("kind"):
        case "oauth1":
            return oauth1_names(method)
        case "oauth2":
            return oauth2_names(method)
        case _:
            return extracted(method)


def _captured_by(method: Mapping[str, Any]) -> list[str]:
    if method.get("kind") in ("oauth1", "oauth2"):
        return captured_names(method)
    return extracted(method, secret=False)


def _captured_names(path: TreePath, data: Mapping[str, Any]) -> list[str]:
    """Give what the method around a path captures, or what any of them does."""
    methods = data.get("auth")
    if not isinstance(methods, dict):
        return []
    those = [methods.get(path[1])] if path[0] == "auth" else list(methods.values())
    return [name for method in those if isinstance(method, dict) for name in _captured_by(method)]


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
