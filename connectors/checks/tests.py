"""Check the tests of the file: whether what they name is there and fits."""

import re
from collections.abc import Iterator
from typing import Final

from ..explain import Finding
from ..format.connector import Connector
from ..format.operations import Operation
from ..format.shorthand import mistakes
from ..format.tests import OfflineTest, RecordedResponse
from ..words import nearest
from ..yaml12 import TreePath
from .json_schemas import find_mismatches
from .operations import is_file

_NO_HEADER: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def check_tests(definition: Connector) -> Iterator[Finding]:
    """Yield what does not fit in the tests."""
    taken: set[str] = set()
    for number, test in enumerate(definition.tests):
        path: TreePath = ("tests", number)
        if test.name in taken:
            yield Finding((*path, "name"), f"another test has the name '{test.name}' already")
        taken.add(test.name)
        yield from _check(test, definition, path)


def _check(test: OfflineTest, definition: Connector, path: TreePath) -> Iterator[Finding]:
    if test.auth is not None and test.auth not in definition.auth:
        message = f"there is no authentication method '{test.auth}'{nearest(test.auth, definition.auth)}"
        yield Finding((*path, "auth"), message)
    yield from _check_variables(test, definition, (*path, "given", "variables"))
    for number, response in enumerate(test.given.responses):
        yield from _check_response(response, (*path, "given", "responses", number))
    expect = test.expect
    if expect.error is not None and expect.state == "success":
        yield Finding((*path, "expect", "state"), "a run that ends with an error has the state failed")
    if expect.state == "failed":
        for name in ("count", "records", "result"):
            if name in expect.model_fields_set:
                message = "a run that fails gives none of it; `error` says how it ends"
                yield Finding((*path, "expect", name), message, on_key=True)
    operation = definition.operations.get(test.operation)
    if operation is None:
        message = f"there is no operation '{test.operation}'{nearest(test.operation, definition.operations)}"
        yield Finding((*path, "operation"), message)
        return
    if any(mistakes(operation.input)):
        return  # that is told where the input is described
    yield from _check_files(test, operation, (*path, "given", "input"))
    if expect.state == "success":
        yield from find_mismatches(operation.input, test.given.input, (*path, "given", "input"))


def _check_response(response: RecordedResponse, path: TreePath) -> Iterator[Finding]:
    """Yield what no vendor could have answered."""
    others = sorted(response.model_fields_set - {"exception"})
    if response.exception is not None and others:
        message = f"there was no answer, so it stands alone; leave out {' and '.join(others)}"
        yield Finding((*path, "exception"), message, on_key=True)
    for name, value in response.headers.items():
        if _NO_HEADER.search(value):
            message = "a header has no line break and no control character; write two headers, or one line"
            yield Finding((*path, "headers", name), message)


def _check_files(test: OfflineTest, operation: Operation, path: TreePath) -> Iterator[Finding]:
    """Yield what would have a test read a file of whoever runs it."""
    fields = operation.input_schema().get("properties")
    for key, field in fields.items() if isinstance(fields, dict) else ():
        value = test.given.input.get(key)
        for one in value if isinstance(value, list) else (value,):
            if is_file(field) and isinstance(one, str) and one not in test.given.files:
                yield Finding((*path, key), "a file of a test has its text under `given.files`, by this name")


def _check_variables(test: OfflineTest, definition: Connector, path: TreePath) -> Iterator[Finding]:
    known = [one.key for one in definition.inputs]
    aliases = {one.alias for one in definition.inputs}
    for name in test.given.variables:
        if name not in known and name not in aliases:
            yield Finding((*path, name), f"there is no input '{name}'{nearest(name, known)}", on_key=True)
