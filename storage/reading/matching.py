"""Say whether one row in memory passes a filter, by the same rules as in SQL."""

import time
from collections.abc import Callable
from typing import Any

from .patterns import holds_pattern
from .terms import Between, Filter, Mark, Moment, Pattern, Term, Value, Words, lower_ascii

Get = Callable[[str], Any]


def matches(filter_: Filter, get: Get, now_us: int | None = None) -> bool:
    """Say whether a row passes; ``get`` gives an attribute of the row, ``None`` where it has none."""
    now = time.time_ns() // 1000 if now_us is None else now_us
    return all(_fits(term, filter_, get, now) is not term.negated for term in filter_.terms)


def _fits(term: Term, filter_: Filter, get: Get, now_us: int) -> bool:
    if term.field is None:
        texts = [str(text) for name in filter_.table.words if (text := get(name)) is not None]
        return any(_words_fit(value, texts) for value in term.values)
    return any(_value_fits(value, term, filter_, get, now_us) for value in term.values)


def _words_fit(value: Value, texts: list[str]) -> bool:
    if isinstance(value, Pattern):
        return holds_pattern(value.text, *texts)
    return isinstance(value, Words) and any(value.text in lower_ascii(text) for text in texts)


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
        case Words():
            items = found if isinstance(found, (tuple, list, set, frozenset)) else (found,)
            return any(_text_fits(str(item), value, exact=field.kind == "exact") for item in items)
        case Between(low=low, high=high):
            return (low is None or found >= low) and (high is None or found <= high)
        case Moment():
            until = field.kind == "until"
            moment = value.resolve(now_us, filter_.zone, end=until)
            return bool(found <= moment if until else found >= moment)
    return False


def _text_fits(found: str, words: Words, *, exact: bool) -> bool:
    found = found if exact else lower_ascii(found)
    return found.startswith(words.text) if words.prefix else found == words.text
