"""Two lines over the log: how much happened when, and how much of it failed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..state.operations import bar_labels, bar_spans
from ..state.spans import Spans
from .span_lines import SpanLines

if TYPE_CHECKING:
    from storage.reading import Bar


class Histogram(SpanLines):
    """Bars from left (earlier) to right (now), with a line of words under them."""

    DEFAULT_CSS = "Histogram { height: 2; padding: 0 1; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._bars: tuple[Bar, ...] = ()
        self._now_us = 0

    @property
    def room(self) -> int:
        """How many bars fit."""
        return max(1, self.content_size.width)

    def show(self, bars: Sequence["Bar"], now_us: int) -> None:
        """Show these bars, which end at ``now_us``."""
        if tuple(bars) != self._bars:
            self._bars, self._now_us = tuple(bars), now_us
            self.refresh()

    def line(self, y: int) -> Spans:
        """Give the bars, then the words."""
        if y == 0:
            return bar_spans(self._bars)
        return bar_labels(self._bars, self._now_us, self.room)
