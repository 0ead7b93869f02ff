"""Check what a connector can do: requests, schemas, examples."""

import re
from collections.abc import Iterator
from typing import Any, Final

from ..explain import Finding
from ..format.connector import Connector
from ..format.operations import Operation
from ..format.request import FormStyle, Request
from ..templates import has_template
from ..yaml12 import TreePath
from .json_schemas import check_schema, find_mismatches
from .rules import check_rules

_PART_KINDS: Final = ("file", "json", "text")
_FILE_INPUT: Final = re.compile(r"\s*\{\{\s*input\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}\s*")
_PLACEHOLDER: Final = re.compile(
    r"(?<!\{)\{([A-Za-z_][A-Za-z0-9_-]*)\}(?!\})|(?<=/):([A-Za-z_][A-Za-z0-9_]*)"
)


def check_operations(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the operations."""
    for name, operation in definition.operations.items():
        yield from _check(operation, ("operations", name))


def _check(operation: Operation, path: TreePath) -> Iterator[Finding]:
    yield from check_request(operation.request, (*path, "request"))
    wrong = list(check_schema(operation.input, (*path, "input")))
    yield from wrong or (*_check_files(operation, path), *_check_secrets(operation, path))
    if operation.output is not None:
        yield from check_schema(operation.output, (*path, "output"))
    yield from check_rules(operation.errors, (*path, "errors"))
    if operation.read_only and operation.danger != "none":
        yield Finding(
            (*path, "danger"), f"an operation that only reads cannot be of danger {operation.danger}"
        )
    if operation.irreversible and operation.danger == "none":
        yield Finding((*path, "irreversible"), "what changes nothing has nothing to undo; say its danger too")
    for number, example in enumerate(operation.examples):
        yield from find_mismatches(operation.input, example.input, (*path, "examples", number, "input"))


def _check_files(operation: Operation, path: TreePath) -> Iterator[Finding]:
    """Yield where a file is sent that is no input of type file, or that the connector would choose itself."""
    fields = dict(operation.input_schema().get("properties", {}))
    files = {key for key, field in fields.items() if is_file(field)}
    for key in sorted(files):
        if "default" in fields[key]:
            yield Finding((*path, "input", key), "a file has no default; the person chooses it")
    for where, text in _file_places(operation.request):
        match = _FILE_INPUT.fullmatch(text)
        if match is not None and match[1] not in files:
            sentence = f"`{match[1]}` is no input of type file; write {match[1]}: file"
            yield Finding((*path, "request", *where), sentence)


def _check_secrets(operation: Operation, path: TreePath) -> Iterator[Finding]:
    fields = operation.input_schema().get("properties", {})
    for key in sorted(operation.secret_inputs()):
        if "default" in fields[key]:
            yield Finding((*path, "input", key), "a secret has no default; the person gives it")


def is_file(field: Any) -> bool:
    """Tell whether an input is the path of a file, or a list of them."""
    if not isinstance(field, dict):
        return False
    return field.get("format") == "file" or is_file(field.get("items"))


def _file_places(request: Request) -> Iterator[tuple[TreePath, str]]:
    body = request.body
    if request.body_type == "file" and isinstance(body, str):
        yield ("body",), body
    if request.body_type == "multipart" and isinstance(body, dict):
        for name, part in body.items():
            if isinstance(part, dict) and isinstance(part.get("file"), str):
                yield ("body", name, "file"), part["file"]


def _sends_input(value: Any) -> bool:
    return isinstance(value, str) and _FILE_INPUT.fullmatch(value) is not None


def _check_parts(body: dict[str, Any], path: TreePath) -> Iterator[Finding]:
    for name, part in body.items():
        if not isinstance(part, dict):
            continue
        kinds = [kind for kind in _PART_KINDS if kind in part]
        others = sorted(set(part) - {*_PART_KINDS, "name", "type"})
        if len(kinds) != 1 or others:
            yield Finding((*path, name), "a part has one of file, json and text, and may have name and type")
        elif kinds == ["file"] and not _sends_input(part["file"]):
            yield Finding((*path, name, "file"), "a file is sent by its input: write '{{ input.KEY }}'")


def check_request(request: Request, path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in one request."""
    for match in _PLACEHOLDER.finditer(request.path):
        name = match[1] or match[2]
        message = f"`{match[0]}` is not filled; write '{{{{ input.{name} }}}}'"
        yield Finding((*path, "path"), message, offset=match.start())
    body = request.body
    is_text = isinstance(body, str)
    if (
        request.body_type in {"form", "multipart"}
        and body is not None
        and not isinstance(body, dict)
        and not (is_text and has_template(body))
    ):
        yield Finding((*path, "body"), "a form is a mapping of its fields")
    if request.form != FormStyle() and request.body_type != "form":
        yield Finding((*path, "form"), "it is about a body of type form; write body_type: form", on_key=True)
    if request.body_type == "file" and not _sends_input(body):
        yield Finding((*path, "body"), "a file is sent by its input: write body: '{{ input.KEY }}'")
    if request.body_type == "multipart" and isinstance(body, dict):
        yield from _check_parts(body, (*path, "body"))
    if request.body_type in {"text", "binary"} and body is not None and not is_text:
        yield Finding((*path, "body"), f"a body of type {request.body_type} is text")
