"""Run an operation to its end, tell how it ended, and give the exit code."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.state.result import cell_text

from .exit_codes import DONE, FAILED, INTERRUPTED, code_of
from .failures import failure_shape, say
from .shapes import outcome_shape
from .times import rfc3339, took

if TYPE_CHECKING:
    from core import Engine, Failure, Outcome, RequestPreview

    from .call import Call
    from .result_sink import ResultSink

    Job = Callable[[Engine], Coroutine[Any, Any, Outcome]]


def run_to_end(call: "Call", job: "Job", sink: "ResultSink", connection: str, file: Path | None) -> int:
    """Run an operation of a connector; its records are already where they belong when this tells the rest."""
    try:
        outcome = call.work(job, connection)
    except KeyboardInterrupt:
        sink.end(empty=False)
        return _stopped(call, sink)
    in_document = call.output.as_json and not sink.writes
    for_people = sink.form == "table" and file is None and not call.output.as_json
    if for_people and _is_single(call, outcome):
        sink.drop()
    succeeded = outcome.state == "success" and outcome.request is None
    sink.end(empty=succeeded and outcome.saved_to is None)
    if sink.failure is not None and outcome.error is None:
        return _tell_unwritten(call, outcome, sink.failure)
    if call.output.as_json and (in_document or file is not None):
        shape = _shape(call, outcome)
        shape["records"] = [] if file is not None else list(outcome.records)
        shape["output"] = str(file) if file is not None and outcome.state == "success" else None
        if not outcome.records and outcome.value is not None:
            # Bytes have no place in JSON; a file takes them.
            shape["value"] = None if isinstance(outcome.value, bytes) else outcome.value
        call.output.document(shape)
    elif outcome.request is not None:
        _print_request(call, outcome.request)
    elif for_people and _is_single(call, outcome):
        _print_value(call, outcome.records[0] if outcome.records else outcome.value)
    return _tell_end(call, outcome)


def _is_single(call: "Call", outcome: "Outcome") -> bool:
    """Tell whether the answer is one thing, and not a list of records."""
    if outcome.value is not None and outcome.records in ((), (outcome.value,)):
        return True
    return call.output.on_terminal and len(outcome.records) == 1 and isinstance(outcome.records[0], dict)


def request_to_end(call: "Call", job: "Job", sink: "ResultSink", connection: str) -> int:
    """Send a request that a person wrote, and print its answer."""
    try:
        outcome = call.work(job, connection)
    except KeyboardInterrupt:
        return _stopped(call, sink)
    if call.output.as_json:
        shape = _shape(call, outcome)
        shape["records"] = list(outcome.records)
        shape["body"] = None if isinstance(outcome.value, bytes) else outcome.value
        shape["output"] = str(outcome.saved_to) if outcome.saved_to else None
        call.output.document(shape)
    elif outcome.request is not None:
        _print_request(call, outcome.request)
    else:
        _print_value(call, outcome.value)
    return _tell_end(call, outcome)


def _shape(call: "Call", outcome: "Outcome") -> dict[str, Any]:
    shape = outcome_shape(outcome)
    if outcome.error is not None:
        shape["error"] = failure_shape(call, outcome.error)
    if outcome.request is not None:
        shape["request"] = _request_shape(outcome.request)
    return shape


def _request_shape(request: "RequestPreview") -> dict[str, Any]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": [list(pair) for pair in request.headers],
        "body": request.body,
    }


def _print_request(call: "Call", request: "RequestPreview") -> None:
    call.output.text(f"{request.method} {request.url}")
    for name, value in request.headers:
        call.output.text(f"{name}: {value}")
    if request.body:
        call.output.text()
        call.output.text(request.body)


def _print_value(call: "Call", value: Any) -> None:
    """Write an answer that is no list of records."""
    if isinstance(value, bytes):
        if call.output.on_terminal:
            call.output.note(f"the answer is binary, {len(value):,} bytes; --output FILE keeps it")
        else:
            call.output.bytes(value)
    elif isinstance(value, str):
        call.output.body(value)
    elif isinstance(value, dict) and call.output.on_terminal:
        call.output.facts([(key, cell_text(item)) for key, item in value.items()])
    elif value is not None:
        call.output.document(value)


def _tell_end(call: "Call", outcome: "Outcome") -> int:
    if outcome.operation is None:
        call.output.note(outcome.result)
        return DONE
    told = "" if outcome.error is not None else f"  {outcome.result}"
    call.output.note(f"{outcome.operation}  {outcome.name}  {outcome.state}{told}  {took(outcome.took_ms)}")
    if outcome.error is not None:
        say(call, outcome.error)
        return code_of(outcome.error)
    return {"success": DONE, "cancelled": INTERRUPTED, "interrupted": INTERRUPTED}.get(outcome.state, FAILED)


def _tell_unwritten(call: "Call", outcome: "Outcome", failure: "Failure") -> int:
    """Tell that an operation was done and its records are lost: a failure, whose log says success."""
    if call.output.as_json:
        shape = {**_shape(call, outcome), "records": [], "output": None}
        shape |= {"state": "failed", "error": failure_shape(call, failure)}
        call.output.document(shape)
    call.output.note(f"{outcome.operation}  {outcome.name}  {outcome.state}  {outcome.result}")
    say(call, failure)
    return code_of(failure)


def _stopped(call: "Call", sink: "ResultSink") -> int:
    """Tell that something was stopped from outside: the operation, or only what came after it."""
    started = sink.operation
    if started is None:
        return INTERRUPTED
    state = sink.ended.state if sink.ended else "cancelled"
    call.output.note(f"{started.operation}  {started.name}  {state}")
    if call.output.as_json and not sink.writes:
        shape: dict[str, Any] = {
            "operation": started.operation,
            "state": state,
            "kind": started.kind,
            "connection": started.connection,
            "name": started.name,
            "started_at": rfc3339(started.started_us),
            "records": [],
            "error": None,
        }
        call.output.document(shape)
    return DONE if sink.closed_by_reader and state == "success" else INTERRUPTED
