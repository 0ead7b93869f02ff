r"""Read the filter language: ``state:failed conn:acme* -status:404 dur:>2s "exact words" /time(d )?out/``.

Space is AND, a comma in a value is OR, a leading ``-`` is NOT; bare words and patterns are looked for
everywhere. A pattern ends with the first slash (or the last one without a space before it) at the end of a
word, and ``\/`` is a slash in it; what begins with a slash and has no such end is a word.
"""

import re
from datetime import tzinfo

from .fields import Field, FieldTable, operation_fields
from .patterns import LONGEST as LONGEST_PATTERN
from .patterns import PatternError, read_pattern
from .terms import Filter, FilterError, Pattern, Term, Value, Words, lower_ascii
from .values import read_value

_KEY = re.compile(r"([A-Za-z_]+):(?!//)")
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)+|\S+)/(?!\S)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")

LONGEST = 1000
"""How long a filter may be; SQLite limits the depth of an expression and the length of a pattern."""


def parse_filter(text: str, table: FieldTable | None = None, zone: tzinfo | None = None) -> Filter:
    """Read a filter for operations, or for the list that ``table`` describes.

    ``zone`` is where dates and times are meant; ``None`` is the zone of this machine.

    Raises:
        FilterError: names the place, and the nearest key for one that is not known.
    """
    if len(text) > LONGEST:
        raise FilterError(f"longer than {LONGEST} characters", LONGEST)
    if bad := _CONTROL.search(text):
        raise FilterError("a character that cannot be looked for", bad.start())
    table = operation_fields() if table is None else table
    terms: list[Term] = []
    place = _skip_space(text, 0)
    while place < len(text):
        term, place = _read_term(text, place, table)
        terms.append(term)
        place = _skip_space(text, place)
    return Filter(text, tuple(terms), table, zone)


def quoted(text: str) -> str:
    """Give a text as a value of the filter language, to be found exactly."""
    inner = _CONTROL.sub("", text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def _skip_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _read_term(text: str, start: int, table: FieldTable) -> tuple[Term, int]:
    place = start
    negated = text[place] == "-" and place + 1 < len(text) and not text[place + 1].isspace()
    if negated:
        place += 1
    if key := _KEY.match(text, place):
        field = _find_field(key[1].lower(), place, table)
        values, place = _read_values(text, key.end(), field, table)
        return Term(field, values, negated, start), place
    if pattern := _PATTERN.match(text, place):
        return Term(None, (_checked(pattern[1], place + 1),), negated, start), pattern.end()
    piece, is_quoted, place = _read_piece(text, place, stop=())
    return Term(None, (Words(lower_ascii(piece), exact=is_quoted),), negated, start), place


def _checked(pattern: str, place: int) -> Pattern:
    """Give a pattern that can be read."""
    if len(pattern) > LONGEST_PATTERN:
        raise FilterError(f"a pattern longer than {LONGEST_PATTERN} characters", place + LONGEST_PATTERN)
    try:
        read_pattern(pattern)
    except PatternError as error:
        raise FilterError(
            "the pattern cannot be read from here on",
            place + error.position,
            remedy='write it like /time(d )?out/, without look-around; "/text/" is looked for as it is',
        ) from None
    return Pattern(pattern)


def _find_field(key: str, place: int, table: FieldTable) -> Field:
    field = table.get(key)
    if field is None:
        from difflib import get_close_matches

        near = get_close_matches(key, table.keys, n=1, cutoff=0.5)
        nearest = f"{near[0]}:" if near else None
        known = ", ".join(f"{item}:" for item in table.keys)
        raise FilterError(f"there is no key {key}:", place, nearest, f"the keys are {known}")
    return field


def _read_values(text: str, place: int, field: Field, table: FieldTable) -> tuple[tuple[Value, ...], int]:
    values: list[Value] = []
    while True:
        start = place
        piece, is_quoted, place = _read_piece(text, place, stop=(",",))
        if not piece and not is_quoted:
            raise FilterError(f"{field.key}: needs a value", start)
        values.append(read_value(piece, field, table, start, is_quoted=is_quoted))
        if place >= len(text) or text[place] != ",":
            return tuple(values), place
        place += 1


def _read_piece(text: str, place: int, stop: tuple[str, ...]) -> tuple[str, bool, int]:
    """Give the next piece, whether it was quoted, and where it ends; a quote left open ends with the text."""
    if text[place : place + 1] == '"':
        return _read_quoted(text, place + 1)
    start = place
    while place < len(text) and not text[place].isspace() and text[place] not in stop:
        place += 1
    return text[start:place], False, place


def _read_quoted(text: str, place: int) -> tuple[str, bool, int]:
    piece: list[str] = []
    while place < len(text) and text[place] != '"':
        if text[place] == "\\" and place + 1 < len(text):
            place += 1
        piece.append(text[place])
        place += 1
    return "".join(piece), True, place + 1
