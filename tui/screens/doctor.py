"""What is installed, where things are, and what is wrong."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from ..clipboard import try_copying
from ..state.doctor import build_report, redact_report, report_lines, report_text
from ..state.document import TextDocument
from ..state.examination import Found, examine_kept, examine_place
from ..widgets.bindings import bind
from ..widgets.body_view import BodyView
from .view import Copy, View

if TYPE_CHECKING:
    from core.errors import Failure


class DoctorScreen(View):
    """Facts about this installation, as text to read and copy."""

    CONTEXT = "doctor"
    COMMAND = "connect-tui doctor"
    BINDINGS: ClassVar[list[BindingType]] = bind("doctor")
    BAR = ("app.copy", "app.filter", "app.refresh", "app.dump", "app.back")

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._copying = "trying …"

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Doctor",)

    def compose_view(self) -> ComposeResult:
        """Lay out the text."""
        yield BodyView(id="body")

    def on_mount(self) -> None:
        """Look at once at what needs no engine, then at the rest."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Look again."""
        found, problems = examine_place(self.services.home)
        self._show(found, problems)
        self.run_worker(self._look_closer(found, problems), exclusive=True, exit_on_error=False)

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self.do_refresh()

    async def _look_closer(self, found: Found, problems: "list[Failure]") -> None:
        from core.errors import failure_of

        try:
            found, more = await self.services.call(lambda engine: examine_kept(engine, found))
        except Exception as error:  # noqa: BLE001 - whatever is wrong is what a doctor tells
            more = [failure_of(error)]
        tried = await try_copying(self.services.home.state)
        self._copying = tried.words
        if tried.works is False:
            more = [*more, _copying_fails(tried.words)]
        self._show(found, [*problems, *more])

    def _show(self, found: Found, problems: "list[Failure]") -> None:
        app = self.shell
        terminal = {
            "size": f"{app.size.width} x {app.size.height}",
            "drawn in": f"{app.console.color_system or 'no'} colours",
            "copying": self._copying,
        }
        report = build_report(found, problems, terminal)
        self._text = report_text(report)
        lines = report_lines(report, max(40, app.size.width - 2))
        self.query_one(BodyView).show_document(TextDocument("", head=lines))

    def copies(self) -> Mapping[str, Copy]:
        """Copy all of it, or what can be handed on."""
        return {
            "y": Copy("everything", self._text),
            "r": Copy("redacted report", redact_report(self._text)),
        }

    @property
    def searches(self) -> bool:
        """The report is searched."""
        return True

    def filter_typed(self, text: str) -> None:
        """Search as it is typed."""
        self.query_one(BodyView).search(text)

    @on(BodyView.Told)
    def _told(self, message: BodyView.Told) -> None:
        self.say(message.text, message.tone)


def _copying_fails(words: str) -> "Failure":
    from core.errors import Failure

    return Failure("config", f"copying: {words}", "look at `tmux show-options -s set-clipboard`")
