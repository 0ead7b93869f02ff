"""Say whether one row in memory passes a filter, by the same rules as in SQL."""

import time
from collections.abc import Callable
from typing import Any

from .terms import Between, Filter, Mark, Moment, Term, Value, Words, lower_ascii

Get = Callable[[str], Any]


def matches(filter_: Filter, get: Get, now_us: int | None = None) -> bool:
    """Say whether a row passes; ``get`` gives an attribute of the row, ``None`` where it has none."""
    now = time.time_ns() // 1000 if now_us is None else now_us
    return all(_fits(term, filter_, get, now) is not term.negated for term in filter_.terms)


def _fits(term: Term, filter_: Filter, get: Get, now_us: int) -> bool:
    if term.field is None:
        texts = [lower_ascii(str(text)) for name in filter_.table.words if (text := get(name)) is not None]
        return any(value.text in text for value in term.values if isinstance(value, Words) for text in texts)
    return any(_value_fits(value, term, filter_, get, now_us) for value in term.values)


def _value_fits(value: Value, term: Term, filter_: Filter, get: Get, now_us: int) -> bool:
    field = term.field
    if isinstance(value, Mark):
        flag = filter_.table.flags[value.name]
        found = get(flag.attribute)
        return found is not None and flag.test(found)
    found = None if field is None else get(field.attribute)
    if field is None or found is None:
        return False
    match value:
        case Words(text=text, prefix=prefix):
            if isinstance(found, (tuple, list, set, frozenset)):
                return any(_text_fits(str(item), text, prefix, exact=field.kind == "exact") for item in found)
            return _text_fits(str(found), text, prefix, exact=field.kind == "exact")
        case Between(low=low, high=high):
            return (low is None or found >= low) and (high is None or found <= high)
        case Moment():
            until = field.kind == "until"
            moment = value.resolve(now_us, filter_.zone, end=until)
            return bool(found <= moment if until else found >= moment)


def _text_fits(found: str, text: str, prefix: bool, *, exact: bool) -> bool:
    found = found if exact else lower_ascii(found)
    return found.startswith(text) if prefix else found == text
