"""The connectors there are: a list to filter, and one of them in full."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from ..messages import EngineOpened
from ..state.catalog import (
    COLUMNS,
    SORTS,
    CatalogRow,
    connector_lines,
    preview_lines,
    read_catalog,
    row_cells,
    sort_rows,
)
from ..state.document import TextDocument
from ..state.filters import FilterProblem, complete_catalog_filter, filter_catalog
from ..state.places import ConnectorPlace, NewConnectionPlace
from ..widgets.bindings import bind
from ..widgets.body_view import BodyView
from ..widgets.line_table import LineTable
from ..widgets.span_lines import SpanText
from .view import Copy, View


class CatalogScreen(View):
    """Every connector of the library and of the user."""

    CONTEXT = "catalog"
    COMMAND = "connect-tui connector list"
    BINDINGS: ClassVar[list[BindingType]] = bind("catalog")
    BAR = ("catalog.new", "list.open", "app.filter", "catalog.sort", "app.back")

    def __init__(self) -> None:
        super().__init__()
        self._all: list[CatalogRow] = []
        self._rows: list[CatalogRow] = []
        self._filter = ""
        self._order = 0
        self._split = 0

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Catalog",)

    def compose_view(self) -> ComposeResult:
        """Lay out the list and the preview."""
        with Container(classes="panes"):
            with Container(classes="main"):
                yield LineTable(COLUMNS, id="connectors")
            with Container(classes="detail"):
                yield SpanText(id="preview")

    def on_mount(self) -> None:
        """Ask the engine, which reads the files."""
        self._table.show_empty([[], [("   reading the catalog", "quiet")]])
        self.run_worker(self._read(), exit_on_error=False)

    def on_engine_opened(self, _message: EngineOpened) -> None:
        """Read again once the engine is there."""
        self.run_worker(self._read(), exit_on_error=False)

    @property
    def _table(self) -> LineTable:
        return self.query_one("#connectors", LineTable)

    @property
    def current(self) -> CatalogRow | None:
        """The connector under the cursor."""
        return self._rows[self._table.cursor] if self._rows else None

    async def _read(self) -> None:
        from core.errors import failure_of

        try:
            entries, broken = await self.services.call(
                lambda engine: (engine.catalog.entries(), len(engine.catalog.broken))
            )
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            failure = failure_of(error)
            self._table.show_empty(
                [[], [("   ✗ ", "bad"), (failure.message, "")], [("     ", ""), (failure.remedy, "quiet")]]
            )
            return
        self._all = read_catalog(entries)
        if broken:
            self.say(
                f"{broken} of your files cannot be read; connect-tui connector validate says why", "warn"
            )
        self._apply()

    def _apply(self) -> None:
        try:
            found = filter_catalog(self._all, self._filter)
        except FilterProblem as problem:
            self.say(str(problem), "warn")
            return
        self._rows = sort_rows(found, self._order)
        self._table.show_columns(COLUMNS, sorted_by=SORTS[self._order][1])
        self._table.show_empty(
            [
                [],
                [
                    ("   nothing fits ", "quiet"),
                    (f"{self._filter}  ", "accent"),
                    ("esc ", "key"),
                    ("shows all", "quiet"),
                ],
            ]
        )
        self._table.show(len(self._rows), lambda index: row_cells(self._rows[index]))
        self.show_filter(self._filter)
        self.show_count(
            f"{len(self._rows):,} of {len(self._all):,}" if self._filter else f"{len(self._all):,} connectors"
        )
        self._show_preview()

    @on(LineTable.Moved)
    def _moved(self) -> None:
        self._show_preview()

    def _show_preview(self) -> None:
        text = self.query_one("#preview", SpanText)
        row = self.current
        text.show(preview_lines(row, max(30, text.size.width or self.size.width - 4)) if row else [])

    def on_resize(self) -> None:
        """Fit the preview to the new width."""
        self.call_after_refresh(self._show_preview)

    def start_filter_text(self) -> str:
        """Go on with the filter that is there."""
        return self._filter

    def filter_typed(self, text: str) -> None:
        """Filter as it is typed."""
        self._filter = text.strip()
        self.say("")
        self._apply()

    def filter_entered(self, text: str) -> None:
        """Keep the filter."""
        if self.is_mounted:
            self.filter_typed(text)
        else:
            self._filter = text.strip()

    def complete_filter(self, text: str) -> str:
        """Offer the keys and values that fit."""
        return complete_catalog_filter(text, self._all)

    def close_inner(self) -> bool:
        """Drop the filter."""
        if self._filter:
            self._filter = ""
            self._apply()
            return True
        return False

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        if key_id == "catalog.new" and self.current is None:
            return "there is no connector here"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the handle."""
        row = self.current
        return {"y": Copy("handle", row.handle)} if row else {}

    @on(LineTable.Opened)
    def _opened(self) -> None:
        if self.current is not None:
            self.shell.go(ConnectorPlace(self.current.handle, self.current.name))

    def do_new(self) -> None:
        """Set up a connection of this connector."""
        if self.current is not None:
            self.shell.go(NewConnectionPlace(self.current.handle))

    def do_sort(self) -> None:
        """Sort by the next of the orders."""
        self._order = (self._order + 1) % len(SORTS)
        self._apply()
        self.say(f"sorted by {SORTS[self._order][0]}")

    def do_split(self) -> None:
        """List with preview, or list alone."""
        self._split = 1 - self._split
        self.set_class(self._split == 1, "-split-list")


class ConnectorScreen(View):
    """One connector in full."""

    CONTEXT = "connector"
    COMMAND = "connect-tui connector show HANDLE"
    BINDINGS: ClassVar[list[BindingType]] = bind("connector")
    BAR = ("connector.new", "app.filter", "body.wrap", "app.copy", "app.back")

    def __init__(self, handle: str, name: str) -> None:
        super().__init__()
        self._handle = handle
        self._name_shown = name
        self._shape: Mapping[str, object] | None = None

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Catalog", self._name_shown)

    def compose_view(self) -> ComposeResult:
        """Lay out the text."""
        yield BodyView(id="body")

    def on_mount(self) -> None:
        """Ask the engine for the definition."""
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        from core.errors import failure_of

        from ..commands.shapes import connector_shape

        try:
            shape = await self.services.call(lambda engine: connector_shape(engine.catalog.get(self._handle)))
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self.say(failure_of(error).message, "bad")
        else:
            self._shape = shape
            self._show()

    def _show(self) -> None:
        if self._shape is not None:
            lines = connector_lines(self._shape, self.size.width - 2)
            self.query_one(BodyView).show_document(TextDocument("", head=lines))

    def on_resize(self) -> None:
        """Fit the text to the new width."""
        self._show()

    def filter_typed(self, text: str) -> None:
        """Search as it is typed."""
        self.query_one(BodyView).search(text)

    def filter_entered(self, text: str) -> None:
        """Keep the search."""
        self.show_filter(text)

    def filter_left(self, before: str) -> None:  # noqa: ARG002
        """End the search."""
        self.show_filter("")
        self.query_one(BodyView).search("")

    @on(BodyView.Told)
    def _told(self, message: BodyView.Told) -> None:
        self.say(message.text, message.tone)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the handle."""
        return {"y": Copy("handle", self._handle)}

    def do_new(self) -> None:
        """Set up a connection of this connector."""
        self.shell.go(NewConnectionPlace(self._handle))
