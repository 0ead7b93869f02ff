"""The screen of Run: choose a connection and an operation, run it, watch it, and look at what came."""

from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from core.errors import ConnectError, Failure, failure_of
from core.events import OperationStarted, RecordsRead

from ...messages import EngineEvent
from ...state.exporting import ENDINGS, export_records
from ...state.form import Form, open_form, read_values
from ...state.live import Live, find_limit, fold
from ...state.picking import PickRow
from ...state.run import (
    CONNECTION_COLUMNS,
    OPERATION_COLUMNS,
    OperationFacts,
    RunTarget,
    connection_rows,
    danger_span,
    operation_rows,
    refusal,
    run_command,
)
from ...state.schema_fields import schema_fields
from ...widgets.bindings import bind
from ...widgets.body_view import BodyView
from ...widgets.key_bar import KeyBar
from ...widgets.line_table import LineTable
from ...widgets.picker import Picker
from ..dialog import AskText
from ..view import Copy, View
from .bench import Bench
from .permission import ask_permission
from .steps import list_connections, read_target

if TYPE_CHECKING:
    from core import Outcome

_PICK_KEYS = (("⏎", "choose"), ("↑↓", "move"), ("esc", "back"))
_INPUT_KEYS = (("^j", "run"), ("⏎", "next field"), ("^t", "raw JSON"), ("^c", "stop"), ("esc", "operations"))
_RESULT_KEYS = (
    ("R", "run again"), ("⏎", "open"), ("tab", "table/JSON/raw"), ("x", "export"),
    ("i", "input"), ("o", "operation"), ("y", "copy"),
)  # fmt: skip
_LATER_S = 0.3


