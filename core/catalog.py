"""The catalog: the connectors of the library and of the user, by handle and revision."""

import difflib
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from connectors import (
    Connector,
    DefinitionError,
    Loaded,
    Problem,
    files_of,
    find_problems,
    json_schema,
    load_definition,
    read_compiled,
    shipped_paths,
)
from storage import Store
from storage.catalog import BrokenFile, CatalogIndex, Mistake, Place, double_of
from storage.reading import CatalogRow, open_catalog_reading
from storage.records import ConnectorRevision

from .catalog_capabilities import capabilities_of
from .catalog_documents import kinds_of, read_document, status_of
from .catalog_files import CatalogFile, library_files, looks_of, named_files, user_files
from .catalog_indexing import Indexed, Part, Progress, bring_up_to_date
from .catalog_parents import catalog_parents
from .errors import ConfigError, NotKnownError

Source = Literal["library", "user", "kept"]
_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class CatalogConnector:
    """One revision of a connector with its definition; ``source`` says where it came from."""

    definition: Connector
    hash: str
    compiled: bytes
    source: Source
    path: Path | None = None

    @property
    def can(self) -> tuple[str, ...]:
        """What it can do, in the words of the filter ``can:``."""
        return capabilities_of(self.definition)


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """What a list shows of a connector; ``auth`` holds the kinds of its methods, ``can`` what it can do."""

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
    can: tuple[str, ...] = ()


