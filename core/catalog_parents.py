"""Find what a connector of the catalog may extend: kept revisions, the library, the user's folder."""

from pathlib import Path

from connectors import Parents, Problem, find_doubles, find_problems, parents_in
from storage import Store


def catalog_parents(folder: Path, store: Store) -> Parents:
    """Find revisions by handle and number; a file comes before a kept form of the same revision."""
    files = parents_in(folder)

    def find(handle: str, revision: int) -> dict[int, Path | bytes]:
        newest_last = reversed(store.connectors.of(handle))
        kept: dict[int, Path | bytes] = {row.revision: row.compiled for row in newest_last}
        return {**kept, **files(handle, revision)}

    return find


def file_problems(path: Path, folder: Path) -> tuple[Problem, ...]:
    """Give what is wrong with a file or folder, and with what stands beside it in the user's ``folder``."""
    return (*find_problems(path, file_parents(path, folder)), *find_doubles(path, folder))


def file_parents(path: Path, folder: Path) -> Parents:
    """Give what a file outside of the catalog may extend: library, user's folder, the files beside it."""
    return parents_in(folder, path.parent)
