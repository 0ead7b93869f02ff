r"""Match the ``/patterns/`` of a filter with an engine whose time grows with the text alone.

Python's own would hold every thread for as long as a bad pattern runs. This one is the engine of the schemas
that inputs are checked with: no look-around and no back-references, so nothing that could run away.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

LONGEST: Final = 200
"""How long a pattern may be: a mistake in it is looked for by reading ever shorter ones."""

_LARGEST: Final = 1 << 20
_SURROGATES: Final = re.compile("[\ud800-\udfff]")

Fits = Callable[[tuple[object, ...]], bool]


class PatternError(ValueError):
    """A pattern cannot be read from ``position`` on (from 0)."""

    def __init__(self, position: int) -> None:
        super().__init__(f"the pattern cannot be read from character {position + 1} on")
        self.position = position


@lru_cache(maxsize=64)
def read_pattern(pattern: str) -> Fits:
    """Give what tells whether one of some texts holds a pattern, capital and small letters alike.

    Raises:
        PatternError: names the first character that does not fit.
    """
    fits = _compile(pattern)
    if fits is None:
        ends = range(len(pattern) - 1, 0, -1)
        raise PatternError(next((end for end in ends if _compile(pattern[:end]) is not None), 0))
    return fits


def holds_pattern(pattern: str, *texts: object) -> bool:
    """Tell whether one of some texts holds a pattern; what is no text never does."""
    fits = read_pattern(pattern)
    try:
        return fits(texts)
    except UnicodeEncodeError:
        return fits(tuple(_SURROGATES.sub("\ufffd", text) for text in texts if isinstance(text, str)))


def _compile(pattern: str) -> Fits | None:
    """Have a schema of one pattern compiled: an array of which one text holds it."""
    import jsonschema_rs

    limits = jsonschema_rs.RegexOptions(size_limit=_LARGEST, dfa_size_limit=_LARGEST)
    schema = {"contains": {"type": "string", "pattern": f"(?i){pattern}"}}
    try:
        return jsonschema_rs.validator_for(schema, pattern_options=limits).is_valid
    except ValueError:
        return None
