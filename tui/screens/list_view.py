"""A view with a list and the detail of what is under its cursor; it reads again when the database changed."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from ..messages import EngineOpened, KeptChanged
from ..state.filters import FilterProblem
from ..state.row_list import RowList
from ..state.spans import Span
from ..state.table import Column
from ..widgets.line_table import LineTable
from .view import View

R = TypeVar("R")

_RELATIVE_TIMES_S = 30.0
_DETAIL_ALONE = 2


class ListView(View, Generic[R]):
    """A subclass reads the rows, draws them and the detail, and has the keys.

    ``BAR_WHEN_EMPTY`` are the keys that are named when there is nothing; ``MARKS`` says whether rows can be
    marked.
    """

    BAR_WHEN_EMPTY: ClassVar[tuple[str, ...]] = ("app.back",)
    MARKS: ClassVar[bool] = False

    def __init__(self, rows: RowList[R]) -> None:
        super().__init__()
        self._list = rows
        self._wanted: str | None = None
        self._stale = False
        self._split = 0

    # ---- what a subclass gives

    def columns(self) -> Sequence[Column]:
        """Give the columns for the present width."""
        raise NotImplementedError

    def cells(self, index: int) -> list[Span]:
        """Draw the row of a place."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Show the detail of what is under the cursor."""
        raise NotImplementedError

    def read_rows(self) -> None:
        """Read from the database into the list."""
        raise NotImplementedError

    def opened(self) -> None:
        """Enter, on a row or in an empty list."""
        raise NotImplementedError

    # ---- what is shown

    def panes(self, detail: Widget) -> ComposeResult:
        """Lay out the list and the detail."""
        with Container(classes="panes"):
            yield LineTable(self.columns(), id="rows", classes="main")
            yield detail

    def on_mount(self) -> None:
        """Show what there is, and look now and then what the time changed."""
        if self.MARKS:
            self.table.marked = lambda index: self._list.key(self._list.rows[index]) in self._list.marks
        self.read_again()
        self.call_later(self._show_bar)  # what is here is not what every view begins with
        self.set_interval(_RELATIVE_TIMES_S, self._look_at_times)

    @property
    def table(self) -> LineTable:
        """The list on the screen."""
        return self.query_one("#rows", LineTable)

    @property
    def current(self) -> R | None:
        """What is under the cursor."""
        return self._list.at(self.table.cursor)

    @property
    def is_detail_alone(self) -> bool:
        """Whether the detail has the screen for itself."""
        return self._split == _DETAIL_ALONE

    def select(self, name: str) -> None:
        """Put the cursor on what has this name, now or once it is read."""
        self._wanted = name
        if self.is_mounted:
            self.show_rows()

    def read_again(self) -> None:
        """Read from the database and show it."""
        self._stale = False
        self.read_rows()
        self.apply()

    def on_engine_opened(self, _message: EngineOpened) -> None:
        """Read what a migration may have changed."""
        self.read_again()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Read again, at once when this is what is shown."""
        if self.is_current:
            self.read_again()
        else:
            self._stale = True

    def apply(self) -> None:
        """Filter and sort what was read, and show it."""
        found, selected, now = self._list, self.current, self.services.now_us()
        try:
            found.arrange(now)
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        self.show_rows(found.key(selected) if selected is not None else None)
        self.show_filter(found.filter)
        self.show_count(found.count)
        self.show_note(found.note(now))
        self._show_bar()

    def _show_bar(self) -> None:
        self.show_keys(*(self.BAR if self._list.all else self.BAR_WHEN_EMPTY))

    def show_rows(self, selected: str | None = None) -> None:
        """Draw the list, with the cursor on what is wanted, else on what was selected."""
        cursor = self._list.place_of(self._wanted, selected)
        if self._list.place_of(self._wanted) is not None:
            self._wanted = None
        self.table.show_columns(self.columns(), sorted_by=self._list.sorted_by)
        self.table.show_empty(self._list.empty_lines(self.table.size.width))
        self.table.show(len(self._list.rows), self.cells, cursor=cursor)
        self.set_class(not self._list.rows, "-nothing")
        self.show_detail()

    def _look_at_times(self) -> None:
        if self.is_current and self._list.rows:
            self.look_at_times()

    def look_at_times(self) -> None:
        """Draw what says something else by now."""
        self.apply()

    @on(LineTable.Moved)
    def _moved(self) -> None:
        self.show_detail()

    @on(LineTable.Marked)
    def _marked(self, message: LineTable.Marked) -> None:
        if self.MARKS:
            self._list.marks ^= {self._list.key(self._list.rows[message.index])}
            self.table.refresh_rows()

    @on(LineTable.Opened)
    def _opened(self) -> None:
        self.opened()

    def on_resize(self) -> None:
        """Fit the list and the detail to the new width."""
        self.call_after_refresh(self.show_rows)

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
            self.apply()

    def filter_entered(self, text: str) -> None:
        """Keep the filter."""
        self.filter_typed(text)

    def close_inner(self) -> bool:
        """Leave the detail that stands alone, then drop the marks, then the filter."""
        if self.is_detail_alone:
            self.split_to(0)
        elif self._list.marks:
            self._list.marks.clear()
            self.table.refresh_rows()
        elif self._list.filter:
            self._list.filter = ""
            self.apply()
        else:
            return False
        return True

    def do_sort(self) -> None:
        """Sort by the next of the orders."""
        order = self._list.sort_next()
        self.apply()
        self.say(f"sorted by {order}")

    def do_split(self) -> None:
        """Go round: list and detail, list alone, detail alone."""
        self.split_to((self._split + 1) % 3)

    def switch_detail(self) -> None:
        """Show the detail alone, or the list again."""
        self.split_to(0 if self.is_detail_alone else _DETAIL_ALONE)

    def split_to(self, split: int) -> None:
        """Show both (0), the list alone (1) or the detail alone (2)."""
        self._split = split
        self.set_class(split == 1, "-split-list")
        self.set_class(split == _DETAIL_ALONE, "-split-detail")
        self.call_after_refresh(self.show_detail)

    def do_refresh(self) -> None:
        """Read again."""
        self.read_again()
        self.say("read again", "good")
