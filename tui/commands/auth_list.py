"""``auth list``: what is kept, by what breaks first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ..state.authentication_facts import read_method
from ..state.authentication_rows import Facts, authentication_row, users_by_key
from ..state.authentications import (
    AuthenticationRow,
    ends_within,
    judged,
    refresh_cell,
    sort_rows,
    standing_word,
)
from .call import Call, call_of
from .exit_codes import DONE
from .expiring import Expiring, read_window
from .kept import apps, authentications, certificates, connections
from .shapes import authentication_shape
from .times import expires, now_us, since

if TYPE_CHECKING:
    from storage.records import Authentication

_ATTENDED: Final = frozenset({"oauth1", "oauth2"})


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
    facts = _facts_of_unsigned(call, kept.values())
    found = (authentication_row(row, users, names, shown, facts) for row in kept.values())
    rows = [
        row
        for row in sort_rows([judged(row, now) for row in found])
        if connector in (None, row.connector) and (window is None or ends_within(row, now, window))
    ]
    if call.output.as_json:
        call.output.document(
            [
                {**authentication_shape(kept[row.id], row.used_by, row.app), "standing": row.standing}
                for row in rows
            ]
        )
    else:
        _print_rows(call, rows, kept, expiring, now)
    return DONE


def _facts_of_unsigned(call: Call, kept: "Iterable[Authentication]") -> Facts:
    """Ask the connectors of those without tokens whether a person signs in; nothing heavy is loaded else."""
    keys = {(row.connector, row.method) for row in kept if row.kind in _ATTENDED and row.tokens is None}
    if not keys:
        return {}
    with call.engine(ask=False) as engine:
        return {key: read_method(engine, key) for key in keys}


def _print_rows(
    call: Call,
    rows: Sequence[AuthenticationRow],
    kept: "Mapping[str, Authentication]",
    expiring: str | None,
    now_us: int,
) -> None:
    call.output.table(
        ("NAME", "STATE", "CONNECTOR", "METHOD", "KIND", "APP", "EXPIRES", "REFRESH", "USED BY", "CHANGED"),
        [
            (
                row.name,
                standing_word(row),
                row.connector,
                row.method,
                row.kind,
                row.app or "–",
                expires(kept[row.id].expires_us),
                refresh_cell(row, now_us)[0],
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
