"""Check what a connector can do: requests, schemas, examples."""

import re
from collections.abc import Iterator
from typing import Final

from ..explain import Finding
from ..format.connector import Connector
from ..format.operations import Operation
from ..format.request import Request
from ..templates import has_template
from ..yaml12 import TreePath
from .json_schemas import check_schema, find_mismatches
from .rules import check_rules

_PLACEHOLDER: Final = re.compile(
    r"(?<!\{)\{([A-Za-z_][A-Za-z0-9_-]*)\}(?!\})|(?<=/):([A-Za-z_][A-Za-z0-9_]*)"
)


def check_operations(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the operations."""
    for name, operation in definition.operations.items():
        yield from _check(operation, ("operations", name))


def _check(operation: Operation, path: TreePath) -> Iterator[Finding]:
    yield from check_request(operation.request, (*path, "request"))
    yield from check_schema(operation.input, (*path, "input"))
    if operation.output is not None:
        yield from check_schema(operation.output, (*path, "output"))
    yield from check_rules(operation.errors, (*path, "errors"))
    if operation.read_only and operation.danger != "none":
        yield Finding(
            (*path, "danger"), f"an operation that only reads cannot be of danger {operation.danger}"
        )
    for number, example in enumerate(operation.examples):
        yield from find_mismatches(operation.input, example.input, (*path, "examples", number, "input"))


def check_request(request: Request, path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in one request."""
    for match in _PLACEHOLDER.finditer(request.path):
        name = match[1] or match[2]
        message = f"`{match[0]}` is not filled; write '{{{{ input.{name} }}}}'"
        yield Finding((*path, "path"), message, offset=match.start())
    body = request.body
    is_text = isinstance(body, str)
    if (
        request.body_type == "form"
        and body is not None
        and not isinstance(body, dict)
        and not (is_text and has_template(body))
    ):
        yield Finding((*path, "body"), "a form is a mapping of its fields")
    if request.body_type in {"text", "binary"} and body is not None and not is_text:
        yield Finding((*path, "body"), f"a body of type {request.body_type} is text")
