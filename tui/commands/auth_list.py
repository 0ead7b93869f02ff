"""``auth list``: what is kept, by what breaks first."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ..state.authentication_rows import authentication_row, users_by_key
from ..state.authentications import AuthenticationRow, ends_within, judged, sort_rows
from .call import Call, call_of
from .exit_codes import DONE
from .expiring import Expiring, read_window
from .kept import apps, authentications, certificates, connections
from .shapes import authentication_shape
from .times import expires, now_us, since

if TYPE_CHECKING:
    from storage.records import Authentication


def list_all(
    context: typer.Context,
    connector: Annotated[
        str | None, typer.Option("--connector", metavar="HANDLE", help="Only those for it.")
    ] = None,
    expiring: Expiring = None,
) -> int:
    """List the authentications of the project, those first that break first."""
    call, window, now = call_of(context), read_window(expiring), now_us()
    with call.reading() as reading:
        kept = {row.id: row for row in authentications(call, reading)}
        users = users_by_key(connections(call, reading))
        names = {app.id: app.name for app in apps(call, reading)}
        shown = {one.id: one for one in certificates(call, reading)}
    found = (authentication_row(row, users, names, shown, {}) for row in kept.values())
    rows = [
        row
        for row in sort_rows([judged(row, now) for row in found])
        if connector in (None, row.connector) and (window is None or ends_within(row, now, window))
    ]
    if call.output.as_json:
        call.output.document([authentication_shape(kept[row.id], row.used_by, row.app) for row in rows])
    else:
        _print_rows(call, rows, kept, expiring)
    return DONE


def _print_rows(
    call: Call, rows: Sequence[AuthenticationRow], kept: "Mapping[str, Authentication]", expiring: str | None
) -> None:
    call.output.table(
        ("NAME", "STATE", "CONNECTOR", "METHOD", "KIND", "EXPIRES", "USED BY", "CHANGED"),
        [
            (
                row.name,
                row.state,
                row.connector,
                row.method,
                row.kind,
                expires(kept[row.id].expires_us),
                ", ".join(row.used_by) or "nothing",
                since(row.updated_us),
            )
            for row in rows
        ],
    )
    if not kept:
        call.output.note("no authentication yet; `connect-tui auth add --help` says how to make one")
    elif not rows and expiring is not None:
        call.output.note(f"nothing ends within {expiring}")
