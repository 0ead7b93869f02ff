"""Find the field that a failure is about: the vendor names it in its answer, or the message does."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.errors import Failure

# The names under which vendors say where in the input something is wrong, as ``_plain`` gives them.
_PLACES: Final = frozenset(
    {"field", "pointer", "param", "parameter", "path", "loc", "location", "property", "instancepath",
     "datapath", "attribute", "fieldname", "name", "target"}
)  # fmt: skip
_BY_FIELD: Final = frozenset(
    {"errors", "error", "fields", "fielderrors", "validationerrors", "details", "messages"}
)
_STATUSES: Final = frozenset({400, 409, 422})
_DEEPEST: Final = 8
_LONGEST: Final = 1_000_000
_TELLING: Final = 4
"""From how many characters on a text in a message can only be what was typed."""
_STEPS = re.compile(r"[^A-Za-z0-9_$-]+")
_QUOTED = re.compile(r"[\"'`“‘]([A-Za-z_$][\w.$/-]*)[\"'`”’]")
_WORD = re.compile(r"[A-Za-z_$][\w$-]*")


def named_field(texts: Mapping[str, str], failure: Failure, answer: bytes) -> str | None:
    """Give the key of the field that a refused input is about; nothing when no field is named.

    ``texts`` is what stands in each field; a message may name a field by nothing else.
    """
    if failure.error_class != "input" and failure.status not in _STATUSES:
        return None
    known = {_plain(key): key for key in texts}
    message = f"{failure.message} {failure.remedy or ''}"
    for place in (*_places(_decoded(answer), 0), *_QUOTED.findall(message)):
        for step in _STEPS.split(place):
            if _plain(step) in known:
                return known[_plain(step)]
    named = next((word for word in _WORD.findall(message) if word in texts), None)
    return named or next((key for key, text in texts.items() if _is_told(text, failure.message)), None)


def _is_told(text: str, message: str) -> bool:
    return len(text) >= _TELLING and text in message


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _decoded(answer: bytes) -> Any:
    try:
        return json.loads(answer) if len(answer) <= _LONGEST else None
    except (ValueError, RecursionError):
        return None


def _places(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _places(one, depth + 1)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _places_under(str(name), one, depth)


def _places_under(name: str, value: Any, depth: int) -> Iterator[str]:
    plain = _plain(name)
    if plain in _PLACES and isinstance(value, str):
        yield value
    elif plain in _PLACES and isinstance(value, list):
        yield "/".join(str(step) for step in value)
    elif plain in _BY_FIELD and isinstance(value, Mapping):
        yield from (str(key) for key in value)
    elif depth == 0 and isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        # {"subject": ["is required"]}: the fields themselves, without a word around them.
        yield name
    if isinstance(value, Mapping | list):
        yield from _places(value, depth + 1)
