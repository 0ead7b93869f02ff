"""What the index keeps of one connector file: what it offers, or what is wrong with it."""

from dataclasses import dataclass, field
from typing import Final

CAPABILITIES: Final = (
    "read", "write", "delete", "bulk", "records", "page", "upload", "download", "test", "offline",
)  # fmt: skip
"""What a connector can do, in the words of the filter ``can:``; core finds out what holds for which."""


@dataclass(frozen=True, slots=True)
class FileState:
    """One file or folder as it was found: ``stamp`` changes with it, empty where it cannot be relied on."""

    source: str
    file: str
    stamp: str
    digest: str
    updated_us: int


@dataclass(frozen=True, slots=True)
class OperationLine:
    """One operation as a list shows it; ``danger`` is none, write, delete or bulk."""

    name: str
    title: str
    summary: str
    read_only: bool
    danger: str
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class CatalogDocument:
    """One connector: ``auth`` are kinds of methods, ``can`` its capabilities, ``parents`` what it extends."""

    handle: str
    name: str
    revision: int
    type: str
    status: str
    summary: str
    hash: str
    text: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    auth: tuple[str, ...] = ()
    can: tuple[str, ...] = ()
    operations: tuple[OperationLine, ...] = ()
    entities: int = 0
    events: int = 0
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file, with its place; ``line`` and ``column`` count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that cannot be used; ``handle`` is the one it seems to have."""

    handle: str
    mistakes: tuple[Mistake, ...] = field(default_factory=tuple)
    parents: tuple[str, ...] = ()
