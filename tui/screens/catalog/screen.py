"""The connectors there are: narrowed by facets, found as one types, with one of them in full beside."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from storage.reading import CatalogRow

from ...messages import EngineFailed, KeptChanged
from ...state.catalog import (
    SORTS,
    columns,
    count_said,
    empty_lines,
    one_line,
    preview_lines,
    row_cells,
)
from ...state.catalog_facets import COLUMNS, FacetLine, facet_cells, facet_lines, toggled
from ...state.filters import FilterProblem, complete_catalog_filter
from ...state.labels import plural
from ...state.places import ConnectorPlace, NewConnectionPlace
from ...widgets.bindings import bind
from ...widgets.line_table import LineTable
from ...widgets.span_lines import SpanText
from ..view import Copy, View
from .listing import Listing
from .refreshing import LOOK_S, Refreshing

_NEEDS_CONNECTOR = ("catalog.new",)


class CatalogScreen(View):
    """Every connector of the library and of the user, and every file that cannot be used."""

    CONTEXT = "catalog"
    COMMAND = "connect-tui connector list"
    BINDINGS: ClassVar[list[BindingType]] = bind("catalog")
    BAR = ("catalog.new", "list.open", "app.filter", "catalog.facets", "catalog.sort", "app.back")
    CSS_PATH = "catalog.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._listing = Listing(self.services)
        self._refreshing = Refreshing(self.services, self._look)
        self._facets: list[FacetLine] = []
        self._split = 0

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Catalog",)

    def compose_view(self) -> ComposeResult:
        """Lay out facets, results and preview."""
        with Container(classes="panes"):
            yield LineTable(COLUMNS, id="facets", classes="facets")
            yield LineTable(columns(searching=False, width=0), id="connectors", classes="main")
            yield SpanText(id="preview", classes="detail")

    def on_mount(self) -> None:
        """Show what is indexed already, then look at the files."""
        self._table.focus()
        self._read_use()
        self.work(self._load_and_refresh(), "load")
        self.set_interval(LOOK_S, self._look)

    def on_unmount(self) -> None:
        """Stop reading files."""
        self._refreshing.close()
        self._listing.close()

    @property
    def _table(self) -> LineTable:
        return self.query_one("#connectors", LineTable)

    @property
    def current(self) -> CatalogRow | None:
        """The connector under the cursor."""
        return self._listing.row(self._table.cursor)

    async def _load_and_refresh(self) -> None:
        self._listing.changed()
        await self._load()
        await self._refresh()

    async def _load(self) -> None:
        if await self._listing.load():
            self._apply(self.current)

    async def _refresh(self, *, only_when_changed: bool = False) -> None:
        done = await self._refreshing.run(only_when_changed=only_when_changed)
        if not self.is_attached:
            return
        if self._listing.changed():
            await self._load()
        if done is not None and not self._listing.found.rows:
            self._show_rows(self._table.cursor)
        elif done is not None:
            self._show_count()
        if done is None:
            return
        if not done.whole:
            self.say("reading was stopped; r goes on", "warn")
        elif done.read and self._listing.broken:
            self.say(f"{plural(self._listing.broken, 'file')} cannot be used; /is:broken shows which", "warn")

    def _look(self) -> None:
        """Look for what changed, while this is what is shown."""
        if not self.is_current or not self.is_attached:
            return
        if self._refreshing.is_due:
            self.work(self._refresh(only_when_changed=True), "refresh")
        elif self._refreshing.shows_part and self._listing.changed():
            self.work(self._load(), "part", alone=True)
        if self._refreshing.progress is not None:
            self._show_count()

    def on_screen_resume(self) -> None:
        """Look at once after another view was shown."""
        self._read_use()
        self._look()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Show what hangs on the connectors now."""
        if self.is_current:
            self._read_use()
            self._show_preview()

    def on_engine_failed(self, message: EngineFailed) -> None:
        """Say why no file can be read."""
        self.say(f"{message.failure.message} · {message.failure.remedy}".removesuffix(" · "), "bad")

    def _read_use(self) -> None:
        try:
            self._listing.read_use()
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self.say_failure(error)

    def _apply(self, selected: CatalogRow | None = None) -> None:
        listing = self._listing
        try:
            listing.search()
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self.say_failure(error)
            return
        self._show_rows(listing.place_of(selected) or 0)
        self._show_facets()
        self._show_preview()

    def _show_rows(self, cursor: int) -> None:
        listing, now = self._listing, self.services.now_us()
        wanted = columns(searching=listing.is_searching, width=self._table.size.width)
        self._table.show_columns(wanted, sorted_by=SORTS[listing.order][2])
        reading = self._refreshing.is_running
        self._table.show_empty(empty_lines(listing.filter, reading=reading, connectors=listing.all))
        self._table.show(
            len(listing.found.rows),
            lambda index: row_cells(listing.entry(listing.found.rows[index]), now),
            cursor=cursor,
        )
        self.show_filter(listing.filter)
        self._show_count()

    def _show_count(self) -> None:
        listing = self._listing
        self.show_count(
            count_said(len(listing.found.rows), listing.all, listing.filter, self._refreshing.progress)
        )

    def _show_facets(self) -> None:
        self._facets = facet_lines(self._listing.facets, self._listing.filter)
        table = self.query_one("#facets", LineTable)
        if table.display:
            table.show(len(self._facets), lambda index: facet_cells(self._facets[index]))

    def _show_preview(self) -> None:
        text, row = self.query_one("#preview", SpanText), self.current
        if row is None:
            text.show([])
            return
        entry = self._listing.entry(row)
        if self.has_class("-wide"):
            text.show(preview_lines(entry, self._listing.document(row), max(30, text.size.width)))
        else:
            text.show(one_line(entry))

    @on(LineTable.Moved, "#connectors")
    def _moved(self) -> None:
        self._show_preview()

    def on_resize(self) -> None:
        """Fit columns and preview to the new width."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self._show_rows(self._table.cursor)
        self._show_facets()
        self._show_preview()

    # ---- narrowing

    def start_filter_text(self) -> str:
        """Go on with the filter that is there."""
        return self._listing.filter

    def filter_typed(self, text: str) -> None:
        """Find as it is typed."""
        self._listing.filter = text.strip()
        if self.is_mounted:
            self.say("")
            self._apply()

    def filter_entered(self, text: str) -> None:
        """Keep the filter."""
        self.filter_typed(text)

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_catalog_filter(text, self._listing.facets)

    def close_inner(self) -> bool:
        """Leave the facets, then drop the filter."""
        if self.has_class("-facets") and not self.has_class("-wide"):
            self.do_facets()
            return True
        if self._listing.filter:
            self._listing.filter = ""
            self._apply(self.current)
            return True
        return False

    @on(LineTable.Opened, "#facets")
    @on(LineTable.Marked, "#facets")
    def _facet_chosen(self, message: LineTable.Opened) -> None:
        line = self._facets[message.index] if message.index < len(self._facets) else FacetLine("")
        if line.value:
            self._listing.filter = toggled(self._listing.filter, line.key, line.value)
            self._apply(self.current)
            self._keep_on(line)

    def _keep_on(self, line: FacetLine) -> None:
        """Keep the cursor of the facets on the value that was chosen."""
        places = [at for at, one in enumerate(self._facets) if (one.key, one.value) == (line.key, line.value)]
        if places:
            self.query_one("#facets", LineTable).move_to(places[0])

    def do_facets(self) -> None:
        """Go to the facets, or back to the list."""
        to_facets = not self.query_one("#facets", LineTable).has_focus
        self.set_class(to_facets, "-facets")
        self.call_after_refresh(self._focus_pane, "#facets" if to_facets else "#connectors")

    def _focus_pane(self, name: str) -> None:
        self._show_facets()
        self.set_focus(self.query_one(name, LineTable))

    def do_sort(self) -> None:
        """Sort by the next of the orders."""
        self._listing.order = (self._listing.order + 1) % len(SORTS)
        self._apply()
        self.say(f"sorted by {SORTS[self._listing.order][1]}")

    def do_split(self) -> None:
        """All panes, or the list alone."""
        self._split = 1 - self._split
        self.set_class(self._split == 1, "-split-list")
        self.call_after_refresh(self._fit)

    async def do_refresh(self) -> None:
        """Look at every file again."""
        if not self._refreshing.is_running:
            self.say("looking at the files")
            await self._refresh()
            self.say("read again", "good")

    def do_interrupt(self) -> None:
        """Stop reading files."""
        self._refreshing.stop()

    # ---- what can be done

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        if key_id in _NEEDS_CONNECTOR:
            if self.current is None:
                return "there is no connector here"
            if self.current.status == "broken":
                return "this file cannot be used; enter shows what is wrong with it"
        if key_id == "app.interrupt" and not self._refreshing.is_running:
            return "nothing runs here; q or ^q leaves the app"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the handle, or the command that shows it."""
        row = self.current
        if row is None:
            return {}
        return {
            "y": Copy("handle", row.handle),
            "c": Copy("command", f"connect-tui connector show {row.handle}"),
        }

    @on(LineTable.Opened, "#connectors")
    def _opened(self) -> None:
        row = self.current
        if row is not None:
            broken = (row.source, row.file) if row.status == "broken" else None
            self.shell.go(ConnectorPlace(row.handle, row.name, broken))

    def do_new(self) -> None:
        """Set up a connection of this connector."""
        if self.current is not None:
            self.shell.go(NewConnectionPlace(self.current.handle))
