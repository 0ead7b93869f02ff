"""Check the facts of a sign-in that an operation reads."""

from collections.abc import Iterator

from ..explain import Finding
from ..format.auth import OAuth2Auth
from ..format.auth.oauth2_token import Captured
from ..format.connector import Connector
from ..words import nearest
from ..yaml12 import TreePath
from .json_schemas import find_mismatches


def check_looked_up(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the facts that are captured from an operation."""
    for name, method in definition.auth.items():
        if isinstance(method, OAuth2Auth):
            for number, one in enumerate(method.captured):
                yield from _check(one, definition, ("auth", name, "captured", number))


def _check(one: Captured, definition: Connector, path: TreePath) -> Iterator[Finding]:
    if one.from_ != "operation":
        for name in ("operation", "input"):
            if name in one.model_fields_set:
                yield Finding((*path, name), "it is asked with `from: operation` alone", on_key=True)
        return
    if one.operation is None:
        yield Finding(path, "`from: operation` needs the `operation`")
        return
    operation = definition.operations.get(one.operation)
    if operation is None:
        message = f"there is no operation '{one.operation}'{nearest(one.operation, definition.operations)}"
        yield Finding((*path, "operation"), message)
        return
    if not operation.read_only:
        yield Finding((*path, "operation"), f"'{one.operation}' changes something; a sign-in only reads")
    if one.secret:
        yield Finding((*path, "secret"), "what an operation reads is in its log, so it is no secret")
    yield from find_mismatches(operation.input, one.input, (*path, "input"))
