"""``operation show``: one operation with its requests, responses and messages."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import NotKnownError
from tui.state.labels import duration, exact, size

from .call import Call, call_of
from .exit_codes import DONE
from .operation_log import project_names, settle, took_ms
from .operation_shapes import text_of, whole_shape
from .times import took

if TYPE_CHECKING:
    from storage.records import Body, Exchange, LogLine, Operation


def show(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="ID", help="The id, as `operation list` gives it.")],
    exchanges: Annotated[
        bool, typer.Option("--exchanges", help="Its requests and responses, with headers.")
    ] = False,
    bodies: Annotated[
        bool, typer.Option("--bodies", help="Their bodies too, as far as they were kept.")
    ] = False,
) -> int:
    """Show what one operation did. Secrets were taken out before it was kept."""
    call = call_of(context)
    with call.reading() as reading:
        settle(call, reading)
        row = reading.operation(operation)
        if row is None:
            raise NotKnownError(
                f"there is no operation {operation!r}", "`connect-tui operation list` shows their ids"
            )
        found = reading.exchanges(operation, bodies) if exchanges or bodies else None
        lines = reading.log_lines(operation)
        projects = project_names(reading)
    if call.output.as_json:
        call.output.document(whole_shape(row, projects, found, lines))
    else:
        _print(call, row, found or (), lines)
    return DONE


def _print(
    call: Call, row: "Operation", exchanges: "tuple[Exchange, ...]", lines: "tuple[LogLine, ...]"
) -> None:
    counts = row.counts
    call.output.facts(
        [
            ("operation", f"{row.name}  ({row.kind})"),
            ("state", row.state),
            (
                "connection",
                f"{row.connection or 'none'}  ({row.connector or '?'}@{row.connector_revision or '?'})",
            ),
            ("started", f"{exact(row.started_us)} by {row.actor}"),
            ("took", took(took_ms(row)) if row.ended_us else "it goes on"),
            ("result", row.result or ""),
            ("counts", f"{counts.records} records, {counts.requests} requests, {size(counts.bytes)}"),
            *([("input", json.dumps(row.input, ensure_ascii=False))] if row.input else []),
            *(
                [("error", f"{row.error_class}: {row.error_message}\n{row.error_remedy or ''}")]
                if row.error_class
                else []
            ),
        ]
    )
    for one in exchanges:
        _print_exchange(call, one)
    if lines:
        call.output.text()
        for line in lines:
            call.output.text(f"{exact(line.at_us)}  {line.level}  {line.text}")


def _print_exchange(call: Call, one: "Exchange") -> None:
    out = call.output
    out.text()
    why = f"  ({one.reason})" if one.reason else ""
    ended = one.status if one.status is not None else one.error_message or "no answer"
    out.text(f"{one.attempt}  {one.method} {one.url}  {ended}  {duration(one.took_us)}{why}")
    for sign, headers, body in (
        (">", one.request_headers, one.request_body),
        ("<", one.response_headers, one.response_body),
    ):
        for name, value in headers:
            out.text(f"  {sign} {name}: {value}")
        if body is not None:
            out.text(f"  {sign} {_body_line(body)}")


def _body_line(body: "Body") -> str:
    kept = f"{size(body.size)} {body.content_type}" + (", cut" if body.truncated else "")
    if not body.content:
        return f"({kept})"
    text = text_of(body)
    return f"({kept})\n{text}" if text is not None else f"({kept}, binary)"
