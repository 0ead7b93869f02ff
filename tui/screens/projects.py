"""Ask in which project to go on: each with what is in it, production marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult

from ..state.labels import plural
from ..state.spans import Span, Spans
from ..state.table import Column
from ..widgets.line_table import LineTable
from .dialog import Dialog

if TYPE_CHECKING:
    from ..shell import Shell

_COLUMNS = (Column("PROJECT", 20, share=1), Column("", 12), Column("", 16))
_MOST = 12


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project of the list."""

    name: str
    production: bool
    connections: int
    is_present: bool


async def ask_project(shell: "Shell") -> str | None:
    """Give the project that was chosen, nothing for none; to be awaited in a worker."""
    services = shell.services
    present = services.project.lower()
    lines = [
        ProjectLine(
            one.name, one.production, len(services.reading.connections(one.id)), one.name.lower() == present
        )
        for one in services.reading.projects()
    ]
    return await shell.push_screen_wait(PickProject(lines))


class PickProject(Dialog[str]):
    """A list of projects; enter chooses one."""

    DEFAULT_CSS = "PickProject LineTable { margin-bottom: 1; background: $surface; }"

    def __init__(self, projects: Sequence[ProjectLine]) -> None:
        super().__init__(
            "Go on in which project?", () if projects else [[("there is no project yet", "quiet")]]
        )
        self._projects = projects

    def compose_answer(self) -> ComposeResult:
        """Yield the list."""
        yield LineTable(_COLUMNS, title=False)

    def key_line(self) -> Spans:
        """Say which keys answer, and how a project is made."""
        keys: list[Span] = [("⏎ ", "key"), ("go on there   ", "quiet"), ("esc ", "key"), ("stay   ", "quiet")]
        return [*keys, ("connect-tui project create NAME makes one", "quiet")]

    def on_mount(self) -> None:
        """Begin at the present one."""
        table = self.query_one(LineTable)
        table.styles.height = max(1, min(_MOST, len(self._projects)))
        at = next((index for index, one in enumerate(self._projects) if one.is_present), 0)
        table.show(len(self._projects), lambda index: _cells(self._projects[index]), cursor=at)
        table.focus()

    @on(LineTable.Opened)
    def _chosen(self, message: LineTable.Opened) -> None:
        message.stop()
        if self._projects:
            self.dismiss(self._projects[message.index].name)


def _cells(one: ProjectLine) -> list[Span]:
    return [
        (one.name, "strong" if one.is_present else ""),
        ("production", "bad") if one.production else ("", ""),
        ("you are here" if one.is_present else plural(one.connections, "connection"), "quiet"),
    ]
