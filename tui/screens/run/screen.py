"""The screen of Run: choose a connection and an operation, run it, watch it, and look at what came."""

from collections.abc import Coroutine, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from core.errors import Failure, failure_of
from core.events import RecordsRead

from ...messages import EngineEvent
from ...state.arming import refusal_unarmed
from ...state.form import Form, open_form, read_values
from ...state.labels import size
from ...state.live import find_limit
from ...state.places import ExchangePlace
from ...state.result import encode_value
from ...state.run import RunTarget, danger_span, refusal, run_command
from ...state.schema_fields import schema_fields
from ...widgets.bindings import bind
from ...widgets.body_view import BodyView
from ...widgets.form_view import FormView
from ...widgets.line_table import LineTable
from ...widgets.picker import Picker
from ...widgets.result_table import ResultTable
from ..view import Copy, View
from . import shown_keys
from .bench import Bench
from .choosing import build_connection_picker, build_operation_picker
from .exporting import ask_download, ask_export
from .running import Running
from .steps import list_connections, read_target

if TYPE_CHECKING:
    from core import Outcome

_LOG_WRITTEN_S = 0.3


class RunScreen(View):
    """One operation by hand; the engine does the work, this shows it."""

    CONTEXT = "run"
    COMMAND = "connect-tui run CONNECTION OPERATION"
    BINDINGS: ClassVar[list[BindingType]] = bind("run")
    CSS_PATH = "run.tcss"

    def __init__(self, connection: str | None = None, operation: str | None = None) -> None:
        super().__init__()
        self._wanted = (connection, operation)
        self._chooses_connection = connection is None
        self._target: RunTarget | None = None
        self._active: Running | None = None
        self._forms: dict[str, Form] = {}

    # ---- what is shown

    def crumbs(self) -> tuple[str, ...]:
        """Say which connection and which operation this is."""
        connection = (self._target.connection,) if self._target else ()
        return ("Run", *connection, *((self._active.operation.name,) if self._active else ()))

    def compose_view(self) -> ComposeResult:
        """Leave the middle to what is chosen."""
        yield Container(id="place")

    def on_mount(self) -> None:
        """Begin where the names that are known lead."""
        connection, operation = self._wanted
        self._work(self._open_connection(connection, operation) if connection else self._begin())

    async def _begin(self) -> None:
        """Take the only connection, or let one be chosen."""
        rows = await self.services.call(list_connections)
        if len(rows) == 1:
            self._chooses_connection = False
            await self._open_connection(rows[0][0], None)
        else:
            await self._choose_connection()

    async def _choose_connection(self) -> None:
        rows = await self.services.call(list_connections)
        self._target = self._active = None
        await self._put(build_connection_picker(rows))

    async def _open_connection(self, name: str, operation: str | None) -> None:
        self._target = await self.services.call(lambda engine: read_target(engine, name))
        await (self._open_operation(operation) if operation else self._choose_operation())

    async def _choose_operation(self) -> None:
        target = self._known()
        before, self._active = self._active, None
        await self._put(build_operation_picker(target, before.operation.name if before else ""))
        self.say(refusal(target), "warn")

    async def _open_operation(self, name: str) -> None:
        target = self._known()
        found = target.operation(name)
        if found is None:
            await self._choose_operation()
            self.say(f"{target.connector} has no operation {name}", "warn")
            return
        self._active = Running(self.shell, target, found)
        form = self._forms.setdefault(name, open_form(schema_fields(found.schema)))
        await self._put(Bench(found, form))
        self._say_command()

    async def _put(self, widget: Widget) -> None:
        place = self.query_one("#place", Container)
        await place.remove_children()
        await place.mount(widget)
        self.show_place()
        self.show_count(self._badge())
        self._show_bar()

    def _badge(self) -> str:
        return danger_span(self._active.operation)[0] if self._active else ""

    def _known(self) -> RunTarget:
        assert self._target is not None  # noqa: S101 - there are operations only with a connection
        return self._target

    @property
    def _bench(self) -> Bench | None:
        return next(iter(self.query(Bench)), None)

    def _show_bar(self) -> None:
        bench, keys = self._bench, shown_keys.PICK
        if bench is not None and bench.has_input_focus:
            keys = shown_keys.INPUT
        elif bench is not None:
            opened = shown_keys.RECORD if bench.result.is_row_open else shown_keys.RESULT
            keys = shown_keys.FAILED if bench.result.failed else opened
        self.show_pieces(keys)

    def _say_command(self) -> None:
        bench, running = self._bench, self._active
        if bench is not None and running is not None:
            said = self._refusal(running)
            self.say(said or self._command(bench, running), "warn" if said else "quiet")

    def _refusal(self, running: Running) -> str:
        unarmed = self.services.is_read_only and not running.operation.read_only
        return refusal(running.target) or (refusal_unarmed(self.services.project) if unarmed else "")

    @staticmethod
    def _command(bench: Bench, running: Running) -> str:
        values, _ = read_values(bench.form)
        secret = {one.key for one in bench.form.fields if one.secret}
        return run_command(running.target.connection, running.operation.name, values, secret)

    # ---- moving about

    @on(Picker.Picked, "#connections")
    def _connection_picked(self, message: Picker.Picked) -> None:
        self._work(self._open_connection(message.key, None))

    @on(Picker.Picked, "#operations")
    def _operation_picked(self, message: Picker.Picked) -> None:
        self._work(self._open_operation(message.key))

    @on(LineTable.Opened, "#table")
    def _row_opened(self, message: LineTable.Opened) -> None:
        if self._bench is not None:
            self.say("")
            self._bench.result.open_row(message.index)

    @on(BodyView.Told)
    @on(ResultTable.Told)
    def _told(self, message: BodyView.Told | ResultTable.Told) -> None:
        self.say(message.text, message.tone)

    def on_form_view_changed(self) -> None:
        """Say the same as a command."""
        self._say_command()

    def on_descendant_focus(self) -> None:
        """Show the keys of where the focus is."""
        if self._bench is not None:
            self._bench.show_focus()
            self._show_bar()

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
        """Escape: close the open record, go to the input, to the operations, to the connections."""
        bench = self._bench
        if bench is not None:
            if not bench.result.close_row() and not bench.leave_result():
                self.workers.cancel_group(self, "run")
                self._work(self._choose_operation())
            return True
        if self._target is not None and self._chooses_connection:
            self._work(self._choose_connection())
            return True
        return False

    # ---- running

    def on_form_view_finished(self, message: FormView.Finished) -> None:
        """Run from the last field, unless enter was part of a paste."""
        reason = self.reason_against("run.send")
        if reason:
            self.say(reason, "warn")
        else:
            self.shell.when_quiet(self.do_send, message.pressed_at)

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
        bench, running = self._bench, self._active
        if bench is None or running is None:
            return
        self._say_command()
        bench.result.clear()
        ended = await running.send(values)
        if not bench.is_attached:
            return
        if ended is None:
            self.say("nothing was sent", "warn")
        elif isinstance(ended, Failure):
            self._show_failure(bench, ended, None)
        elif ended.error is not None:
            self._show_failure(bench, ended.error, ended.operation)
        else:
            self._show_result(bench, ended)
        self.set_timer(_LOG_WRITTEN_S, self._take_exchange)

    def _show_result(self, bench: Bench, outcome: "Outcome") -> None:
        bench.result.show_result(outcome.records, outcome.value)
        said = outcome.result or "done"
        if isinstance(outcome.value, bytes):
            said += f" · {size(len(outcome.value))}, x saves it"
        self.say(said if outcome.saved_to is None else f"{said} · saved to {outcome.saved_to}", "good")
        if not bench.result.has_result:
            bench.result.clear([[], [("   ✓ ", "good"), (said, "")]])
        bench.result.focus_view()
        self._show_bar()

    def _show_failure(self, bench: Bench, failure: Failure, operation: str | None) -> None:
        bench.result.show_failure(failure, operation)
        self.say(failure.message, "bad")
        self._show_bar()

    def _take_exchange(self) -> None:
        """Read the last request and answer from the log, for the raw view and the limit."""
        bench, running = self._bench, self._active
        operation = running.live.operation if running else None
        if bench is None or running is None or operation is None:
            return
        exchanges = self.services.reading.exchanges(operation, bodies=True)
        if exchanges:
            bench.result.take_exchange(exchanges[-1])
            running.live = replace(running.live, limit=find_limit(exchanges[-1].response_headers))
            bench.show_live(running.live)

    def on_engine_event(self, message: EngineEvent) -> None:
        """Follow the operation that was started here."""
        bench, running = self._bench, self._active
        if bench is not None and running is not None and running.take(message.event):
            bench.show_live(running.live)
            if isinstance(message.event, RecordsRead) and running.is_running:
                bench.result.add_records(message.event.records)

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
        """Go to the input; after a failure to the field that it names."""
        if self._bench is not None:
            self._bench.focus_wrong()

    def do_operation(self) -> None:
        """Show what was sent and answered."""
        if self._active is not None and self._active.live.operation is not None:
            self.shell.go(ExchangePlace(self._active.live.operation))

    async def do_export(self) -> None:
        """Write the records, or what was downloaded, to a file."""
        if self._bench is None or self._active is None:
            return
        result, name = self._bench.result, self._active.operation.name
        if isinstance(result.whole, bytes):
            await ask_download(self, result.whole, name, result.media_type)
        else:
            await ask_export(self, result.records, name)

    def reason_against(self, key_id: str) -> str:
        """Say why a key cannot run now."""
        bench, running = self._bench, self._active
        if key_id.startswith("run.") and (bench is None or running is None):
            return "choose an operation first"
        goes_on = running is not None and running.is_running
        reasons = {
            "app.interrupt": "" if goes_on else "nothing runs here; q or ^q leaves the app",
            "run.send": "it is still running; ^c stops it"
            if goes_on
            else self._refusal(running)
            if running
            else "",
            "run.export": "" if bench and bench.result.can_export else "there are no records to export",
            "run.operation": "" if running and running.live.operation else "nothing was run yet",
        }
        reasons["run.again"] = reasons["run.send"]
        return reasons.get(key_id, "") or super().reason_against(key_id)

    def copies(self) -> Mapping[str, Copy]:
        """Copy the record, the whole result, the command, the id."""
        bench, running = self._bench, self._active
        if bench is None or running is None:
            return {}
        copies = {"c": Copy("command", self._command(bench, running))}
        if bench.result.has_result:
            copies["y"] = Copy("record", encode_value(bench.result.current).decode("utf-8", "replace"))
            copies["j"] = Copy("all as JSON", encode_value(bench.result.whole).decode("utf-8", "replace"))
        if running.live.operation:
            copies["i"] = Copy("id", running.live.operation)
        return copies

    @property
    def searches(self) -> bool:
        """The result is searched."""
        return True

    def filter_typed(self, text: str) -> None:
        """Search in what is shown: the table, the JSON or the raw answer."""
        if self._bench is not None:
            self._bench.result.search(text)

    def _work(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a step; what goes wrong is said, and what is shown stays."""
        self.run_worker(self._said(coroutine), group="step", exclusive=True, exit_on_error=False)

    async def _said(self, coroutine: Coroutine[Any, Any, None]) -> None:
        try:
            await coroutine
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            failure = failure_of(error)
            self.say(f"{failure.message} · {failure.remedy}".removesuffix(" · "), "bad")
