"""The authentications of the project as a list: what the filter leaves, its order, the marks."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from .authentications import SORTS, AuthenticationRow, judged, note, sort_rows
from .failures import failure_lines
from .filters import filter_authentications
from .spans import Lines, Spans

if TYPE_CHECKING:
    from core.errors import Failure


class AuthenticationList:
    """``rows`` are what is listed of ``all``; ``trouble`` says why they could not be read."""

    def __init__(self) -> None:
        self.all: list[AuthenticationRow] = []
        self.rows: list[AuthenticationRow] = []
        self.filter = ""
        self.order = 0
        self.marks: set[str] = set()
        self.trouble: Failure | None = None

    def read(self, ask: Callable[[], list[AuthenticationRow]]) -> None:
        """Take what ``ask`` reads from the database, or why it could not."""
        from core.errors import failure_of

        try:
            self.all = ask()
            self.trouble = None
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self.all, self.trouble = [], failure_of(error)

    def arrange(self, now_us: int) -> None:
        """Judge, filter and sort; raises `FilterProblem`, and lists what it did before."""
        self.all = [judged(row, now_us) for row in self.all]
        self.rows = sort_rows(filter_authentications(self.all, self.filter, now_us), self.order)
        self.marks &= {row.name for row in self.all}

    def sort_next(self) -> str:
        """Take the next of the orders, and give its name."""
        self.order = (self.order + 1) % len(SORTS)
        return SORTS[self.order][0]

    def at(self, index: int) -> AuthenticationRow | None:
        """Give the row of a place, nothing in an empty list."""
        return self.rows[index] if self.rows else None

    def place_of(self, *names: str | None) -> int | None:
        """Give the place of the first of these authentications that is listed."""
        places = {row.name: index for index, row in enumerate(self.rows)}
        return next((places[name] for name in names if name in places), None)

    @property
    def count(self) -> str:
        """How many the filter leaves; empty without a filter."""
        return f"{len(self.rows):,} of {len(self.all):,}" if self.filter else ""

    def note(self, now_us: int) -> Spans:
        """Say how many there are, and how many need somebody."""
        return note(self.all, now_us) if self.all else ()

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
        return _first_lines()


def _first_lines() -> Lines:
    return [
        [],
        [("   No credentials are kept yet.", "title")],
        [],
        [("   An authentication is made once and used by many connections: a token, a", "")],
        [("   password, a key, or a sign-in at a provider. Its secrets are in the vault.", "")],
        [],
        [("   n", "key"), ("  set up a connection, which makes one on the way", "strong")],
        [("   2", "key"), ("  look through the catalog for how a system lets you in", "")],
        [("   ?", "key"), ("  everything that can be done here", "")],
        [],
        [("   Without a connection:", "quiet")],
        [("   connect-tui auth add CONNECTOR --method M --name N --secret token=@FILE", "accent")],
        [("   connect-tui auth add CONNECTOR --method M --name N --flow device", "accent")],
    ]
