"""Which connector files there are, how they are told from what they were before, and what they hold."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import connectors
from connectors import files_of, shipped_paths
from connectors.yaml12 import MAX_BYTES
from storage.packing import clean_text

FileSource = Literal["library", "user"]
SUFFIXES: Final = (".yaml", ".yml")
_MAIN: Final = "connector.yaml"
_DEEPEST: Final = 2
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """A connector's file or folder; ``stamp`` changes with it, ``changed_ns`` is when anything in it did."""

    source: FileSource
    name: str
    where: str
    stamp: str
    changed_ns: int
    updated_us: int

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.where)

    @property
    def key(self) -> tuple[str, str]:
        """The name it has in the index."""
        return self.source, self.name

    def settled_stamp(self, now_ns: int) -> str:
        """Give the stamp, or nothing for a file so new that a second change could have the same times."""
        return self.stamp if now_ns - self.changed_ns > _SETTLED_NS else ""


def library_files() -> Iterator[CatalogFile]:
    """Give the files that come with the product."""
    return (_look("library", path.name, str(path), is_folder=path.is_dir()) for path in shipped_paths())


def user_files(folder: Path) -> Iterator[CatalogFile]:
    """Give the files and folders that the user has in the catalog; none where there is no folder."""
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except FileNotFoundError:
        return
    for entry in found:
        if entry.name.startswith("."):
            continue
        is_folder = _is_folder(entry)
        if is_folder or entry.name.endswith(SUFFIXES):
            yield _look("user", entry.name, entry.path, is_folder=is_folder, entry=entry)


def named_files(folder: Path, names: Iterable[str]) -> Iterator[CatalogFile]:
    """Give those of some files and folders of the user that are in the catalog."""
    for name in names:
        where = f"{folder}/{name}"
        is_folder = os.path.isdir(where)  # noqa: PTH112 - never raises
        if not name.startswith(".") and (is_folder or (name.endswith(SUFFIXES) and os.path.lexists(where))):
            yield _look("user", name, where, is_folder=is_folder)


def looks_of(folder: str | Path, depth: int = 0) -> int:
    """Give a number that changes with the times and sizes of the files in a folder: as cheap as can be."""
    seen = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                seen ^= _seen(entry, depth)
    except OSError as error:
        return hash((seen, error.errno))
    return seen


def _seen(entry: "os.DirEntry[str]", depth: int) -> int:
    """Look at one file or folder; below the folders of a connector, and in other folders, nothing counts."""
    try:
        if entry.is_dir():
            goes_on = depth < _DEEPEST and (depth or os.path.exists(f"{entry.path}/{_MAIN}"))  # noqa: PTH110
            return hash((entry.name, looks_of(entry.path, depth + 1) if goes_on else 0))
        one = entry.stat()
    except OSError as error:
        return hash((entry.name, error.errno))
    return hash((entry.name, one.st_mtime_ns, one.st_ctime_ns, one.st_size, one.st_ino))


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def digest_of(path: Path) -> str:
    """Give the hash of what a file, or every file of a folder, holds; empty where it cannot be read."""
    found = hashlib.sha256()
    try:
        if not path.is_dir():
            return hashlib.sha256(_content(path)).hexdigest() if path.is_file() else ""
        for file in files_of(path):
            if file.is_file():
                name, content = os.fsencode(file.relative_to(path)), _content(file)
                found.update(b"%d %d " % (len(name), len(content)) + name + content)
    except OSError:
        return ""
    return found.hexdigest()


def _stat(file: Path) -> os.stat_result:
    try:
        return file.stat()
    except OSError:
        return file.lstat()


def _content(file: Path) -> bytes:
    """Give what a file holds, as far as it would be read; one that is larger is refused whatever follows."""
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


@lru_cache(maxsize=1)
def format_fingerprint() -> str:
    """Give what changes with the format of connector files, and with the program that reads them."""
    room = Path(connectors.__file__).parent
    schema = (room / "schema" / "connect-1.json").read_bytes()
    rules = sorted((room / "checks").glob("*.py"))
    return hashlib.sha256(schema + b"".join(path.read_bytes() for path in rules)).hexdigest()


def now_ns() -> int:
    """Give the time of the clock that files are stamped with."""
    return time.time_ns()


def _look(
    source: FileSource, name: str, where: str, *, is_folder: bool, entry: "os.DirEntry[str] | None" = None
) -> CatalogFile:
    name = clean_text(name) or ""
    try:
        found = [entry.stat() if entry is not None else Path(where).stat()]
        if is_folder:
            found += [_stat(file) for file in files_of(Path(where))]
    except OSError as error:
        return CatalogFile(source, name, where, f"cannot be read: {error.errno}", 0, 0)
    if len(found) == 1:
        one = found[0]
        stamp = f"{one.st_mtime_ns}.{one.st_ctime_ns}.{one.st_size}.{one.st_ino}"
        return CatalogFile(
            source, name, where, stamp, max(one.st_mtime_ns, one.st_ctime_ns), one.st_mtime_ns // 1000
        )
    facts = repr([(one.st_mtime_ns, one.st_ctime_ns, one.st_size, one.st_ino) for one in found])
    newest = max(one.st_mtime_ns for one in found)
    changed = max(newest, *(one.st_ctime_ns for one in found))
    return CatalogFile(
        source, name, where, hashlib.sha256(facts.encode()).hexdigest(), changed, newest // 1000
    )
