"""The last line: what this screen says of itself, and the five to seven keys that matter."""

from collections.abc import Sequence

from textual.geometry import Region

from ..state.spans import Span, Spans, span_width
from .span_lines import SpanLines


class KeyBar(SpanLines):
    """One line of keys and their words; those that do not fit are left out from the end, help never."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $surface; }"

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._keys: tuple[tuple[str, str], ...] = ()
        self._note: Spans = ()

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show these keys, most important first; the last one always stays."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    def show_note(self, note: Spans) -> None:
        """Say something short about the whole screen on the left."""
        if list(note) != list(self._note):
            before, keys = span_width(self._note), self._shown_keys()
            self._note = tuple(note)
            if before and note and keys == self._shown_keys():
                self.refresh(Region(0, 0, 1 + max(before, span_width(note)), 1))
            else:
                self.refresh()

    def line(self, y: int) -> Spans:  # noqa: ARG002
        """Give the note and as many keys as fit."""
        left: list[Span] = [(" ", ""), *self._note]
        right = self._shown_keys()
        if not self._note:
            return [*left, *right]
        return [*left, (" " * max(2, self._room + 1 - span_width(right)), ""), *right]

    @property
    def _room(self) -> int:
        return self.size.width - span_width(self._note) - 3

    def _shown_keys(self) -> list[Span]:
        pieces = [self.spelled(self._piece(key, word)) for key, word in self._keys]
        while len(pieces) > 1 and sum(span_width(piece) + 2 for piece in pieces) > self._room:
            del pieces[-2]
        return [span for piece in pieces for span in (*piece, ("  ", ""))][:-1]

    @staticmethod
    def _piece(key: str, word: str) -> Spans:
        return [(f"{key} ", "key"), (word, "quiet")] if word != key else [(key, "key")]
