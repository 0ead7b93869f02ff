"""``operation list``: what happened, newest first."""

from typing import TYPE_CHECKING, Annotated

import typer

from .call import Call, call_of
from .exit_codes import DONE
from .operation_log import operation_shape, project_names, read_filter, settle, took_ms
from .options import Filter
from .times import since, took

if TYPE_CHECKING:
    from storage.records import Operation

HEADINGS = ("STARTED", "STATE", "CONNECTION", "OPERATION", "TOOK", "ID", "RESULT")


def list_all(
    context: typer.Context,
    filter_text: Filter = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=1_000_000, help="How many at most.")
    ] = 50,
) -> int:
    """List the operations of the project, newest first."""
    call = call_of(context)
    with call.reading() as reading:
        settle(call, reading)
        rows = reading.operations_block(read_filter(call, reading, filter_text), limit=limit)
        projects = project_names(reading)
    if call.output.as_json:
        call.output.document([operation_shape(row, projects) for row in rows])
    else:
        _print_rows(call, rows)
    return DONE


def _print_rows(call: Call, rows: "tuple[Operation, ...]") -> None:
    call.output.table(HEADINGS, [operation_cells(row) for row in rows])
    if not rows:
        call.output.note("nothing matches, or nothing was done yet")


def operation_cells(row: "Operation") -> tuple[str, ...]:
    """Give the cells of one operation under `HEADINGS`."""
    return (
        since(row.started_us),
        row.state,
        row.connection or "",
        row.name,
        took(took_ms(row)) if row.ended_us else "",
        row.id,
        row.result or "",
    )
