"""The detail of the connection under the cursor."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from storage.records import Operation

from ...state.connections import ConnectionRow, detail_lines, wide_lines
from ...widgets.span_lines import SpanText

if TYPE_CHECKING:
    from ...services import Services

_LAST = 12


class ConnectionDetail(SpanText):
    """Health, stages and next keys; where there is a whole column, what it is set up with and what it did."""

    def __init__(self, services: "Services") -> None:
        super().__init__(id="detail", classes="detail")
        self._services = services

    def show_row(
        self, row: ConnectionRow | None, stages: Sequence[Mapping[str, Any]] | None, *, wide: bool
    ) -> None:
        """Show a connection; ``stages`` are those of a test that runs now."""
        if row is None:
            self.show([])
            return
        now = self._services.now_us()
        lines = detail_lines(row, now, max(30, self.size.width or self.screen.size.width - 4), stages)
        if wide:
            lines = [*lines, *wide_lines(row, self._last_operations(row), now)]
        self.show(lines)

    def _last_operations(self, row: ConnectionRow) -> tuple[Operation, ...]:
        from storage.reading import parse_filter, quoted

        project = quoted(self._services.project)
        wanted = parse_filter(f"project:{project} conn:{quoted(row.name)}")
        return self._services.reading.operations_block(wanted, limit=_LAST)
