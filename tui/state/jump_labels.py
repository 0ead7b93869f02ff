"""The labels of a jump: as short as can be, typed with one hand at rest, none the beginning of another."""

from collections.abc import Sequence
from typing import Final

_LETTERS: Final = "asdfghjklweruiopqtyzxcvbnm"


def build_labels(count: int) -> tuple[str, ...]:
    """Give a label for each of some places: one letter while they last, then two for the last ones."""
    pairs = 0
    while len(_LETTERS) - pairs + pairs * len(_LETTERS) < count and pairs < len(_LETTERS):
        pairs += 1
    singles = _LETTERS[: len(_LETTERS) - pairs]
    doubles = [first + second for first in _LETTERS[len(_LETTERS) - pairs :] for second in _LETTERS]
    return (*singles, *doubles)[:count]


def still_fitting(labels: Sequence[str], typed: str) -> tuple[str, ...]:
    """Give the labels that begin with what is typed."""
    return tuple(label for label in labels if label.startswith(typed))
