"""Put a document on top of the revision that it extends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .document import Document, Piece, merged
from .explain import Finding
from .parents import Parents
from .source import Source

DEEPEST: Final = 16
_LONGEST: Final = 9  # digits of a revision
_OWN: Final = frozenset(
    {"schema", "revision", "handle", "extends", "lineage", "changelog", "deprecation", "tests"}
)


@dataclass(frozen=True, slots=True)
class Parent:
    """A revision that can be extended: its document before presets are taken in, and what it is known by."""

    document: Document
    hash: str
    lineage: tuple[Mapping[str, Any], ...]


class NoParentError(Exception):
    """What a connector extends is not there, or cannot be used."""


Read = Callable[[Path | bytes, tuple[str, ...]], Parent]


def inherit(
    source: Source, parents: Parents, read: Read, chain: tuple[str, ...] = ()
) -> tuple[Document, tuple[Mapping[str, Any], ...], list[Finding]]:
    """Give the whole document, its lineage, and what is wrong with its ``extends``.

    ``read`` reads a parent; ``chain`` names the connectors on whose behalf this one is read.
    """
    own = Document(source, source.data)
    name = source.data.get("extends")
    if not isinstance(name, str):
        return own, (), []
    handle, _, number = name.partition("@")
    if not number.isdecimal() or len(number) > _LONGEST:
        return own, (), []
    own_name = f"{source.data.get('handle')}@{source.data.get('revision')}"
    try:
        parent = _parent(handle, int(number), parents, read, (*chain, own_name))
    except NoParentError as error:
        return own, (), [Finding(("extends",), str(error))]
    inherited = Piece(parent.document, (), parent.document.data).without(*_OWN)
    whole = merged(inherited, own.piece())
    document = Document(source, whole.value, whole.document.origins)
    ancestor = {"handle": handle, "revision": int(number), "hash": parent.hash}
    return document, (ancestor, *parent.lineage), []


def _parent(handle: str, revision: int, parents: Parents, read: Read, chain: tuple[str, ...]) -> Parent:
    name = f"{handle}@{revision}"
    if name in chain:
        circle = " extends ".join((*chain[chain.index(name) :], name))
        raise NoParentError(f"this goes in a circle: {circle}")
    if len(chain) > DEEPEST:
        raise NoParentError(f"more than {DEEPEST} connectors extend one another")
    known = parents(handle, revision)
    if revision not in known:
        raise NoParentError(_absent(handle, revision, sorted(known)))
    return read(known[revision], chain)


def _absent(handle: str, revision: int, known: list[int]) -> str:
    if not known:
        return f"there is no connector '{handle}' in the catalog"
    there = ", ".join(f"{handle}@{one}" for one in known)
    return f"{handle} has no revision {revision}; there is {there}"
