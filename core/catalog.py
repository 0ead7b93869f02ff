"""The catalog: the connectors of the library and of the user, by handle and revision."""

import difflib
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from connectors import (
    Connector,
    DefinitionError,
    Problem,
    find_problems,
    json_schema,
    load_definition,
    read_compiled,
    shipped_paths,
)
from storage import Store
from storage.records import ConnectorRevision

from .errors import ConfigError, NotKnownError

Source = Literal["library", "user", "kept"]


@dataclass(frozen=True, slots=True)
class CatalogConnector:
    """One revision of a connector with its definition; ``source`` says where it came from."""

    definition: Connector
    hash: str
    compiled: bytes
    source: Source
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What a list shows of a connector; ``auth`` holds the kinds of its methods."""

    handle: str
    name: str
    revision: int
    type: str
    categories: tuple[str, ...]
    summary: str
    status: str
    source: Source
    auth: tuple[str, ...]
    operations: int
    entities: int = 0
    events: int = 0


class Catalog:
    """The connectors of the library and of the user's folder; a revision that was used is kept for ever."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._loaded: dict[Path, tuple[int, CatalogConnector]] = {}
        self._by_hash: dict[str, Connector] = {}
        self.broken: tuple[DefinitionError, ...] = ()

    def entries(self) -> tuple[CatalogEntry, ...]:
        """List every connector once, sorted by handle; the user's own hides the library's of the same name.

        Files of the user that cannot be read are left out and described in ``broken``.
        """
        found: dict[str, CatalogConnector] = {}
        for connector in self._files():
            found[connector.definition.handle] = connector
        return tuple(_entry(found[handle]) for handle in sorted(found))

    def get(self, name: str) -> CatalogConnector:
        """Give the connector called ``HANDLE`` or ``HANDLE@REVISION``.

        Raises:
            NotKnownError: names the nearest handles, or the revisions that exist.
        """
        handle, _, revision = name.partition("@")
        matching = [item for item in self._files(handle) if item.definition.handle == handle]
        if not revision and matching:
            return matching[-1]
        if not matching and not self._kept(handle):
            raise NotKnownError(f"there is no connector called {handle!r}", self._nearest(handle))
        for item in (*reversed(matching), *self._kept(handle)):
            if str(item.definition.revision) == revision or not revision:
                return item
        known = sorted({item.definition.revision for item in (*matching, *self._kept(handle))})
        raise NotKnownError(
            f"{handle} has no revision {revision!r}", f"there is {', '.join(f'{handle}@{n}' for n in known)}"
        )

    def pinned(self, content_hash: str) -> Connector:
        """Give the definition that was kept under a hash, whatever happened to its file since."""
        if content_hash not in self._by_hash:
            self._by_hash[content_hash] = read_compiled(self._store.connectors.get(content_hash).compiled)
        return self._by_hash[content_hash]

    def keep(self, connector: CatalogConnector) -> None:
        """Keep a revision that is about to be used."""
        definition = connector.definition
        self._store.connectors.keep(
            ConnectorRevision(
                hash=connector.hash,
                handle=definition.handle,
                revision=definition.revision,
                name=definition.name,
                type=definition.type,
                source=connector.source,
                compiled=connector.compiled,
                created_us=time.time_ns() // 1000,
            )
        )

    def add(self, path: Path) -> CatalogEntry:
        """Copy a connector file or folder into the user's catalog.

        Raises:
            DefinitionError: the file is wrong.
            ConfigError: the same revision of this connector is there with other content.
        """
        loaded = load_definition(path)
        definition = loaded.definition
        for item in (*self._files(), *self._kept(definition.handle)):
            same = (item.definition.handle, item.definition.revision) == (
                definition.handle,
                definition.revision,
            )
            if same and item.source != "library" and item.hash != loaded.hash:
                raise ConfigError(
                    f"{definition.handle}@{definition.revision} exists with other content",
                    f"raise `revision` to {definition.revision + 1} in {path.name}",
                )
        target = self._folder / f"{definition.handle}@{definition.revision}"
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            target = target.with_name(target.name + ".yaml")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o600)
        return _entry(self._read(target, "user"))

    def validate(self, paths: Iterable[Path]) -> tuple[Problem, ...]:
        """List every problem of connector files or folders."""
        return tuple(problem for path in paths for problem in find_problems(path))

    def json_schema(self) -> dict[str, Any]:
        """Give the JSON Schema of the format."""
        return json_schema()

    def _files(self, handle: str | None = None) -> tuple[CatalogConnector, ...]:
        """Read what changed since it was last read; later ones win: library, then user by revision.

        A file of the library is named like its handle, so for one ``handle`` the others are not read.
        """
        library = [self._read(path, "library") for path in shipped_paths() if handle in {None, path.stem}]
        broken: list[DefinitionError] = []
        own: list[CatalogConnector] = []
        for path in self._own_paths():
            try:
                own.append(self._read(path, "user"))
            except DefinitionError as error:
                broken.append(error)
        self.broken = tuple(broken)
        return (*library, *sorted(own, key=lambda item: item.definition.revision))

    def _own_paths(self) -> Iterator[Path]:
        if self._folder.is_dir():
            for path in sorted(self._folder.iterdir()):
                if not path.name.startswith(".") and (path.is_dir() or path.suffix in {".yaml", ".yml"}):
                    yield path

    def _read(self, path: Path, source: Source) -> CatalogConnector:
        stamp = _stamp(path)
        known = self._loaded.get(path)
        if known is None or known[0] != stamp:
            loaded = load_definition(path)
            known = (stamp, CatalogConnector(loaded.definition, loaded.hash, loaded.compiled, source, path))
            self._loaded[path] = known
        return known[1]

    def _kept(self, handle: str) -> tuple[CatalogConnector, ...]:
        rows = self._store.connectors.of(handle)
        return tuple(CatalogConnector(self.pinned(row.hash), row.hash, row.compiled, "kept") for row in rows)

    def _nearest(self, handle: str) -> str:
        handles = sorted({item.definition.handle for item in self._files()})
        near = difflib.get_close_matches(handle, handles, n=3, cutoff=0.5)
        return f"did you mean {' or '.join(near)}?" if near else "`connect-tui connector list` shows all"


def _stamp(path: Path) -> int:
    """Give a number that changes when a file, or any file of a folder, changes."""
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return hash(tuple((str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files))


def _entry(connector: CatalogConnector) -> CatalogEntry:
    definition = connector.definition
    return CatalogEntry(
        handle=definition.handle,
        name=definition.name,
        revision=definition.revision,
        type=definition.type,
        categories=tuple(definition.categories),
        summary=definition.summary,
        status="deprecated" if definition.deprecation else "published",
        source=connector.source,
        auth=tuple(dict.fromkeys(method.kind for method in definition.auth.values())),
        operations=len(definition.operations),
    )
