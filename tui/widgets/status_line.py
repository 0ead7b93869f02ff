"""The rule above the keys; it carries the last message, so that a message takes no room."""

from ..state.spans import Span, Spans, span_width
from .span_lines import SpanLines

_GLYPHS = {"good": "✓ ", "warn": "▲ ", "bad": "✗ "}


class StatusLine(SpanLines):
    """One rule with a message in it; a message stays until the next one or until it is cleared."""

    DEFAULT_CSS = "StatusLine { height: 1; }"

    def __init__(self) -> None:
        super().__init__(id="status")
        self._message: Spans = ()

    @property
    def text(self) -> str:
        """The message that is shown, without its glyph."""
        return "".join(text for text, _ in self._message[1:])

    def say(self, text: str, tone: str = "quiet") -> None:
        """Show a message; tone good, warn or bad puts a glyph before it; an empty text clears."""
        message: list[Span] = [(_GLYPHS.get(tone, ""), tone), (text, tone)] if text else []
        if message != list(self._message):
            self._message = message
            self.refresh()

    def line(self, y: int) -> Spans:  # noqa: ARG002
        """Give the rule with the message near its start."""
        if not self._message:
            return [("─" * self.size.width, "faint")]
        rest = self.size.width - span_width(self._message) - 4
        return [("── ", "faint"), *self._message, (" ", ""), ("─" * max(0, rest), "faint")]
