"""Find the revisions of a connector among files, by what the files say of themselves."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from .shipped import shipped_paths
from .source import MAIN, SUFFIXES, read_source
from .yaml12 import MAX_BYTES

# Gives a revision of a handle and others that are at hand, by number: a file, a folder, or a compiled form.
Parents = Callable[[str, int], Mapping[int, Path | bytes]]


def parents_in(*folders: Path) -> Parents:
    """Find parents in the library and in these folders; of two alike the one of the later folder."""

    def find(handle: str, revision: int) -> dict[int, Path | bytes]:
        found: dict[int, Path | bytes] = {**revisions_in(_shipped(handle), handle)}
        for folder in folders:
            found |= revisions_below(folder, handle, revision)
        return found

    return find


def revisions_below(folder: Path, handle: str, revision: int) -> dict[int, Path]:
    """Give the revisions of a handle among the connectors that stand in a folder.

    Those that are named after it are looked at first, the others only if ``revision`` is not among them.
    """
    entries = _entries(folder)
    found = revisions_in([path for path in entries if named_after(path) == handle], handle)
    return found if revision in found else revisions_in(entries, handle)


def revisions_in(paths: Iterable[Path], handle: str) -> dict[int, Path]:
    """Give the revisions of a handle among these files and folders; of two alike the later one."""
    found: dict[int, Path] = {}
    for path in paths:
        if _mentions(path, handle):
            data = read_source(path).data
            if data.get("handle") == handle and isinstance(data.get("revision"), int):
                found[data["revision"]] = path
    return found


def same_revision(folder: Path, handle: str, revision: int) -> list[Path]:
    """Give every connector in a folder that says it is this revision of a handle."""
    found = [path for path in _entries(folder) if _mentions(path, handle)]
    said = [(path, read_source(path).data) for path in found]
    return [path for path, data in said if (data.get("handle"), data.get("revision")) == (handle, revision)]


def _shipped(handle: str) -> list[Path]:
    return [path for path in shipped_paths() if path.stem == handle]


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    entries = (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))
    return [path for path in entries if path.suffix in SUFFIXES or (path / MAIN).is_file()]


def named_after(path: Path) -> str:
    """Give the handle that a file is named after, as in ``acme-desk@3.yaml``."""
    return path.name.removesuffix(path.suffix if path.suffix in SUFFIXES else "").partition("@")[0]


def _mentions(path: Path, handle: str) -> bool:
    """Tell quickly that a file cannot be about a handle, because it does not hold the word."""
    main = path / MAIN if path.is_dir() else path
    try:
        return main.is_file() and main.stat().st_size <= MAX_BYTES and handle.encode() in main.read_bytes()
    except OSError:
        return False
