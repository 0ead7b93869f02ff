"""Load a connector from its file or folder, or say everything that is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .document import Document
from .errors import DefinitionError, Problem
from .inherit import NoParentError, Parent, inherit
from .parents import Parents, parents_in
from .source import Source, read_source, shown_path

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


def load_definition(path: Path, parents: Parents | None = None) -> Loaded:
    """Load a YAML file or a folder.

    ``parents`` gives the revisions that can be extended: unless said those of the library and of the folder
    in which the file stands.

    Raises:
        DefinitionError: with every problem of it, in the order of the files.
    """
    from .compiled import compile_definition, content_hash

    examined = _examine(path, parents or parents_in(path.parent))
    if examined.problems or examined.definition is None:
        raise DefinitionError(examined.problems)
    compiled = compile_definition(examined.definition)
    return Loaded(examined.definition, content_hash(compiled), compiled, path)


def find_problems(path: Path, parents: Parents | None = None) -> tuple[Problem, ...]:
    """Give everything that is wrong with a file or folder; nothing when it can be used."""
    return _examine(path, parents or parents_in(path.parent)).problems


@dataclass(frozen=True, slots=True)
class _Examined:
    definition: "Connector | None"
    problems: tuple[Problem, ...]
    document: Document


def _examine(path: Path, parents: Parents, chain: tuple[str, ...] = ()) -> _Examined:
    source = read_source(path)
    document = Document(source, source.data)
    if not source.data:
        return _Examined(None, _ordered(source.problems), document)

    def read(where: Path | bytes, chain: tuple[str, ...]) -> Parent:
        return _kept(where) if isinstance(where, bytes) else _read_parent(where, parents, chain)

    document, lineage, findings = inherit(source, parents, read, chain)
    problems = [*source.problems, *(_problem(document, finding) for finding in findings)]
    if findings:
        return _Examined(None, _ordered(problems), document)
    definition, found = _validate(document, lineage)
    return _Examined(definition, _ordered([*problems, *found]), document)


def _read_parent(path: Path, parents: Parents, chain: tuple[str, ...]) -> Parent:
    from .compiled import compile_definition, content_hash

    examined = _examine(path, parents, chain)
    if examined.problems or examined.definition is None:
        raise NoParentError(f"what it extends cannot be used: {examined.problems[0]}")
    hash_ = content_hash(compile_definition(examined.definition))
    return Parent(examined.document, hash_, _plain_lineage(examined.definition))


def _kept(compiled: bytes) -> Parent:
    """Take a compiled form for the document of the file that it was read from."""
    from .compiled import content_hash, read_compiled
    from .written import written

    try:
        definition = read_compiled(compiled)
    except DefinitionError as error:
        raise NoParentError(error.problems[0].message) from error
    data = written(definition)
    document = Document(Source(Path("(kept)"), data), data)
    return Parent(document, content_hash(compiled), _plain_lineage(definition))


def _plain_lineage(definition: "Connector") -> tuple[Mapping[str, Any], ...]:
    return tuple(ancestor.model_dump() for ancestor in definition.lineage)


def _validate(
    document: Document, lineage: tuple[Mapping[str, Any], ...]
) -> "tuple[Connector | None, list[Problem]]":
    from pydantic import ValidationError

    from .checks import check_definition, check_document
    from .expand import expand
    from .explain import Finding, explain
    from .format.connector import Connector

    expansion = expand(document)
    problems = [_problem(about, finding) for about, finding in expansion.findings]
    whole = expansion.document
    data = whole.data
    if "lineage" in data:
        message = "this is noted by itself when the file is read; say `extends: HANDLE@REVISION`"
        problems.append(_problem(whole, Finding(("lineage",), message, on_key=True)))
    if lineage:
        data = {**data, "lineage": list(lineage)}
    definition = None
    try:
        definition = Connector.model_validate_json(json.dumps(data))
    except ValidationError as error:
        findings = [*explain(error, data), *check_document(data)]
    else:
        findings = [*check_document(data), *check_definition(definition)]
    return definition, [*problems, *(_problem(whole, finding) for finding in findings)]


def _problem(document: Document, finding: "Finding") -> Problem:
    """Place a finding where its value was written; of what is inherited, at ``extends``."""
    source, path = document.origin(finding.path)
    if source is document.source:
        return source.problem(path, finding.message, on_key=finding.on_key, offset=finding.offset)
    at = document.source.problem(("extends",), f"in what is inherited: {finding.message}")
    return Problem(at.file, at.line, at.column, shown_path(finding.path), at.message)


def _ordered(problems: list[Problem]) -> tuple[Problem, ...]:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (str(problem.file), problem.line, problem.column)))
