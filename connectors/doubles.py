"""Find the connectors of one folder that are the same revision: only one of them can count."""

from collections.abc import Iterator
from pathlib import Path

from .errors import Problem
from .parents import named_after, same_revision
from .source import read_source


def find_doubles(path: Path, folder: Path) -> Iterator[Problem]:
    """Yield that another connector in ``folder`` is the same revision as the one in ``path`` there."""
    if path.absolute().parent.resolve() != folder.resolve():
        return
    source = read_source(path)
    handle, revision = source.data.get("handle"), source.data.get("revision")
    if not isinstance(handle, str) or not isinstance(revision, int):
        return
    alike = same_revision(folder, handle, revision)
    others = [one for one in alike if one.name != path.name]
    if others:
        counting = max(alike, key=lambda one: (named_after(one) == handle, one.name))
        names = " and ".join(one.name for one in others)
        said = f"{names} is {handle}@{revision} too, and {counting.name} is the one that counts"
        yield source.problem(("revision",), f"{said}; remove one, or raise `revision` in the newer one")
