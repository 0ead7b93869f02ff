"""The connectors that are listed, all in memory at once: small rows, and one bit for each in every facet."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple

from ..catalog.file import DamagedError
from .catalog_fields import FACETS
from .source import Source

_QUERY = """
SELECT id, handle, name, revision, type, status, source, summary, operations, entities, events, updated_us,
  hash, file, lower(handle || ' ' || name), facets
FROM connector WHERE shown
"""
_ORDER = " ORDER BY handle, source, file"
_MARKS = """
SELECT id, digest, hash, updated_us, status = 'broken', source, file, facets
FROM connector WHERE shown ORDER BY handle, source, file
"""
_FEW = 100
_MANY = ("category", "tag", "auth", "can")
_facets_of = attrgetter(*FACETS)
_UNSET, _SET = b"01"
_TO_TRUTH = bytes(1 if number == _SET else 0 for number in range(256))


class CatalogRow(NamedTuple):
    """One connector as a list shows it; ``auth`` holds kinds, ``file`` its name in its source's folder."""

    id: int
    handle: str
    name: str
    revision: int
    type: str
    status: str
    source: str
    summary: str
    operations: int
    entities: int
    events: int
    updated_us: int
    hash: str
    file: str
    label: str
    category: tuple[str, ...]
    tag: tuple[str, ...]
    auth: tuple[str, ...]
    can: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogRows:
    """All rows by handle; bit N of a mask stands for row N.

    ``place_of`` gives the place of an id, -1 for one that is not listed; ``names`` are the places by name.
    ``kept`` holds what was asked before, by what it was; ``marks`` change with what a row says.
    """

    rows: tuple[CatalogRow, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    place_of: Sequence[int] = ()
    labels: tuple[str, ...] = ()
    kept: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    marks: tuple[int, ...] = ()

    @property
    def all(self) -> int:
        """The mask of every row."""
        return (1 << len(self.rows)) - 1


def read_rows(source: Source, before: CatalogRows | None = None) -> CatalogRows:
    """Read everything that is listed; of what was read before only the rows that say something else now."""
    found = source.rows(_MARKS)
    numbers, marks = [number for number, *_ in found], tuple(map(hash, found))
    # What is wrong with a file may change while it stays as it is.
    changed = [
        row[0]
        for row, mark in zip(found, marks, strict=True)
        if row[4] or not _is_known(before, row[0], mark)
    ]
    if before is None or len(changed) > _FEW:
        return _with_masks(tuple(_read(source, _QUERY + _ORDER)), marks)
    only = f"{_QUERY} AND id IN ({', '.join('?' * len(changed))})"
    fresh = {row.id: row for row in _read(source, only, changed)}
    rows = tuple(fresh.get(number) or before.rows[before.place_of[number]] for number in numbers)
    if len(rows) == len(before.rows) and all(map(_lists_alike, rows, before.rows)):
        return CatalogRows(
            rows, before.facets, before.place_of, tuple(row.label for row in rows), marks=marks
        )
    return _with_masks(rows, marks)


def _is_known(before: CatalogRows | None, number: int, mark: int) -> bool:
    if before is None or number >= len(before.place_of):
        return False
    place = before.place_of[number]
    return place >= 0 and before.marks[place] == mark


def _lists_alike(row: CatalogRow, other: CatalogRow) -> bool:
    """Tell whether nothing but the words of a row are other ones, so that every mask stays."""
    return row is other or (row.id == other.id and _facets_of(row) == _facets_of(other))


def _read(source: Source, query: str, parameters: Sequence[int] = ()) -> Iterator[CatalogRow]:
    known: dict[str, tuple[tuple[str, ...], ...]] = {}
    for *facts, facets in source.rows(query, parameters):
        lists = known.get(facets)
        if lists is None:
            lists = known[facets] = _lists(facets)
        yield CatalogRow(*facts, *lists)


def _with_masks(rows: tuple[CatalogRow, ...], marks: tuple[int, ...]) -> CatalogRows:
    place_of = [-1] * (max((row.id for row in rows), default=0) + 1)
    for place, row in enumerate(rows):
        place_of[row.id] = place
    labels = tuple(row.label for row in rows)
    return CatalogRows(rows, _masks_of(rows), place_of, labels, marks=marks)


def mask_of(places: Iterable[int], count: int) -> int:
    """Give the mask of some rows; -1 is no row."""
    flags = bytearray(b"0") * (count + 1)
    for place in places:
        flags[-1 - place] = _SET
    flags[0] = _UNSET  # where -1 has been
    return int(flags, 2)


def places_in(mask: int, order: Sequence[int]) -> list[int]:
    """Give the rows of a mask in an order."""
    count = len(order)
    flags = f"{mask:0{count}b}"[::-1].encode().translate(_TO_TRUTH) if count else b""
    if isinstance(order, range):
        return list(compress(order, flags))
    return [place for place in order if flags[place]]


def _lists(facets: str) -> tuple[tuple[str, ...], ...]:
    try:
        found: dict[str, Any] = json.loads(facets)
        return tuple(tuple(found.get(key, ())) for key in _MANY)
    except (ValueError, TypeError, AttributeError) as error:
        raise DamagedError("facets cannot be read") from error


def _masks_of(rows: Sequence[CatalogRow]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key in FACETS:
        places: dict[str, list[int]] = {}
        values = map(attrgetter(key), rows)
        if key in _MANY:
            for place, many in enumerate(values):
                for value in many:
                    places.setdefault(value, []).append(place)
        else:
            for place, value in enumerate(values):
                places.setdefault(value, []).append(place)
        found[key] = {value: mask_of(members, len(rows)) for value, members in places.items() if value}
    return found
