"""Read one connector file into what the index keeps of it; a file that cannot be used gives what is wrong."""

import re
from pathlib import Path

from connectors import Connector, DefinitionError, Loaded, Parents, load_definition
from storage.catalog import BrokenFile, CatalogDocument, Mistake, OperationLine
from storage.packing import clean_text

from .catalog_capabilities import capabilities_of

_HANDLE = re.compile(rb"^handle:\s*['\"]?([a-z0-9][a-z0-9-]{0,63})\b", re.MULTILINE)
_EXTENDS = re.compile(rb"^extends:\s*['\"]?([a-z0-9][a-z0-9-]{0,63})@", re.MULTILINE)
_SAMPLE = 65_536
_MISTAKES = 20


def read_document(path: Path, parents: Parents | None = None) -> CatalogDocument | BrokenFile:
    """Read a file or folder, whatever is in it; without ``parents`` it extends what is in files near it."""
    if clean_text(path.name) != path.name:
        said = "the name of this file is not UTF-8; rename it"
        return BrokenFile(_clean(path.name), (Mistake(_clean(path.name), 1, 1, "", said),))
    try:
        return document_of(load_definition(path, parents))
    except DefinitionError as error:
        return BrokenFile(seeming_handle(path), mistakes_of(error, path), seeming_parents(path))
    except Exception as error:  # noqa: BLE001 - one file must never hide the others
        said = f"the file cannot be read: {type(error).__name__}: {error}"
        return BrokenFile(seeming_handle(path), (Mistake(path.name, 1, 1, "", _clean(said)),))


def document_of(loaded: Loaded) -> CatalogDocument:
    """Give what the index keeps of a connector."""
    definition: Connector = loaded.definition
    return CatalogDocument(
        handle=definition.handle,
        name=definition.name,
        revision=definition.revision,
        type=definition.type,
        status=status_of(definition),
        summary=definition.summary,
        hash=loaded.hash,
        text=definition.description,
        categories=definition.categories,
        tags=definition.tags,
        auth=kinds_of(definition),
        can=capabilities_of(definition),
        operations=tuple(
            OperationLine(name, one.title, one.summary, one.read_only, one.danger, one.deprecated)
            for name, one in definition.operations.items()
        ),
        parents=tuple(dict.fromkeys(one.handle for one in definition.lineage)),
    )


def status_of(definition: Connector) -> str:
    """Say where a connector is in its life."""
    return "deprecated" if definition.deprecation else "published"


def kinds_of(definition: Connector) -> tuple[str, ...]:
    """Give the kinds of the ways to sign in, each once."""
    return tuple(dict.fromkeys(method.kind for method in definition.auth.values()))


def mistakes_of(error: DefinitionError, path: Path) -> tuple[Mistake, ...]:
    """Give the first mistakes of a file that cannot be used, each with the file's name below its folder."""
    return tuple(
        Mistake(
            _clean(_below(one.file, path.parent)), one.line, one.column, _clean(one.path), _clean(one.message)
        )
        for one in error.problems[:_MISTAKES]
    )


def _clean(text: str) -> str:
    return clean_text(text) or ""


def _below(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)


def seeming_handle(path: Path) -> str:
    """Guess the handle of a file that cannot be read: what it says, else what it is called."""
    return _said(path, _HANDLE) or path.name.removesuffix(path.suffix).partition("@")[0] or path.name


def seeming_parents(path: Path) -> tuple[str, ...]:
    """Guess what a file that cannot be used extends, so that it is read again when that is there."""
    handle = _said(path, _EXTENDS)
    return (handle,) if handle else ()


def _said(path: Path, pattern: re.Pattern[bytes]) -> str | None:
    main = path / "connector.yaml" if path.is_dir() else path
    try:
        if not main.is_file():
            return None
        with main.open("rb") as file:
            said = pattern.search(file.read(_SAMPLE))
    except OSError:
        return None
    return said[1].decode("ascii") if said is not None else None
