"""Ask the engine for one connector: its shape, its source, or what is wrong with its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ...commands.shapes import connector_shape, used_by_shape

if TYPE_CHECKING:
    from core import Engine

_LONGEST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ConnectorText:
    """A connector as ``connector show`` gives it, with the text of its files."""

    shape: Mapping[str, Any]
    source: str


@dataclass(frozen=True, slots=True)
class BrokenText:
    """A file that cannot be used, with its mistakes."""

    file: str
    mistakes: tuple[Any, ...]
    source: str


def read_connector(engine: "Engine", handle: str) -> ConnectorText:
    """Give a connector.

    Raises:
        NotKnownError: there is none of this handle.
        DefinitionError: its file is wrong.
    """
    found = engine.catalog.get(handle)
    shape = connector_shape(found) | used_by_shape(engine.workspace, handle)
    return ConnectorText(shape, source_text(found.path))


def read_broken(engine: "Engine", source: str, file: str) -> "BrokenText | None":
    """Give what is wrong with a file; nothing once it can be used."""
    mistakes = engine.catalog.mistakes(source, file)
    path = engine.catalog.folder_of(source) / file
    return BrokenText(file, mistakes, source_text(path)) if mistakes else None


def source_text(path: Path | None) -> str:
    """Give the text of a connector's file, or of all files of its folder one after the other."""
    if path is None:
        return "this revision is kept in the database; its file is gone"
    from core import files_of

    try:
        files = files_of(path)
    except OSError as error:
        return _reason(error)
    is_folder = path.is_dir()
    return "\n".join(
        f"# {file.relative_to(path)}\n{_text(file)}" if is_folder else _text(file) for file in files
    )


def _text(file: Path) -> str:
    if file.exists() and not file.is_file():
        return "cannot be read: it is neither a file nor a folder"
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            return opened.read(_LONGEST)
    except OSError as error:
        return _reason(error)


def _reason(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or '').lower()}"
