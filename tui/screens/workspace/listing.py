"""A tab with a list and the detail of what is under its cursor; it reads again when the database changed."""

from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from ...messages import EngineOpened, KeptChanged
from ...state.filters import FilterProblem, complete_row_filter
from ...state.kept_list import KeptList, Listing
from ...widgets.line_table import LineTable
from ...widgets.span_lines import SpanText
from .tab import WorkspaceTab

R = TypeVar("R")

_RELATIVE_TIMES_S = 30.0
_DETAIL_ALONE = 2


class ListTab(WorkspaceTab, Generic[R]):
    """A subclass gives what is listed, its keys and their methods; ``BAR_WHEN_EMPTY`` if nothing is."""

    BAR_WHEN_EMPTY: ClassVar[tuple[str, ...]] = ("app.back",)
    DEFAULT_CSS = "ListTab.-nothing .panes > .detail { display: none; }"

    def __init__(self, listing: Listing[R]) -> None:
        super().__init__()
        self._listing = listing
        self._list = KeptList(listing)
        self._wanted: str | None = None
        self._stale = False
        self._split = 0

    # ---- what is shown

    def compose_tab(self) -> ComposeResult:
        """Lay out the list and the detail."""
        with Container(classes="panes"):
            yield LineTable(self._listing.columns, id="kept", classes="main")
            yield SpanText(id="detail", classes="detail")

    def on_mount(self) -> None:
        """Show what there is, and look now and then how near an end came."""
        self.read_again()
        self.call_later(self._show_bar)  # what is here is not what every view begins with
        self.set_interval(_RELATIVE_TIMES_S, self._show_times)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#kept", LineTable)

    @property
    def current(self) -> R | None:
        """What is under the cursor."""
        return self._list.at(self._table.cursor)

    def select(self, name: str) -> None:
        """Put the cursor on what has this name, now or once it is read."""
        self._wanted = name
        if self.is_mounted:
            self._show_rows()

    def read_again(self) -> None:
        """Read from the database."""
        self._stale = False
        self._list.read(self.services.reading, self.services.project_id)
        self._apply()

    def on_engine_opened(self, _message: EngineOpened) -> None:
        """Read what a migration may have changed."""
        self.read_again()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Read again, at once when this is what is shown."""
        if self.is_current:
            self.read_again()
        else:
            self._stale = True

    def _apply(self) -> None:
        found, selected = self._list, self.current
        try:
            found.arrange(self.services.now_us())
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        self._show_rows(self._listing.key(selected) if selected is not None else None)
        self.show_filter(found.filter)
        self.show_count(found.count)
        self.show_note(found.note(self.services.now_us()))
        self._show_bar()

    def _show_bar(self) -> None:
        self.show_keys(*(self.BAR if self._list.all else self.BAR_WHEN_EMPTY))

    def _show_rows(self, selected: str | None = None) -> None:
        now, rows = self.services.now_us(), self._list.rows
        cursor = self._list.place_of(self._wanted, selected)
        if self._list.place_of(self._wanted) is not None:
            self._wanted = None
        self._table.show_columns(self._listing.columns, sorted_by=self._list.sort.column)
        self._table.show_empty(self._list.empty_lines(self._table.size.width))
        self._table.show(len(rows), lambda index: self._listing.cells(rows[index], now), cursor=cursor)
        self.set_class(not rows, "-nothing")
        self._show_detail()

    def _show_times(self) -> None:
        if self.is_current and self._list.rows:
            self._apply()

    def _show_detail(self) -> None:
        detail, row = self.query_one("#detail", SpanText), self.current
        if row is None:
            detail.show([])
            return
        width = max(30, detail.size.width or self.size.width - 4)
        wide = self.has_class("-wide") or self._split == _DETAIL_ALONE
        detail.show(self._listing.detail(row, self.services.now_us(), width, wide))

    @on(LineTable.Moved)
    def _moved(self) -> None:
        self._show_detail()

    def on_resize(self) -> None:
        """Fit the detail to the new width."""
        self.call_after_refresh(self._show_rows)

    def on_screen_resume(self) -> None:
        """Read again after another view was shown."""
        if self._stale:
            self.read_again()

    # ---- filter, sort, split

    def start_filter_text(self) -> str:
        """Go on with the filter that is there."""
        return self._list.filter

    def filter_typed(self, text: str) -> None:
        """Filter as it is typed."""
        self._list.filter = text.strip()
        self.say("")
        if self.is_mounted:
            self._apply()

    def filter_entered(self, text: str) -> None:
        """Keep the filter."""
        self.filter_typed(text)

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_row_filter(text, self._list.all, self._listing.fields())

    def close_inner(self) -> bool:
        """Leave the detail that stands alone, then drop the filter."""
        if self._split == _DETAIL_ALONE:
            self._split_to(0)
        elif self._list.filter:
            self._list.filter = ""
            self._apply()
        else:
            return False
        return True

    def do_sort(self) -> None:
        """Sort by the next of the orders."""
        order = self._list.sort_next()
        self._apply()
        self.say(f"sorted by {order}")

    def do_split(self) -> None:
        """Go round: list and detail, list alone, detail alone."""
        self._split_to((self._split + 1) % 3)

    def _split_to(self, split: int) -> None:
        self._split = split
        self.set_class(split == 1, "-split-list")
        self.set_class(split == _DETAIL_ALONE, "-split-detail")
        self.call_after_refresh(self._show_detail)

    def do_refresh(self) -> None:
        """Read again."""
        self.read_again()
        self.say("read again", "good")

    @on(LineTable.Opened)
    def _opened(self) -> None:
        if self.current is not None:
            self.open_row(self.current)
        elif not self._list.all and self._list.trouble is None:
            self.open_nothing()

    def open_row(self, row: R) -> None:  # noqa: ARG002
        """Enter on a row: the detail alone, and back."""
        self._split_to(0 if self._split == _DETAIL_ALONE else _DETAIL_ALONE)

    def open_nothing(self) -> None:
        """Enter in an empty list."""
