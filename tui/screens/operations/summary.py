"""What is said below the log, or beside it, of the operation under the cursor."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from storage.records import Operation

from ...state.operations import summary_lines, wide_lines
from ...state.streaks import read_streak, streak_said
from ...widgets.span_lines import SpanText

if TYPE_CHECKING:
    from ...services import Services

_SETTLE_S = 0.06


class Summary(SpanText):
    """Shows an operation once the cursor rests on it, so that moving through the log reads no exchange."""

    def __init__(self, services: "Services", current: Callable[[], Operation | None]) -> None:
        super().__init__(id="summary", classes="detail")
        self._services = services
        self._current = current
        self._settle: Timer | None = None

    def show_soon(self) -> None:
        """Show the current operation when the cursor rests."""
        if self._settle is None:
            self._settle = self.set_timer(_SETTLE_S, self.show_now)
        else:
            self._settle.reset()

    def show_now(self) -> None:
        """Show the current operation."""
        self._settle = None
        row = self._current()
        if row is None:
            self.show([])
            return
        self._show(row)
        if row.error_class is not None:
            self.run_worker(self._show_streak(row), exclusive=True, exit_on_error=False)

    async def _show_streak(self, row: Operation) -> None:
        streak = await asyncio.to_thread(read_streak, self._services.home.database, row)
        current = self._current()
        if streak is not None and current is not None and current.id == row.id:
            self._show(row, streak_said(streak, self._services.now_us()))

    def _show(self, row: Operation, since: str = "") -> None:
        reading = self._services.reading
        width = max(30, self.size.width or self.screen.size.width - 4)
        lines = summary_lines(row, reading.exchanges(row.id), width, since)
        if self.screen.has_class("-wide"):
            full = reading.operation(row.id) or row
            lines = [*lines, *wide_lines(full, len(reading.log_lines(row.id)))]
        self.show(lines)
