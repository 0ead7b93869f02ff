"""The stages of a connection test, each with what it found; the cursor chooses one to repeat."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Region, Size

from ..state.spans import Lines, Spans
from ..state.stages import StageRow, TestRun, begin_test, stage_lines
from .span_lines import SpanLines

_WIDEST = 110


class StageList(SpanLines, can_focus=True):
    """Draws a test stage by stage; the stage that matters most is kept in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", show=False),
        Binding("k,up", "move(-1)", show=False),
    ]
    DEFAULT_CSS = "StageList { height: auto; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._run = begin_test()
        self._cursor: int | None = None

    @property
    def current(self) -> StageRow:
        """The stage of the cursor; without one the first that failed or warned, else the last."""
        rows = self._run.rows
        if self._cursor is not None:
            return rows[min(self._cursor, len(rows) - 1)]
        wrong = [row for verdict in ("failed", "warned") for row in rows if row.verdict == verdict]
        return (wrong or list(rows[-1:]))[0]

    def show(self, run: TestRun) -> None:
        """Show a test as far as it is."""
        grows = len(self._lines(run)) != len(self._lines(self._run))
        self._run = run
        self.refresh(layout=grows)
        self.call_after_refresh(self._show_current)

    def line(self, y: int) -> Spans:
        """Give one line."""
        lines = self._lines(self._run)
        return lines[y] if y < len(lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Give as many rows as there are lines."""
        return len(self._lines(self._run, width))

    def action_move(self, step: int) -> None:
        """Put the cursor on another stage."""
        rows = self._run.rows
        at = rows.index(self.current) if self.current in rows else 0
        self._cursor = max(0, min(at + step, len(rows) - 1))
        self.refresh()
        self._show_current()

    def _show_current(self) -> None:
        """Scroll to the stage of the cursor; without one to what is wrong, or to the last that ended."""
        rows, shown = self._run.rows, self.current
        if self._cursor is None and shown.verdict not in ("failed", "warned"):
            ended = [row for row in rows if row.verdict != "waiting"]
            shown = ended[-1] if ended else rows[0]
        room = self._room()
        above = sum(len(stage_lines(row, room)) for row in rows[: rows.index(shown)])
        region = Region(0, above, self.size.width, len(stage_lines(shown, room)))
        for place in self.ancestors:
            if isinstance(place, VerticalScroll):
                place.scroll_to_region(region, animate=False, force=True)
                return

    def _room(self, width: int | None = None) -> int:
        return min(_WIDEST, width or self.size.width or 80)

    def _lines(self, run: TestRun, width: int | None = None) -> Lines:
        room = self._room(width)
        lines: Lines = []
        for row in run.rows:
            current = self._cursor is not None and row is self.current
            lines += stage_lines(row, room, current=current)
        return lines
