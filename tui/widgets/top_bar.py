"""The first line: product, project, where we are, the filter, the count."""

from collections.abc import Sequence

from ..state.spans import Span, Spans, span_width
from .span_lines import SpanLines


class TopBar(SpanLines):
    """One line; what changes is given through its methods."""

    DEFAULT_CSS = "TopBar { height: 1; background: $surface; }"

    def __init__(self, project: str) -> None:
        super().__init__(id="top")
        self._project = project
        self._production = False
        self._armed = False
        self._crumbs: tuple[str, ...] = ()
        self._filter = ""
        self._count = ""

    def show_project(self, *, production: bool, armed: bool) -> None:
        """Say whether it is production, and whether it may be changed."""
        if (production, armed) != (self._production, self._armed):
            self._production, self._armed = production, armed
            self.refresh()

    def show_place(self, crumbs: Sequence[str]) -> None:
        """Say where we are, outermost first."""
        self._crumbs = tuple(crumbs)
        self.refresh()

    def show_filter(self, text: str) -> None:
        """Say what is filtered for; empty for nothing."""
        if text != self._filter:
            self._filter = text
            self.refresh()

    def show_count(self, text: str) -> None:
        """Say how many there are, or how long that took."""
        if text != self._count:
            self._count = text
            self.refresh()

    def line(self, y: int) -> Spans:  # noqa: ARG002
        """Give the line: the place on the left, filter and count on the right."""
        left: list[Span] = [(" connect ", "quiet"), *self._badge()]
        for index, crumb in enumerate(self._crumbs):
            left += [
                (" " if not index else "", ""),
                ("▸ ", "faint"),
                (f"{crumb} ", "strong" if index == len(self._crumbs) - 1 else ""),
            ]
        right: list[Span] = [("/ ", "quiet"), (self._filter, "accent")] if self._filter else []
        if self._count:
            right += [("   " if right else "", ""), (self._count, "quiet")]
        room = self.size.width - span_width(left) - span_width(right) - 1
        return [*left, (" " * max(2, room), ""), *right]

    def _badge(self) -> list[Span]:
        name = f" {self._project} "
        if not self._production:
            return [(name, "badge")]
        return [(name, "production"), (" armed", "bad") if self._armed else (" read-only", "quiet")]
