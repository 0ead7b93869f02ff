"""Bring the index up to date: look at every file, read those that changed, forget those that are gone.

A stamp that did not change costs one look at the file's times, content that did not change one hash; only
what is new or different is read. It is kept in small parts, so that an end in between loses little.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Final

from connectors import Parents
from storage.catalog import CatalogIndex, FileState
from storage.packing import clean_text

from .catalog_files import CatalogFile, digest_of, format_fingerprint, now_ns
from .catalog_readers import FEW, read_many

Progress = Callable[[int, int], object]
Change = tuple[CatalogFile, FileState]
_PART: Final = 64
_MANY: Final = 500
_NOTE: Final = "format"
_WHOLE: Final = "whole"
_SOURCES: Final = ("library", "user")


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the user's files by their names; ``everything`` gives all files, for what extends these."""

    names: frozenset[str]
    everything: Callable[[], Sequence[CatalogFile]]


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a round of indexing did; ``whole`` says that it was not stopped before the end."""

    files: int
    read: int
    gone: int
    whole: bool
    took_ms: int

    @property
    def changed(self) -> bool:
        """Whether the index says something else than before."""
        return bool(self.read or self.gone)


def bring_up_to_date(
    index: CatalogIndex,
    files: Sequence[CatalogFile],
    sources: Iterable[str],
    stop: Callable[[], bool],
    progress: Progress | None = None,
    parents: Parents | None = None,
    part: Part | None = None,
) -> Indexed:
    """Index the files of some sources; ``stop`` is asked often, ``progress`` hears how far it is.

    With ``part`` these are not all files; the others are looked at as well when the index is a new one.
    """
    started = time.perf_counter()
    _forget_other_format(index)
    if part is not None and not index.note(_WHOLE):
        files, sources, part = part.everything(), _SOURCES, None
    known = index.states(None if part is None else [clean_text(name) or "" for name in part.names])
    gone = [key for key in known.keys() - {file.key for file in files} if key[0] in set(sources)]
    touched_by_leaving = index.remove(gone) if gone else frozenset()
    changed = [file for file in files if (state := known.get(file.key)) is None or state.stamp != file.stamp]
    different = _differing(index, changed, known, stop)
    if len(different) > FEW:
        touched, read = _read_alone(index, different, stop, parents, progress)
    else:
        touched, read = _read(index, different, stop, parents, progress)
    if read or touched_by_leaving:
        everything = (lambda: files) if part is None else part.everything
        read += _read_children(index, everything, touched | touched_by_leaving, stop, parents)
    if read + len(gone) >= _MANY:
        index.tidy()
    whole = not stop()
    if whole and set(sources) == set(_SOURCES) and not index.note(_WHOLE):
        index.keep_note(_WHOLE, "yes")
    took_ms = round((time.perf_counter() - started) * 1000)
    return Indexed(len(files), read, len(gone), whole, took_ms)


def _forget_other_format(index: CatalogIndex) -> None:
    fingerprint = format_fingerprint()
    if index.note(_NOTE) != fingerprint:
        index.keep_note(_WHOLE, "")
        index.forget_digests()
        index.keep_note(_NOTE, fingerprint)


def _differing(
    index: CatalogIndex,
    changed: Sequence[CatalogFile],
    known: Mapping[tuple[str, str], FileState],
    stop: Callable[[], bool],
) -> list[Change]:
    """Give the files whose content is another one; of the others only the stamp is noted."""
    different: list[Change] = []
    same: list[FileState] = []
    for file in changed:
        if stop():
            break
        state = _state(file)
        before = known.get(file.key)
        if before is None or before.digest != state.digest or not state.digest:
            different.append((file, state))
        elif (before.stamp, before.updated_us) != (state.stamp, state.updated_us):
            same.append(state)
    if same:
        index.restamp(same)
    return different


def _read_alone(
    index: CatalogIndex,
    different: Sequence[Change],
    stop: Callable[[], bool],
    parents: Parents | None,
    progress: Progress | None,
) -> tuple[frozenset[str], int]:
    """Read many files, but none that another process has read while this one waited for it."""
    if progress is not None:
        progress(0, len(different))
    with index.alone(stop):
        known = index.states()
        left = [
            (file, state)
            for file, state in different
            if not state.digest or (before := known.get(file.key)) is None or before.digest != state.digest
        ]
        return _read(index, left, stop, parents, progress)


def _read(
    index: CatalogIndex,
    different: Sequence[Change],
    stop: Callable[[], bool],
    parents: Parents | None,
    progress: Progress | None = None,
) -> tuple[frozenset[str], int]:
    """Read files into the index; gives the handles that may mean something else now, and how many it read."""
    if not different:
        return frozenset(), 0
    report = progress or _ignore
    report(0, len(different))
    done, touched = 0, set[str]()
    with closing(read_many([file.path for file, _ in different], stop, parents)) as documents:
        read = zip((state for _, state in different), documents, strict=False)
        while part := list(islice(read, _PART)):
            touched |= index.put(part)
            done += len(part)
            report(done, len(different))
    return frozenset(touched), done


def _read_children(
    index: CatalogIndex,
    everything: Callable[[], Sequence[CatalogFile]],
    touched: frozenset[str],
    stop: Callable[[], bool],
    parents: Parents | None,
) -> int:
    """Read again what extends a connector that may be another now, and what extends that in turn."""
    by_key: dict[tuple[str, str], CatalogFile] = {}
    read, seen = 0, set[tuple[str, str]]()
    while (children := index.children_of(touched)) and not stop():
        by_key = by_key or {file.key: file for file in everything()}
        children = tuple(key for key in children if key in by_key and key not in seen)
        seen.update(children)
        touched, count = _read(index, [(by_key[key], _state(by_key[key])) for key in children], stop, parents)
        read += count
    return read


def _ignore(_done: int, _all: int) -> None:
    pass


def _state(file: CatalogFile) -> FileState:
    return FileState(
        file.source, file.name, file.settled_stamp(now_ns()), digest_of(file.path), file.updated_us
    )
