"""What a screen lists: what the filter leaves, its order, the marks, what an empty list says."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from .failures import failure_lines
from .spans import Lines, Spans

if TYPE_CHECKING:
    from core.errors import Failure

R = TypeVar("R")


class RowList(Generic[R]):
    """``rows`` are what is listed of ``all``; ``trouble`` says why they could not be read.

    ``orders`` are names with the column that shows them. A subclass orders what the filter leaves, and says
    what is there before there is anything.
    """

    def __init__(self, key: Callable[[R], str], orders: Sequence[tuple[str, int]]) -> None:
        self.key = key
        self._orders = orders
        self.all: list[R] = []
        self.rows: list[R] = []
        self.filter = ""
        self.order = 0
        self.marks: set[str] = set()
        self.trouble: Failure | None = None

    def read(self, ask: Callable[[], list[R]]) -> None:
        """Take what ``ask`` reads from the database, or why it could not."""
        from core.errors import failure_of

        try:
            self.all = ask()
            self.trouble = None
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self.all, self.trouble = [], failure_of(error)

    def arrange(self, now_us: int) -> None:
        """Filter and sort; raises `FilterProblem`, and lists what it did before."""
        self.rows = self.arranged(now_us)
        self.marks &= {self.key(row) for row in self.all}

    def arranged(self, now_us: int) -> list[R]:
        """Give what the filter leaves, in the present order; raises `FilterProblem`."""
        raise NotImplementedError

    def note(self, now_us: int) -> Spans:
        """Say how many there are; empty when there is nothing."""
        raise NotImplementedError

    def first_lines(self) -> Lines:
        """Give what is said as long as there is nothing."""
        raise NotImplementedError

    def sort_next(self) -> str:
        """Take the next of the orders, and give its name."""
        self.order = (self.order + 1) % len(self._orders)
        return self._orders[self.order][0]

    @property
    def sorted_by(self) -> int:
        """The column whose title gets the arrow."""
        return self._orders[self.order][1]

    def at(self, index: int) -> R | None:
        """Give the row of a place, nothing in an empty list."""
        return self.rows[index] if index < len(self.rows) else None

    def place_of(self, *keys: str | None) -> int | None:
        """Give the place of the first of these that is listed."""
        places = {self.key(row): index for index, row in enumerate(self.rows)}
        return next((places[key] for key in keys if key in places), None)

    @property
    def count(self) -> str:
        """How many the filter leaves; empty without a filter."""
        return f"{len(self.rows):,} of {len(self.all):,}" if self.filter else ""

    def empty_lines(self, width: int) -> Lines:
        """Give what an empty list says, and which keys help."""
        if self.all:
            return [
                [],
                [("   nothing here fits ", "quiet"), (self.filter, "accent")],
                [("   esc ", "key"), ("shows all", "quiet")],
            ]
        if self.trouble is not None:
            return failure_lines(self.trouble, "the database", max(40, width))
        return self.first_lines()