class Catalog:
    """The connectors of the library and of the user's folder; a revision that was used is kept for ever.

    What the files say is kept in an index, so that only those that changed are read. Usable from any thread.
    """

    def __init__(self, folder: Path, store: Store, index: CatalogIndex) -> None:
        self._folder = folder
        self._store = store
        self._index = index
        self._parents = catalog_parents(folder, store)
        self._turn = threading.Lock()
        self._closing = threading.Event()
        self._loaded: dict[Path, tuple[str, CatalogConnector]] = {}
        self._by_hash: dict[str, Connector] = {}

    # ---- the index

    def refresh(
        self,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
        only: Iterable[str] | None = None,
    ) -> Indexed:
        """Bring the index up to date with every file; waits for another thread that does so.

        ``progress`` hears how many of how many files were read, ``stop`` is asked whether to end before.
        With ``only`` it looks at those of the user's files and folders that have these names.
        """
        with self._turn:
            if only is None:
                return self._index_files(self._files(), progress, stop)
            part = Part(frozenset(only), self._files)
            return self._index_files(
                tuple(named_files(self._folder, part.names)), progress, stop, ("user",), part
            )

    def look(self) -> int:
        """Give a number that changes when a file does, and as long as there is no index; cheap to ask for."""
        folders = (self.folder_of("library"), self._folder)
        return hash((*map(looks_of, folders), self._index.path.exists() or time.time_ns()))

    def entries(self) -> tuple[CatalogEntry, ...]:
        """List every connector once, sorted by handle; the user's own hides the library's of the same name.

        Files that cannot be read are left out and described in ``broken``. While another thread reads many
        files, these are the ones that it has read.
        """
        with self._soon() as free:
            if free:
                self._index_files(self._files())
        with open_catalog_reading(self._index.path) as reading:
            return tuple(_entry_of_row(row) for row in reading.load().rows if row.status != "broken")

    @property
    def broken(self) -> tuple[DefinitionError, ...]:
        """Every file that cannot be used, with what is wrong in it, as it was read last."""
        found = []
        for place, document in self._index.broken():
            folder = self.folder_of(place.source)
            found.append(
                DefinitionError(
                    tuple(
                        Problem(folder / one.file, one.line, one.column, one.path, one.message)
                        for one in document.mistakes
                    )
                )
            )
        return tuple(found)

    def mistakes(self, source: str, file: str) -> tuple[Mistake, ...]:
        """Give what is wrong with one file as it is now; nothing when it can be used."""
        document = read_document(self.folder_of(source) / file)
        if isinstance(document, BrokenFile):
            return document.mistakes
        counting = [
            place.file
            for place in self._index.places(document.handle)
            if place.source == source == "user" and place.revision == document.revision and not place.broken
        ]
        if not counting or file in counting:
            return ()
        return double_of(document.handle, document.revision, file, counting[-1]).mistakes

    def close(self) -> None:
        """Stop reading files and close the index."""
        self._closing.set()
        with self._turn:
            self._index.close()

    # ---- one connector

    def get(self, name: str) -> CatalogConnector:
        """Give the connector called ``HANDLE`` or ``HANDLE@REVISION``, reading its file alone.

        Raises:
            DefinitionError: its file is wrong.
            NotKnownError: names the nearest handles, or the revisions that exist.
        """
        handle, _, revision = name.partition("@")
        own = self._own(handle)
        usable = [place for place in own if not place.broken]
        if not revision and usable:
            return self._read_place(usable[-1])
        for place in reversed(usable):
            if str(place.revision) == revision:
                return self._read_place(place)
        library = self._shipped(handle)
        if library is not None and revision in {"", str(library.definition.revision)}:
            return library
        if own and not usable and not revision:
            return self._read_place(own[-1])
        return self._find_kept(handle, revision, [place.revision for place in usable], library)

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
        """Copy a connector file, or the files of a folder that it is read from, into the user's catalog.

        Raises:
            DefinitionError: the file is wrong.
            ConfigError: the same revision of this connector is there with other content.
        """
        loaded = self._load(path)
        definition = loaded.definition
        there = [
            place.hash for place in self._own(definition.handle) if place.revision == definition.revision
        ]
        kept = [
            row.hash
            for row in self._store.connectors.of(definition.handle)
            if row.revision == definition.revision and row.source != "library"
        ]
        if any(known != loaded.hash for known in (*there, *kept)):
            raise ConfigError(
                f"{definition.handle}@{definition.revision} exists with other content",
                f"raise `revision` to {definition.revision + 1} in {path.name}",
            )
        # A later version of the library may have another revision of what this one extends.
        for ancestor in definition.lineage:
            self.keep(self.get(ancestor.name))
        target = self._folder / f"{definition.handle}@{definition.revision}"
        if not path.is_dir():
            target = target.with_name(target.name + ".yaml")
        for file in files_of(path):
            _copy(file, target / file.relative_to(path))
        return _entry(self._read(target, "user"))

    def validate(self, paths: Iterable[Path]) -> tuple[Problem, ...]:
        """List every problem of connector files or folders."""
        return tuple(problem for path in paths for problem in find_problems(path))

    def json_schema(self) -> dict[str, Any]:
        """Give the JSON Schema of the format."""
        return json_schema()

    # ---- how it works

    def _index_files(
        self,
        files: tuple[CatalogFile, ...],
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
        sources: tuple[str, ...] = ("library", "user"),
        part: Part | None = None,
    ) -> Indexed:
        def stops() -> bool:
            return self._closing.is_set() or (stop is not None and stop())

        return bring_up_to_date(self._index, files, sources, stops, progress, self._parents, part)

    def _files(self) -> tuple[CatalogFile, ...]:
        return (*library_files(), *user_files(self._folder))

    @contextmanager
    def _soon(self) -> Iterator[bool]:
        """Hold the turn unless another thread keeps it for long; tells whether it is held."""
        free = self._turn.acquire(timeout=_PATIENCE_S)
        try:
            yield free
        finally:
            if free:
                self._turn.release()

    def _own(self, handle: str) -> list[Place]:
        """Give the user's files of a handle, the newest revision last."""
        with self._soon() as free:
            if free:
                self._index_files(tuple(user_files(self._folder)), sources=("user",))
        return [place for place in self._index.places(handle) if place.source == "user"]

    def _shipped(self, handle: str) -> CatalogConnector | None:
        """Give the library's connector; its file is named like its handle."""
        path = next((path for path in shipped_paths() if path.stem == handle), None)
        return None if path is None else self._read(path, "library")

    def folder_of(self, source: str) -> Path:
        """Give the folder in which the files of a source are."""
        return self._folder if source == "user" else next(iter(shipped_paths()), Path()).parent

    def _read_place(self, place: Place) -> CatalogConnector:
        path = self.folder_of(place.source) / place.file
        return self._read(path, "user" if place.source == "user" else "library")

    def _read(self, path: Path, source: Source) -> CatalogConnector:
        stamp = _stamp(path)
        known = self._loaded.get(path)
        if known is None or known[0] != stamp:
            loaded = self._load(path)
            known = (stamp, CatalogConnector(loaded.definition, loaded.hash, loaded.compiled, source, path))
            if not loaded.definition.lineage:  # what it extends may change without its own file
                self._loaded[path] = known
        return known[1]

    def _load(self, path: Path) -> Loaded:
        return load_definition(path, self._parents)

    def _find_kept(
        self, handle: str, revision: str, own: list[int], library: CatalogConnector | None
    ) -> CatalogConnector:
        rows = self._store.connectors.of(handle)
        known = sorted(
            {*own, *(row.revision for row in rows), *([library.definition.revision] if library else [])}
        )
        if not known:
            raise NotKnownError(f"there is no connector called {handle!r}", self._nearest(handle))
        for row in rows:
            if not revision or str(row.revision) == revision:
                return CatalogConnector(self.pinned(row.hash), row.hash, row.compiled, "kept")
        raise NotKnownError(
            f"{handle} has no revision {revision!r}", f"there is {', '.join(f'{handle}@{n}' for n in known)}"
        )

    def _nearest(self, handle: str) -> str:
        handles = sorted({*self._index.handles(), *(path.stem for path in shipped_paths())})
        near = difflib.get_close_matches(handle, handles, n=3, cutoff=0.5)
        return f"did you mean {' or '.join(near)}?" if near else "`connect-tui connector list` shows all"


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(file, to)
    to.chmod(0o600)


def _stamp(path: Path) -> str:
    """Give a text that changes when a file, or any file of a folder, changes."""
    try:
        found = [(str(file), file.stat()) for file in files_of(path)]
        return repr([(name, one.st_mtime_ns, one.st_size) for name, one in found])
    except OSError as error:
        return repr(error)


def _entry(connector: CatalogConnector) -> CatalogEntry:
    definition = connector.definition
    return CatalogEntry(
        handle=definition.handle,
        name=definition.name,
        revision=definition.revision,
        type=definition.type,
        categories=tuple(definition.categories),
        summary=definition.summary,
        status=status_of(definition),
        source=connector.source,
        auth=kinds_of(definition),
        operations=len(definition.operations),
        can=capabilities_of(definition),
    )


def _entry_of_row(row: CatalogRow) -> CatalogEntry:
    return CatalogEntry(
        handle=row.handle,
        name=row.name,
        revision=row.revision,
        type=row.type,
        categories=row.category,
        summary=row.summary,
        status=row.status,
        source="user" if row.source == "user" else "library",
        auth=row.auth,
        operations=row.operations,
        entities=row.entities,
        events=row.events,
        can=row.can,
    )
