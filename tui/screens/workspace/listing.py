"""A tab of what a `Listing` describes: its rows, its detail, its filter."""

from typing import TypeVar

from textual.app import ComposeResult

from ...state.filters import complete_row_filter
from ...state.kept_list import KeptList, Listing
from ...state.spans import Span
from ...state.table import Column
from ...widgets.span_lines import SpanText
from .tab import WorkspaceTab

R = TypeVar("R")


class ListTab(WorkspaceTab[R]):
    """A subclass gives what is listed, its keys and their methods."""

    DEFAULT_CSS = "ListTab.-nothing .panes > .detail { display: none; }"

    def __init__(self, listing: Listing[R]) -> None:
        super().__init__(KeptList(listing))
        self._listing = listing

    def compose_tab(self) -> ComposeResult:
        """Lay out the list and the detail."""
        yield from self.panes(SpanText(id="detail", classes="detail"))

    def columns(self) -> tuple[Column, ...]:
        """Give the columns."""
        return self._listing.columns

    def cells(self, index: int) -> list[Span]:
        """Draw the row of a place."""
        return self._listing.cells(self._list.rows[index], self.services.now_us())

    def read_rows(self) -> None:
        """Read what is kept."""
        services = self.services
        self._list.read(lambda: self._listing.read(services.reading, services.project_id))

    def show_detail(self) -> None:
        """Show the detail of what is under the cursor."""
        detail, row = self.query_one("#detail", SpanText), self.current
        if row is None:
            detail.show([])
            return
        width = max(30, detail.size.width or self.size.width - 4)
        wide = self.has_class("-wide") or self.is_detail_alone
        detail.show(self._listing.detail(row, self.services.now_us(), width, wide))

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_row_filter(text, self._list.all, self._listing.fields())

    def opened(self) -> None:
        """Open what is under the cursor, or do what an empty list is for."""
        if self.current is not None:
            self.open_row(self.current)
        elif not self._list.all and self._list.trouble is None:
            self.open_nothing()

    def open_row(self, row: R) -> None:  # noqa: ARG002
        """Enter on a row: the detail alone, and back."""
        self.switch_detail()

    def open_nothing(self) -> None:
        """Enter in an empty list."""
