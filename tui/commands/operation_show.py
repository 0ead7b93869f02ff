"""``operation show``: one operation with its requests, responses and messages."""

import base64
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.errors import NotKnownError
from tui.state.labels import duration, exact, size

from .call import Call, call_of
from .exit_codes import DONE
from .operation_log import operation_shape, project_names, settle, took_ms
from .times import rfc3339, took

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
        shape = operation_shape(row, projects)
        shape["input"] = row.input
        shape["exchanges"] = None if found is None else [_exchange_shape(one) for one in found]
        shape["log"] = [_line_shape(line) for line in lines]
        call.output.document(shape)
    else:
        _print(call, row, found or (), lines)
    return DONE


def _exchange_shape(one: "Exchange") -> dict[str, Any]:
    return {
        "attempt": one.attempt,
        "reason": one.reason,
        "waited_ms": one.waited_ms,
        "method": one.method,
        "url": one.url,
        "status": one.status,
        "started_at": rfc3339(one.started_us),
        "took_ms": one.took_us // 1000,
        "peer": one.peer,
        "http_version": one.http_version,
        "error": None
        if one.error_message is None
        else {"class": one.error_class, "message": one.error_message},
        "request": {"headers": _pairs(one.request_headers), **_body_shape(one.request_body)},
        "response": {"headers": _pairs(one.response_headers), **_body_shape(one.response_body)},
    }


def _pairs(headers: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [list(pair) for pair in headers]


def _body_shape(body: "Body | None") -> dict[str, Any]:
    """Give a body as text, or in base64 where it is none; without ``--bodies`` only its size is there."""
    shape: dict[str, Any] = {"body": None, "bytes": 0, "truncated": False, "content_type": None}
    if body is None:
        return shape
    shape.update(bytes=body.size, truncated=body.truncated, content_type=body.content_type)
    text = _text(body)
    if text is None:
        shape["body_base64"] = base64.b64encode(body.content).decode()
    else:
        shape["body"] = text if body.content else None
    return shape


def _text(body: "Body") -> str | None:
    """Give the text of a body; a cut may have gone through its last character."""
    try:
        return body.content.decode("utf-8")
    except UnicodeDecodeError as error:
        at_the_cut = body.truncated and error.start >= len(body.content) - 3
        return body.content[: error.start].decode("utf-8") if at_the_cut else None


def _line_shape(line: "LogLine") -> dict[str, Any]:
    return {"at": rfc3339(line.at_us), "level": line.level, "text": line.text, "fields": dict(line.fields)}


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
    text = _text(body)
    return f"({kept})\n{text}" if text is not None else f"({kept}, binary)"
