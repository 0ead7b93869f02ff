"""Lines to read and scroll through with the keys of a list."""

from ...widgets.bindings import bind
from ...widgets.span_lines import SpanText


class Reader(SpanText, can_focus=True):
    """A block of lines as high as its place."""

    BINDINGS = bind("list")
    DEFAULT_CSS = "Reader { height: 1fr; }"

    def action_do(self, name: str) -> None:
        """Run one of the keys of the context ``list``."""
        page, count = max(1, self.size.height - 1), len(self.lines)
        steps = {
            "down": 1, "up": -1, "half_down": page // 2, "half_up": -(page // 2), "page_down": page,
            "page_up": -page, "first": -count, "last": count,
        }  # fmt: skip
        if name in steps:
            self.scroll_lines(steps[name])
