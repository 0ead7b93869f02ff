"""Something of the project as a list: what the filter leaves, its order, what an empty one says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .filters import filter_rows
from .row_list import RowList
from .spans import Lines, Span, Spans
from .table import Column

if TYPE_CHECKING:
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


class KeptList(RowList[R]):
    """What a `Listing` describes."""

    def __init__(self, listing: Listing[R]) -> None:
        super().__init__(listing.key, [(sort.name, sort.column) for sort in listing.sorts])
        self._listing = listing

    def arranged(self, now_us: int) -> list[R]:
        """Give what the filter leaves, in the present order; raises `FilterProblem`."""
        left = filter_rows(self.all, self.filter, self._listing.fields(), now_us)
        sort = self._listing.sorts[self.order]
        return sorted(left, key=lambda row: (sort.key(row), self.key(row).lower()))

    def note(self, now_us: int) -> Spans:
        """Say how many there are."""
        return self._listing.note(self.all, now_us) if self.all else ()

    def first_lines(self) -> Lines:
        """Say what would be here, and how it is made."""
        return self._listing.first


def place_word(where: str) -> str:
    """Say where a secret is; the name it has inside the vault is nobody's business."""
    return "vault" if where.startswith("vault:") else where


def place_said(where: str) -> str:
    """Say the same in a sentence about a field."""
    word = place_word(where)
    return "secret, in the vault" if word == "vault" else f"secret, from {word}"
