"""Find the revisions of a connector among files, by what the files say of themselves."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from .shipped import shipped_paths
from .source import MAIN, SUFFIXES, read_source


def shipped_parents(handle: str) -> dict[int, Path]:
    """Give the revision that the library has of a handle, if it has one."""
    return revisions_in([path for path in shipped_paths() if path.stem == handle], handle)


def revisions_below(folder: Path, handle: str) -> dict[int, Path]:
    """Give the revisions of a handle among the connectors that stand in a folder."""
    return revisions_in(_entries(folder), handle)


def revisions_in(paths: Iterable[Path], handle: str) -> dict[int, Path]:
    """Give the revisions of a handle among these files and folders; of two alike the later one."""
    found: dict[int, Path] = {}
    for path in paths:
        if _mentions(path, handle):
            data = read_source(path).data
            if data.get("handle") == handle and isinstance(data.get("revision"), int):
                found[data["revision"]] = path
    return found


def _entries(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and (path.suffix in SUFFIXES or (path / MAIN).is_file()):
            yield path


def _mentions(path: Path, handle: str) -> bool:
    """Tell quickly that a file cannot be about a handle, because it does not hold the word."""
    main = path / MAIN if path.is_dir() else path
    try:
        return handle.encode() in main.read_bytes()
    except OSError:
        return False
