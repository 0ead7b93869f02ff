"""The detail of the authentication under the cursor."""

from ...state.authentication_detail import detail_lines, wide_lines
from ...state.authentication_facts import MethodFacts
from ...state.authentications import AuthenticationRow
from ...widgets.span_lines import SpanText


class AuthenticationDetail(SpanText):
    """What ends when, the last refresh and the scopes; with room, also what it was made with."""

    def __init__(self) -> None:
        super().__init__(id="detail", classes="detail")

    def show_row(
        self, row: AuthenticationRow | None, facts: MethodFacts | None, now_us: int, *, wide: bool
    ) -> None:
        """Show an authentication; ``facts`` are None until the connector was asked."""
        if row is None:
            self.show([])
            return
        width = max(30, self.size.width or self.screen.size.width - 4)
        lines = detail_lines(row, facts, now_us, width)
        self.show([*lines, *wide_lines(row, facts, width)] if wide else lines)
