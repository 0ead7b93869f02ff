"""``connection list`` and ``connection show``: what is set up."""

from typing import TYPE_CHECKING

import typer

from .call import Call, call_of
from .exit_codes import DONE
from .kept import certificate_name, certificates, connections, find_connection
from .options import ConnectionName
from .shapes import connection_shape
from .times import since

if TYPE_CHECKING:
    from storage.records import Connection


def list_all(context: typer.Context) -> int:
    """List the connections of the project."""
    call = call_of(context)
    with call.reading() as reading:
        rows = connections(call, reading)
        shown = {one.id: one.name for one in certificates(call, reading)}
    if call.output.as_json:
        call.output.document(
            [connection_shape(row, call.project, shown.get(row.certificate or "")) for row in rows]
        )
    else:
        _print_rows(call, rows)
    return DONE


def _print_rows(call: Call, rows: "tuple[Connection, ...]") -> None:
    call.output.table(
        ("NAME", "STATE", "CONNECTOR", "AUTH", "LAST TEST", "TESTED", "LOCKED"),
        [
            (
                row.name,
                row.state,
                f"{row.connector}@{row.connector_revision}",
                row.authentication or "none",
                row.last_test_verdict or "not tested",
                since(row.last_test_us),
                row.locked_reason or "",
            )
            for row in rows
        ],
    )
    if not rows:
        call.output.note("no connection yet; `connect-tui connection create --help` says how to make one")


def show(context: typer.Context, name: ConnectionName) -> int:
    """Show how a connection is set up and how its last test ended."""
    call = call_of(context)
    with call.reading() as reading:
        row = find_connection(call, reading, name)
    tell(call, row)
    return DONE


def tell(call: Call, row: "Connection") -> None:
    """Write one connection, as JSON or for people."""
    shape = connection_shape(row, call.project, certificate_name(call, row))
    if call.output.as_json:
        call.output.document(shape)
        return
    last = shape["last_test"]
    tested = f"{last['verdict']} {since(row.last_test_us)} ({last['operation']})" if last else "never"
    call.output.facts(
        [
            ("name", row.name),
            ("state", row.state),
            *([("locked", row.locked_reason)] if row.locked_reason else []),
            ("connector", f"{row.connector}@{row.connector_revision}"),
            ("auth", row.authentication or "none"),
            *([("certificate", shape["certificate"])] if shape["certificate"] else []),
            *[(key, str(value)) for key, value in row.variables.items()],
            *[(key, f"secret, in {where}") for key, where in shape["secrets"].items()],
            *([("time zone", row.time_zone)] if row.time_zone else []),
            *([("date format", row.date_format)] if row.date_format else []),
            ("last test", tested),
            ("changed", since(row.updated_us)),
            ("id", row.id),
        ]
    )
