"""Something of the project as a list: what the filter leaves, its order, what an empty one says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .failures import failure_lines
from .filters import filter_rows
from .spans import Lines, Span, Spans
from .table import Column

if TYPE_CHECKING:
    from core.errors import Failure
    from storage.reading import Reading
    from storage.reading.fields import FieldTable

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Sort(Generic[R]):
    """One order: its name, the column whose title gets the arrow, and what is compared."""

    name: str
    column: int
    key: Callable[[R], Any]


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """How rows of one sort are read, named, drawn, sorted, filtered and told of.

    ``cells``, ``detail`` and ``note`` are given the time; ``detail`` also its width, and whether it has a
    whole column.
    """

    read: "Callable[[Reading, str], list[R]]"
    key: Callable[[R], str]
    columns: tuple[Column, ...]
    cells: Callable[[R, int], list[Span]]
    sorts: tuple[Sort[R], ...]
    fields: "Callable[[], FieldTable]"
    detail: Callable[[R, int, int, bool], Lines]
    note: Callable[[Sequence[R], int], Spans]
    first: Lines


class KeptList(Generic[R]):
    """``rows`` are what is listed of ``all``; ``trouble`` says why they could not be read."""

    def __init__(self, listing: Listing[R]) -> None:
        self._listing = listing
        self.all: list[R] = []
        self.rows: list[R] = []
        self.filter = ""
        self.order = 0
        self.trouble: Failure | None = None

    def read(self, reading: "Reading", project_id: str) -> None:
        """Take what is in the database, or why it could not be read."""
        from core.errors import failure_of

        try:
            self.all = self._listing.read(reading, project_id)
            self.trouble = None
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self.all, self.trouble = [], failure_of(error)

    def arrange(self, now_us: int) -> None:
        """Filter and sort; raises `FilterProblem`, and lists what it did before."""
        left = filter_rows(self.all, self.filter, self._listing.fields(), now_us)
        sort, key = self._listing.sorts[self.order], self._listing.key
        self.rows = sorted(left, key=lambda row: (sort.key(row), key(row).lower()))

    @property
    def sort(self) -> Sort[R]:
        """The present order."""
        return self._listing.sorts[self.order]

    def sort_next(self) -> str:
        """Take the next of the orders, and give its name."""
        self.order = (self.order + 1) % len(self._listing.sorts)
        return self.sort.name

    def at(self, index: int) -> R | None:
        """Give the row of a place, nothing in an empty list."""
        return self.rows[index] if index < len(self.rows) else None

    def place_of(self, *keys: str | None) -> int | None:
        """Give the place of the first of these that is listed."""
        places = {self._listing.key(row): index for index, row in enumerate(self.rows)}
        return next((places[key] for key in keys if key in places), None)

    @property
    def count(self) -> str:
        """How many the filter leaves; empty without a filter."""
        return f"{len(self.rows):,} of {len(self.all):,}" if self.filter else ""

    def note(self, now_us: int) -> Spans:
        """Say how many there are."""
        return self._listing.note(self.all, now_us) if self.all else ()

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
        return self._listing.first


def key_spans(keys: Sequence[tuple[str, str]], indent: int = 9) -> Spans:
    """Give the line that says which keys are worth pressing."""
    spans: list[Span] = [(f"{'next':<{indent}}", "quiet")]
    for index, (key, word) in enumerate(keys):
        spans += [("· " if index else "", "faint"), (f"{key} ", "key"), (f"{word} ", "")]
    return spans


def place_word(where: str) -> str:
    """Say where a secret is; the name it has inside the vault is nobody's business."""
    return "vault" if where.startswith("vault:") else where


def place_said(where: str) -> str:
    """Say the same in a sentence about a field."""
    word = place_word(where)
    return "secret, in the vault" if word == "vault" else f"secret, from {word}"
