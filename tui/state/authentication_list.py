"""The authentications of the project as a list."""

from .authentications import SORTS, AuthenticationRow, judged, note, sort_rows
from .filters import filter_authentications
from .row_list import RowList
from .spans import Lines, Spans


class AuthenticationList(RowList[AuthenticationRow]):
    """The authentications by name, each judged anew whenever they are arranged."""

    def __init__(self) -> None:
        super().__init__(lambda row: row.name, SORTS)

    def arranged(self, now_us: int) -> list[AuthenticationRow]:
        """Give what the filter leaves, in the present order; raises `FilterProblem`."""
        self.all = [judged(row, now_us) for row in self.all]
        return sort_rows(filter_authentications(self.all, self.filter, now_us), self.order)

    def note(self, now_us: int) -> Spans:
        """Say how many there are, and how many need somebody."""
        return note(self.all, now_us) if self.all else ()

    def first_lines(self) -> Lines:
        """Say what an authentication is, and how one is made."""
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
