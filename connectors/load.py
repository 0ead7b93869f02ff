"""Load a connector from its file or folder, or say everything that is wrong with it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import DefinitionError, Problem
from .source import Source, read_source

if TYPE_CHECKING:
    from .explain import Finding
    from .format.connector import Connector


@dataclass(frozen=True, slots=True)
class Loaded:
    """A definition that holds, with its compiled form and the hash of it (``sha256:…``)."""

    definition: "Connector"
    hash: str
    compiled: bytes
    path: Path


def load_definition(path: Path) -> Loaded:
    """Load a YAML file or a folder.

    Raises:
        DefinitionError: with every problem of it, in the order of the files.
    """
    from .compiled import compile_definition, content_hash

    definition, problems = _examine(path)
    if problems or definition is None:
        raise DefinitionError(problems)
    compiled = compile_definition(definition)
    return Loaded(definition, content_hash(compiled), compiled, path)


def find_problems(path: Path) -> tuple[Problem, ...]:
    """Give everything that is wrong with a file or folder; nothing when it can be used."""
    return _examine(path)[1]


def _examine(path: Path) -> "tuple[Connector | None, tuple[Problem, ...]]":
    source = read_source(path)
    if not source.data:
        return None, _ordered(source.problems)
    definition, findings = _validate(source)
    found = [
        source.problem(finding.path, finding.message, on_key=finding.on_key, offset=finding.offset)
        for finding in findings
    ]
    return definition, _ordered([*source.problems, *found])


def _validate(source: Source) -> "tuple[Connector | None, list[Finding]]":
    from pydantic import ValidationError

    from .checks import check_definition, check_document
    from .explain import explain
    from .format.connector import Connector

    try:
        definition = Connector.model_validate_json(json.dumps(source.data))
    except ValidationError as error:
        return None, [*explain(error, source.data), *check_document(source.data)]
    return definition, [*check_document(source.data), *check_definition(definition)]


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (str(problem.file), problem.line, problem.column)))
