"""What every tab of the workspace is: a view under the line of tabs, with keys to the tabs beside it."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult

from ...state.workspace_tabs import place_beside, tab_spans
from ...widgets.span_lines import SpanText
from ..list_view import ListView

R = TypeVar("R")


class WorkspaceTab(ListView[R]):
    """A tab gives its title as ``TAB`` and its middle from `compose_tab`.

    Going to the tab beside takes this one's place in the history: back leads out of the workspace.
    """

    TAB: ClassVar[str] = ""
    DEFAULT_CSS = "WorkspaceTab > #tabs { height: 1; background: $surface; }"

    def compose_tab(self) -> ComposeResult:
        """Yield the widgets below the line of tabs."""
        raise NotImplementedError

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Workspace", self.TAB)

    def compose_view(self) -> ComposeResult:
        """Lay out the tabs and what belongs to this one."""
        keys = (self._shown(f"{self.CONTEXT}.{name}_tab") for name in ("previous", "next"))
        yield SpanText([tab_spans(self.TAB, " ".join(keys))], id="tabs")
        yield from self.compose_tab()

    def do_next_tab(self) -> None:
        """Go to the next tab."""
        self.shell.go(place_beside(self.TAB, 1))

    def do_previous_tab(self) -> None:
        """Go to the tab before."""
        self.shell.go(place_beside(self.TAB, -1))
