"""One connector in full, in tabs: what it is, what it can do, how it signs in, its source, what uses it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from ...messages import KeptChanged
from ...state.catalog import broken_lines
from ...state.connector import (
    OPERATION_COLUMNS,
    TABS,
    USE_COLUMNS,
    auth_lines,
    docs_address,
    fact_lines,
    find_operations,
    operation_cells,
    operation_lines,
    overview_lines,
    tab_spans,
    use_cells,
    use_rows,
)
from ...state.places import ConnectionsPlace, NewConnectionPlace, RunPlace
from ...widgets.bindings import bind
from ...widgets.body_view import BodyView
from ...widgets.line_table import LineTable
from ...widgets.span_lines import SpanText
from ..view import Copy, View
from .facts import BrokenText, ConnectorText, read_broken, read_connector
from .reader import Reader

_OVERVIEW, _OPERATIONS, _AUTH, _SOURCE, _USED_BY = range(len(TABS))


class ConnectorScreen(View):
    """What `connector show` prints, to walk through."""

    CONTEXT = "connector"
    COMMAND = "connect-tui connector show HANDLE"
    BINDINGS: ClassVar[list[BindingType]] = bind("connector")
    BAR = ("connector.next_tab", "connector.new", "connector.run", "app.filter", "app.copy", "app.back")
    BAR_OF_SOURCE = (
        "connector.next_tab",
        "body.next_match",
        "body.wrap",
        "app.filter",
        "app.copy",
        "app.back",
    )
    BAR_WHEN_BROKEN = ("connector.next_tab", "app.copy", "app.back")
    CSS_PATH = "connector.tcss"

    def __init__(self, handle: str, name: str, broken: tuple[str, str] | None = None) -> None:
        super().__init__()
        self._handle = handle
        self._name_shown = name
        self._broken_file = broken
        self._text: ConnectorText | BrokenText | None = None
        self._tab = _OVERVIEW
        self._operations: list[Mapping[str, Any]] = []
        self._uses: list[tuple[str, Mapping[str, Any]]] = []
        self._filter = ""

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say where this is."""
        return ("Catalog", self._name_shown)

    def compose_view(self) -> ComposeResult:
        """Lay out the facts, the tabs and what each of them shows."""
        yield SpanText(id="facts")
        yield SpanText(id="tabs")
        yield Reader(id="reader")
        with Container(classes="panes", id="operations-pane"):
            yield LineTable(OPERATION_COLUMNS, id="operations", classes="main")
            yield SpanText(id="operation", classes="detail")
        yield BodyView(id="body")
        yield LineTable(USE_COLUMNS, id="users")

    def on_mount(self) -> None:
        """Ask the engine for the definition."""
        self.query_one("#reader", Reader).show([[("reading the connector", "quiet")]])
        self._show_tab()
        self.work(self._read())

    @property
    def _shape(self) -> Mapping[str, Any] | None:
        return self._text.shape if isinstance(self._text, ConnectorText) else None

    async def _read(self) -> None:
        if self._broken_file is not None:
            source, file = self._broken_file
            self._text = await self.services.call(lambda engine: read_broken(engine, source, file))
        if self._text is None:
            self._text = await self.services.call(lambda engine: read_connector(engine, self._handle))
        if self.is_attached:
            self._show()

    def on_kept_changed(self, _message: KeptChanged) -> None:
        """Show what uses it now."""
        if self.is_current and self._shape is not None:
            self.work(self._read(), "read", alone=True)

    def _show(self) -> None:
        shape, text = self._shape, self._text
        if text is None:
            return
        self.query_one(BodyView).show_body(text.source.encode())
        self._show_bar()
        if shape is not None:
            self._name_shown = str(shape["name"])
            self._uses = use_rows(shape)
        self.query_one("#users", LineTable).show_empty(
            [[], [("   nothing uses it yet; ", "quiet"), ("n ", "key"), ("sets up a connection", "")]]
        )
        uses = self._uses
        self.query_one("#users", LineTable).show(len(uses), lambda index: use_cells(*uses[index]))
        self.show_place()
        self._find()
        self._fit()

    def _fit(self) -> None:
        width, shape, text = self.size.width - 2, self._shape, self._text
        reader = self.query_one("#reader", Reader)
        self.query_one("#tabs", SpanText).show([tab_spans(self._tab, shape)])
        if isinstance(text, BrokenText):
            reader.show(broken_lines(text.file, text.mistakes, width))
        elif shape is not None:
            self.query_one("#facts", SpanText).show(fact_lines(shape, width))
            reader.show(auth_lines(shape, width) if self._tab == _AUTH else overview_lines(shape, width))
            self._show_operation()

    def _find(self) -> None:
        self._operations = find_operations(self._shape, self._filter) if self._shape is not None else []
        table = self.query_one("#operations", LineTable)
        said = "nothing fits " if self._filter else "it has no operations"
        table.show_empty([[], [(f"   {said}", "quiet"), (self._filter, "accent")]])
        table.show(len(self._operations), lambda index: operation_cells(self._operations[index]))
        self._show_operation()

    def _show_operation(self) -> None:
        text, one = self.query_one("#operation", SpanText), self.operation
        width = text.size.width or self.size.width - 4
        text.show(operation_lines(one, max(30, width)) if one is not None else [])

    @property
    def operation(self) -> Mapping[str, Any] | None:
        """The operation under the cursor."""
        at = self.query_one("#operations", LineTable).cursor
        return self._operations[at] if at < len(self._operations) else None

    @on(LineTable.Moved, "#operations")
    def _moved(self) -> None:
        self._show_operation()

    def on_resize(self) -> None:
        """Wrap to the new width."""
        self.call_after_refresh(self._fit)

    # ---- tabs

    def do_next_tab(self) -> None:
        """Show the next tab."""
        self._go_to_tab(self._tab + 1)

    def do_previous_tab(self) -> None:
        """Show the tab before."""
        self._go_to_tab(self._tab - 1)

    def _go_to_tab(self, tab: int) -> None:
        self._tab = tab % len(TABS)
        self.say("")
        self._show_tab()
        self._show_bar()
        self._fit()

    def _show_bar(self) -> None:
        whole = self.BAR_OF_SOURCE if self._tab == _SOURCE else self.BAR
        self.show_keys(*(whole if self._shape is not None else self.BAR_WHEN_BROKEN))

    def _show_tab(self) -> None:
        shown = {_OPERATIONS: "#operations-pane", _SOURCE: "#body", _USED_BY: "#users"}.get(
            self._tab, "#reader"
        )
        for name in ("#reader", "#operations-pane", "#body", "#users"):
            self.query_one(name).display = name == shown
        focus = "#operations" if self._tab == _OPERATIONS else shown
        self.call_after_refresh(self.set_focus, self.query_one(focus))
        self.show_filter(self._filter if self._tab == _OPERATIONS else "")

    # ---- searching

    @property
    def searches(self) -> bool:
        """The source is searched; from any other tab operations are left out."""
        return self._tab == _SOURCE

    def start_filter_text(self) -> str:
        """Go on with the filter of the operations."""
        return self._filter if self._tab == _OPERATIONS else ""

    def filter_typed(self, text: str) -> None:
        """Search the source, or the operations from any other tab."""
        if self._tab == _SOURCE:
            self.query_one(BodyView).search(text)
            return
        if self._tab != _OPERATIONS:
            self._go_to_tab(_OPERATIONS)
        self._filter = text.strip()
        self._find()
        self.show_filter(self._filter)

    def filter_entered(self, text: str) -> None:
        """Keep the search."""
        self.filter_typed(text)
        self.show_filter(text)

    def filter_left(self, before: str) -> None:
        """End the search."""
        self.filter_typed(before)
        self.show_filter(before)

    def close_inner(self) -> bool:
        """Drop the filter of the operations."""
        if self._filter:
            self._filter = ""
            self._find()
            self.show_filter("")
            return True
        return False

    @on(BodyView.Told)
    def _told(self, message: BodyView.Told) -> None:
        self.say(message.text, message.tone)

    # ---- what can be done

    def reason_against(self, key_id: str) -> str:
        """Say what is missing for a key."""
        if key_id in {"connector.new", "connector.run"} and self._shape is None:
            return "this connector cannot be used"
        if key_id == "connector.run" and self.operation is None:
            return "it has no operations"
        if key_id == "connector.run" and not self._connections():
            return "no connection uses it yet; n sets one up"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the handle, the command, the source."""
        copies = {
            "y": Copy("handle", self._handle),
            "c": Copy("command", f"connect-tui connector show {self._handle}"),
        }
        if self._shape is not None and (address := docs_address(self._shape)):
            copies["u"] = Copy("docs URL", address)
        if self._text is not None:
            copies["j"] = Copy("source", self._text.source)
        return copies

    def do_new(self) -> None:
        """Set up a connection of this connector."""
        self.shell.go(NewConnectionPlace(self._handle))

    def do_run(self) -> None:
        """Run the operation under the cursor with the only connection, or with the one that is chosen."""
        names, operation = self._connections(), self.operation
        if operation is None or not names:
            return
        chosen = self._use() if self._tab == _USED_BY else None
        if chosen is not None and chosen[0] == "connection":
            self.shell.go(RunPlace(str(chosen[1]["name"]), str(operation["name"])))
        elif len(names) == 1:
            self.shell.go(RunPlace(names[0], str(operation["name"])))
        else:
            self._go_to_tab(_USED_BY)
            self.say(f"{len(names)} connections can run {operation['name']}: choose one, then R")

    @on(LineTable.Opened, "#operations")
    def _operation_opened(self) -> None:
        reason = self.reason_against("connector.run")
        if reason:
            self.say(reason, "warn")
        else:
            self.do_run()

    @on(LineTable.Opened, "#users")
    def _use_opened(self) -> None:
        chosen = self._use()
        if chosen is None:
            return
        noun, one = chosen
        if noun == "connection":
            self.shell.go(ConnectionsPlace(str(one["name"])))
        else:
            self.say(f"connect-tui auth show {one['name']}")

    def _use(self) -> tuple[str, Mapping[str, Any]] | None:
        at = self.query_one("#users", LineTable).cursor
        return self._uses[at] if at < len(self._uses) else None

    def _connections(self) -> list[str]:
        return [str(one["name"]) for noun, one in self._uses if noun == "connection"]