class RunScreen(View):
    """One operation by hand; the engine does the work, this shows it."""

    CONTEXT = "run"
    COMMAND = "connect-tui run CONNECTION OPERATION"
    BINDINGS: ClassVar[list[BindingType]] = bind("run")
    CSS_PATH = "run.tcss"

    def __init__(self, connection: str | None = None, operation: str | None = None) -> None:
        super().__init__()
        self._wanted = (connection, operation)
        self._target: RunTarget | None = None
        self._operation: OperationFacts | None = None
        self._forms: dict[str, Form] = {}
        self._live = Live()
        self._started = False

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say which connection and which operation this is."""
        names = (
            self._target.connection if self._target else "",
            self._operation.name if self._operation else "",
        )
        return ("Run", *(name for name in names if name))

    def compose_view(self) -> ComposeResult:
        """Leave the middle to what is chosen."""
        yield Container(id="place")

    def on_mount(self) -> None:
        """Begin where the names that are known lead."""
        connection, operation = self._wanted
        self._work(self._open_connection(connection, operation) if connection else self._choose_connection())

    async def _choose_connection(self) -> None:
        rows = await self.shell.call(list_connections)
        self._target = self._operation = None
        if len(rows) == 1 and self._wanted != ("", ""):
            self._wanted = ("", "")
            await self._open_connection(rows[0][0], None)
            return
        empty = [[], [("   There is no connection yet. ", ""), ("4", "key"), (" sets one up.", "")]]
        await self._put(
            Picker(
                CONNECTION_COLUMNS, connection_rows(rows), hint="a connection", empty=empty, id="connections"
            ),
            _PICK_KEYS,
        )

    async def _open_connection(self, name: str, operation: str | None) -> None:
        self._target = await self.shell.call(lambda engine: read_target(engine, name))
        self.show_count(self._badge())
        if operation is not None:
            await self._open_operation(operation)
        else:
            await self._choose_operation()

    async def _choose_operation(self) -> None:
        target = self._known()
        before, self._operation = self._operation, None
        rows: tuple[PickRow, ...] = operation_rows(target.operations)
        await self._put(
            Picker(
                OPERATION_COLUMNS,
                rows,
                hint="what do you want to do?",
                chosen=before.name if before else "",
                empty=[[], [("   This connector has no operation.", "quiet")]],
                id="operations",
            ),
            _PICK_KEYS,
        )
        self.say(refusal(target), "warn")

    async def _open_operation(self, name: str) -> None:
        target = self._known()
        found = target.operation(name)
        if found is None:
            await self._choose_operation()
            self.say(f"{target.connector} has no operation {name}", "warn")
            return
        self._operation = found
        self._live = Live()
        form = self._forms.setdefault(name, open_form(schema_fields(found.schema)))
        await self._put(Bench(found, form), _INPUT_KEYS)
        self._say_command()

    async def _put(self, widget: Widget, keys: tuple[tuple[str, str], ...]) -> None:
        place = self.query_one("#place", Container)
        await place.remove_children()
        await place.mount(widget)
        self.show_place()
        self.show_count(self._badge())
        self._show_bar(keys)

    def _show_bar(self, keys: tuple[tuple[str, str], ...]) -> None:
        self.query_one(KeyBar).show_keys([*keys, ("?", "all")])

    def _badge(self) -> str:
        if self._target is None:
            return ""
        if self._operation is None:
            return "production: every change asks" if self._target.production else ""
        glyph = danger_span(self._operation)[0]
        return f"production · {glyph}" if self._target.production else glyph

    def _known(self) -> RunTarget:
        assert self._target is not None  # noqa: S101 - there are operations only with a connection
        return self._target

    @property
    def _bench(self) -> Bench | None:
        return next(iter(self.query(Bench)), None)

    # ---- moving about

    @on(Picker.Picked, "#connections")
    def _connection_picked(self, message: Picker.Picked) -> None:
        self._work(self._open_connection(message.key, None))

    @on(Picker.Picked, "#operations")
    def _operation_picked(self, message: Picker.Picked) -> None:
        self._work(self._open_operation(message.key))

    @on(LineTable.Opened, "#table")
    def _row_opened(self, message: LineTable.Opened) -> None:
        bench = self._bench
        if bench is not None:
            bench.result.open_row(message.index)

    @on(BodyView.Told)
    def _told(self, message: BodyView.Told) -> None:
        self.say(message.text, message.tone)

    def on_descendant_focus(self) -> None:
        """Show the keys of where the focus is."""
        bench = self._bench
        if bench is not None:
            bench.show_focus()
            self._show_bar(_INPUT_KEYS if bench.has_input_focus else _RESULT_KEYS)

    def focus_next(self, *_selector: Any) -> Widget | None:
        """Tab: in a result the next view, elsewhere the next pane."""
        bench = self._bench
        if bench is not None and bench.result.has_focus_within:
            bench.result.next_view()
            return self.focused
        return super().focus_next()

    def focus_previous(self, *_selector: Any) -> Widget | None:
        """Shift and tab: from the result back to the input."""
        bench = self._bench
        if bench is not None and bench.result.has_focus_within:
            bench.focus_input()
            return self.focused
        return super().focus_previous()

    def close_inner(self) -> bool:
        """Escape: close the open record, then go back to the operations, then to the connections."""
        bench = self._bench
        if bench is not None and (bench.result.close_row() or self._leave_result(bench)):
            return True
        if bench is not None:
            self._work(self._choose_operation())
            return True
        if self._target is not None and self._wanted[0] is None:
            self._work(self._choose_connection())
            return True
        return False

    def _leave_result(self, bench: Bench) -> bool:
        """Go from the result to the input, where there is one."""
        if bench.result.has_focus_within and (bench.form.fields or bench.as_json):
            bench.focus_input()
            return True
        return False

    # ---- running

    def on_bench_finished(self) -> None:
        """Run from the last field, unless that was part of a paste."""
        self.action_do("send")

    def do_send(self) -> None:
        """Run with the input as it stands."""
        bench = self._bench
        values = bench.take_input() if bench else None
        if values is None:
            self.say("something is missing or wrong: see the input", "warn")
        else:
            self.run_worker(self._send(values), group="run", exclusive=True, exit_on_error=False)

    def do_again(self) -> None:
        """Run the same again."""
        self.do_send()

    async def _send(self, values: Mapping[str, Any]) -> None:
        target, operation, bench = self._known(), self._operation, self._bench
        if operation is None or bench is None:
            return
        name = operation.name
        self.say(run_command(target.connection, name, values))
        try:
            if not operation.read_only and not await self._permitted(target, operation, values):
                self.say("nothing was sent", "warn")
                return
            bench.result.clear()
            self._started = True
            armed = target.production and not operation.read_only
            outcome = await self.shell.submit(
                lambda engine: engine.run(target.connection, name, values, armed=armed)
            )
        except ConnectError as error:
            self._show_failure(bench, error.failure, None)
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self._show_failure(bench, failure_of(error), None)
        else:
            self._show_outcome(bench, outcome)
        finally:
            self._started = False

    async def _permitted(
        self, target: RunTarget, operation: OperationFacts, values: Mapping[str, Any]
    ) -> bool:
        preview = await self.shell.submit(
            lambda engine: engine.run(target.connection, operation.name, values, dry_run=True)
        )
        return preview.request is not None and await ask_permission(
            self.shell, target, operation, preview.request
        )

    def _show_outcome(self, bench: Bench, outcome: "Outcome") -> None:
        if outcome.error is not None:
            self._show_failure(bench, outcome.error, outcome.operation)
        else:
            bench.result.show_result(outcome.records, outcome.value)
            self.say(outcome.result or "done", "good")
            if not bench.result.has_result:
                bench.result.clear(
                    [[], [("   ✓ ", "good"), (outcome.result or "done; nothing came back", "")]]
                )
            bench.result.focus_view()
        self.set_timer(_LATER_S, lambda: self._take_exchange(outcome.operation))

    def _show_failure(self, bench: Bench, failure: Failure, operation: str | None) -> None:
        bench.result.show_failure(failure, operation)
        self.say(failure.message, "bad")
        self._show_bar(_RESULT_KEYS)

    def _take_exchange(self, operation: str | None) -> None:
        """Read the last request and answer from the log, for the raw view and the limit."""
        bench = self._bench
        if bench is None or operation is None or operation != self._live.operation:
            return
        exchanges = self.shell.reading.exchanges(operation, bodies=True)
        if exchanges:
            bench.result.take_exchange(exchanges[-1])
            self._show_live(
                Live(**{**_facts(self._live), "limit": find_limit(exchanges[-1].response_headers)})
            )

    def on_engine_event(self, message: EngineEvent) -> None:
        """Follow the operation that was started here."""
        event = message.event
        if isinstance(event, OperationStarted) and not self._is_mine(event):
            return
        live = fold(self._live, event)
        if live is self._live:
            return
        self._show_live(live)
        bench = self._bench
        if isinstance(event, RecordsRead) and bench is not None and self._started:
            bench.result.add_records(event.records)

    def _is_mine(self, event: OperationStarted) -> bool:
        names = (
            (self._known().connection, self._operation.name) if self._target and self._operation else ("", "")
        )
        return self._started and (event.connection, event.name) == names

    def _show_live(self, live: Live) -> None:
        self._live = live
        if self._bench is not None:
            self._bench.show_live(live)

    def do_interrupt(self) -> None:
        """Stop what runs; it ends as cancelled, and what was sent stays in the log."""
        self.workers.cancel_group(self, "run")
        self.say("stopped", "warn")

    # ---- other keys

    def do_json(self) -> None:
        """Change between form and JSON."""
        bench = self._bench
        if bench is not None and bench.switch_input():
            self.say("the input as JSON; ^t is the form again" if bench.as_json else "the input as a form")

    def do_input(self) -> None:
        """Go to the input."""
        if self._bench is not None:
            self._bench.focus_input()

    def do_operation(self) -> None:
        """Show what was sent and answered."""
        from ..exchange import ExchangeScreen

        if self._live.operation is not None:
            self.shell.open_view(ExchangeScreen(self._live.operation))

    async def do_export(self) -> None:
        """Write the records to a file."""
        bench = self._bench
        if bench is None:
            return
        records = bench.result.records
        name = self._operation.name if self._operation else "records"
        ask = AskText(
            f"Write {len(records):,} records to which file?",
            [
                [
                    (
                        f"The ending says how: {', '.join(ENDINGS)}. Nothing is overwritten.",
                        "quiet",
                    )
                ]
            ],
            start=str(Path.cwd() / f"{name}.json"),
        )
        path = await self.shell.push_screen_wait(ask)
        if path:
            import asyncio

            try:
                count = await asyncio.to_thread(export_records, records, Path(path))
            except (OSError, ValueError) as error:
                self.say(f"not written: {error}", "bad")
            else:
                self.say(f"{count:,} records in {path}", "good")

    def reason_against(self, key_id: str) -> str:
        """Say why a key cannot run now."""
        name, bench = key_id.removeprefix("run."), self._bench
        running = self._live.is_running or self._started
        if key_id == "app.interrupt" and not running:
            return "nothing runs here; q or ^q leaves the app"
        if not key_id.startswith("run."):
            return super().reason_against(key_id)
        if bench is None:
            return "choose an operation first"
        if name in ("send", "again"):
            return "it is still running; ^c stops it" if running else refusal(self._known())
        if name == "export" and not bench.result.records:
            return "there are no records to export"
        if name == "operation" and self._live.operation is None:
            return "nothing was run yet"
        return super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the record, the whole result, the command, the id."""
        import msgspec

        bench, copies = self._bench, dict[str, Copy]()
        if bench is None or self._operation is None:
            return copies
        if bench.result.has_result:
            copies["y"] = Copy(
                "record", _text(msgspec.json.format(msgspec.json.encode(bench.result.current), indent=2))
            )
            copies["j"] = Copy("all as JSON", _text(msgspec.json.encode(bench.result.whole)))
        values, _ = read_values(bench.form)
        copies["c"] = Copy("command", run_command(self._known().connection, self._operation.name, values))
        if self._live.operation:
            copies["i"] = Copy("id", self._live.operation)
        return copies

    def filter_typed(self, text: str) -> None:
        """Search in the JSON or the raw answer."""
        if self._bench is not None:
            self._bench.result.body.search(text)

    def _say_command(self) -> None:
        if self._operation is not None and self._bench is not None:
            said = refusal(self._known())
            values, _ = read_values(self._bench.form)
            self.say(
                said or run_command(self._known().connection, self._operation.name, values),
                "warn" if said else "quiet",
            )

    def _work(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self.run_worker(self._told_of(coroutine), group="step", exclusive=True, exit_on_error=False)

    async def _told_of(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            failure = failure_of(error)
            self.say(f"{failure.message} · {failure.remedy}".removesuffix(" · "), "bad")


def _facts(live: Live) -> dict[str, Any]:
    return {name: getattr(live, name) for name in Live.__dataclass_fields__}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
