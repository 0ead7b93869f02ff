"""Find a secret in a text by its value, in every form in which it can stand there."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from .folding import folded
from .spans import Span


class Needle:
    """One thing to look for: a literal, or a pattern that can only match where its probe stands.

    A literal that is not there costs one search at the speed of memory, which is the common case by far; so
    ``write_pattern`` is asked only where the probe was found.
    """

    def __init__(
        self, probe: str, write_pattern: Callable[[], str] | None = None, *, any_case: bool = False
    ) -> None:
        self.probe = probe
        self.any_case = any_case
        self._write_pattern = write_pattern

    @property
    def source(self) -> str:
        """The pattern, also of a literal."""
        return re.escape(self.probe) if self._write_pattern is None else self._write_pattern()

    def spans(self, text: str) -> Iterator[Span]:
        """Yield every place, also those that overlap each other; ``any_case`` ones want folded text."""
        start = text.find(self.probe)
        if start < 0:
            return
        if self._write_pattern is not None:
            yield from self._matches(text)
            return
        while start >= 0:
            yield Span(start, start + len(self.probe))
            start = text.find(self.probe, start + 1)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.source)

    def _matches(self, text: str) -> Iterator[Span]:
        found = self._pattern.search(text)
        while found:
            yield Span(found.start(), found.end())
            found = self._pattern.search(text, found.start() + 1)


def spans_of(needles: Iterable[Needle], text: str) -> list[Span]:
    """Give every place of every needle."""
    found: list[Span] = []
    small = ""
    for needle in needles:
        if needle.any_case:
            small = small or folded(text)
        place = small if needle.any_case else text
        if needle.probe in place:
            found += needle.spans(place)
    return found
