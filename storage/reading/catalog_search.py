"""Find connectors: each term of a filter becomes a mask of rows, and masks are put together.

Bare words are beginnings of words anywhere in a connector or its operations, or any part of its handle or
name; what is not in quotes may be there in its other number. A single letter is looked for in handles and
names alone: nearly all have a word that begins with it. A pattern is looked for in handle, name and summary.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from .catalog_fields import FACETS
from .catalog_rows import CatalogRow, CatalogRows, mask_of, places_in
from .matching import matches
from .patterns import holds_pattern
from .terms import Filter, Pattern, Term, Value, Words, lower_ascii
from .word_forms import WordForms, other_number

FullText = Callable[[str], Sequence[int]]
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows by their places, given one by one when they are looked at."""

    catalog: CatalogRows = field(default_factory=CatalogRows)
    places: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Give how many there are."""
        return len(self.places)

    def __getitem__(self, index: int) -> CatalogRow:
        """Give one row."""
        return self.catalog.rows[self.places[index]]

    def __iter__(self) -> Iterator[CatalogRow]:
        """Give all rows in order."""
        return (self.catalog.rows[place] for place in self.places)


@dataclass(frozen=True, slots=True)
class Found:
    """The rows that pass, in order, and how many rows each value of each facet would leave."""

    rows: Rows = field(default_factory=Rows)
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def find_rows(catalog: CatalogRows, filter_: Filter, full_text: FullText, sort: str, now_us: int) -> Found:
    """Give the rows that pass; ``sort`` is a field, a leading dash turns it round, empty is by likeness."""
    masks = [(term, _term_mask(catalog, term, filter_, full_text, now_us)) for term in filter_.terms]
    passed = _all_of(catalog, [mask for _, mask in masks])
    return Found(
        Rows(catalog, tuple(_ordered(catalog, filter_, passed, sort))), _counts(catalog, masks, passed)
    )


def prepare(catalog: CatalogRows) -> CatalogRows:
    """Sort what every search needs sorted, before the first one."""
    _order(catalog, "name")
    return catalog


def words_in(filter_: Filter) -> tuple[WordForms, ...]:
    """Give the words that a filter looks for, also those of ``op:``; not the ones that must be absent."""
    return tuple(
        _forms(value)
        for term in filter_.terms
        if not term.negated and (term.field is None or term.field.key == "op")
        for value in term.values
        if isinstance(value, Words)
    )


def _all_of(catalog: CatalogRows, masks: list[int]) -> int:
    passed = catalog.all
    for mask in masks:
        passed &= mask
    return passed


def _term_mask(catalog: CatalogRows, term: Term, filter_: Filter, full_text: FullText, now_us: int) -> int:
    if term.field is None or term.field.key == "op":
        mask = _any_of(
            _value_mask(catalog, value, full_text, in_operations=term.field is not None)
            for value in term.values
        )
    elif term.field.key in FACETS:
        mask = _any_of(
            _facet_mask(catalog, term.field.key, value) for value in term.values if isinstance(value, Words)
        )
    else:
        only = replace(filter_, terms=(replace(term, negated=False),))
        fits = (
            place for place, row in enumerate(catalog.rows) if matches(only, partial(getattr, row), now_us)
        )
        mask = mask_of(fits, len(catalog.rows))
    return catalog.all & ~mask if term.negated else mask


def _any_of(masks: Iterator[int]) -> int:
    passed = 0
    for mask in masks:
        passed |= mask
    return passed


def _facet_mask(catalog: CatalogRows, key: str, wanted: Words) -> int:
    fits = str.startswith if wanted.prefix else str.__eq__
    values = catalog.facets.get(key, {}).items()
    return _any_of(mask for value, mask in values if fits(lower_ascii(value), wanted.text))


def _value_mask(catalog: CatalogRows, value: Value, full_text: FullText, *, in_operations: bool) -> int:
    key = ("op" if in_operations else "words", value)
    mask: int | None = catalog.kept.get(key)
    if mask is None:
        if isinstance(value, Words):
            mask = _words_mask(catalog, value, full_text, in_operations=in_operations)
        else:
            mask = _pattern_mask(catalog, value.text) if isinstance(value, Pattern) else 0
        catalog.kept[key] = mask
    return mask


def _words_mask(catalog: CatalogRows, words: Words, full_text: FullText, *, in_operations: bool) -> int:
    asked = _asked(words, in_operations=in_operations)
    mask = _found_mask(catalog, full_text(asked)) if asked else 0
    return mask if in_operations else mask | _label_mask(catalog, words.text)


def _pattern_mask(catalog: CatalogRows, pattern: str) -> int:
    rows = catalog.rows
    fits = (place for place, row in enumerate(rows) if holds_pattern(pattern, row.label, row.summary))
    return mask_of(fits, len(rows))


def _found_mask(catalog: CatalogRows, numbers: Sequence[int]) -> int:
    """Give the mask of ids, some of which may be newer than the rows."""
    place_of = catalog.place_of
    try:
        return mask_of([place_of[number] for number in numbers], len(catalog.rows))
    except IndexError:
        return mask_of([place_of[number] for number in numbers if number < len(place_of)], len(catalog.rows))


def _label_mask(catalog: CatalogRows, text: str) -> int:
    """Give the rows whose handle or name holds a text; who types on has them looked for in fewer rows."""
    key = ("label", text)
    if key not in catalog.kept:
        labels, before = catalog.labels, catalog.kept.get(("label", text[:-1]))
        among = range(len(labels)) if before is None or len(text) < 2 else before[1]
        places = [place for place in among if text in labels[place]]
        catalog.kept[key] = (mask_of(places, len(labels)), places)
    mask: int = catalog.kept[key][0]
    return mask


def _asked(wanted: Words, *, in_operations: bool) -> str:
    """Say words to the full text, one after the other, the last may go on; empty for what it is not asked."""
    words = _WORD.findall(wanted.text)
    if not words or (len(words) == 1 and len(words[0]) == 1 and words[0].isascii() and not in_operations):
        return ""
    others = () if wanted.exact else other_number(words[-1])
    wholes = (f'"{" ".join((*words[:-1], other))}"' for other in others)
    asked = " OR ".join((f'"{" ".join(words)}"*', *wholes))
    return f"operations : ({asked})" if in_operations else asked


def _forms(wanted: Words) -> WordForms:
    words = _WORD.findall(wanted.text)
    others = () if wanted.exact or not words else other_number(words[-1])
    return WordForms(" ".join(words), tuple(" ".join((*words[:-1], other)) for other in others))


def _ordered(catalog: CatalogRows, filter_: Filter, passed: int, sort: str) -> list[int]:
    by, turned = sort.removeprefix("-"), sort.startswith("-")
    words = [] if by else _plain_words(filter_)
    if words:
        return _by_likeness(catalog, passed, words)
    found = places_in(passed, _order(catalog, by or "handle"))
    return found[::-1] if turned else found


def _plain_words(filter_: Filter) -> list[str]:
    bare = (term for term in filter_.terms if term.field is None and not term.negated)
    return [value.text for term in bare for value in term.values if isinstance(value, Words)]


def _by_likeness(catalog: CatalogRows, passed: int, words: list[str]) -> list[int]:
    """Give what is called so, what begins so, what has all words in its name, and then the rest."""
    begins = _begins_mask(catalog, words[0]) & passed
    named = passed
    for word in words:
        named &= _label_mask(catalog, word)
    everything = range(len(catalog.rows))
    called, whole = " ".join(words), places_in(begins & named, everything)
    exact = [place for place in whole if called in _names(catalog.rows[place])]
    return [
        *exact,
        *(place for place in whole if place not in exact),
        *places_in(named & ~begins, everything),
        *places_in(passed & ~named, everything),
    ]


def _begins_mask(catalog: CatalogRows, word: str) -> int:
    """Give the rows whose handle or name begins with a word, found in what is sorted."""
    rows, by_name = catalog.rows, _order(catalog, "name")
    begins = [
        *_range(range(len(rows)), word, lambda place: rows[place].handle),
        *_range(by_name, word, lambda place: rows[place].name.casefold()),
    ]
    return mask_of(begins, len(rows))


def _range(order: Sequence[int], word: str, key: Callable[[int], str]) -> Sequence[int]:
    first = bisect_left(order, word, key=key)
    end = bisect_left(order, word + "\U0010ffff", first, key=key)
    return order[first:end]


def _names(row: CatalogRow) -> tuple[str, str]:
    return row.handle, lower_ascii(row.name)


def _order(catalog: CatalogRows, field: str) -> Sequence[int]:
    kept: Sequence[int] | None = catalog.kept.get(("order", field))
    if kept is None:
        kept = catalog.kept["order", field] = _sorted(catalog, field)
    return kept


def _sorted(catalog: CatalogRows, field: str) -> Sequence[int]:
    """Sort the rows by a field, equal ones by handle; the rows themselves are by handle already."""
    if field == "handle":
        return range(len(catalog.rows))
    attribute = "updated_us" if field == "updated" else field
    values = [getattr(row, attribute) for row in catalog.rows]
    keys = [value.casefold() if isinstance(value, str) else value for value in values]
    return sorted(range(len(keys)), key=keys.__getitem__)


def _counts(catalog: CatalogRows, masks: list[tuple[Term, int]], passed: int) -> dict[str, dict[str, int]]:
    """Count each value as if nothing of its own facet was chosen, so that another can be taken instead."""
    counts = {}
    for key, values in catalog.facets.items():
        own = any(_chooses(term, key) for term, _ in masks)
        base = _all_of(catalog, [mask for term, mask in masks if not _chooses(term, key)]) if own else passed
        counts[key] = {value: (mask & base).bit_count() for value, mask in values.items()}
    return counts


def _chooses(term: Term, key: str) -> bool:
    return term.field is not None and term.field.key == key and not term.negated
