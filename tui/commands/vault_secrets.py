"""``vault secrets``: where each secret is and who uses it, never what it is."""

import typer

from tui.state.secret_list import read_secrets

from .call import call_of
from .exit_codes import DONE
from .kept import own_project


def secrets(context: typer.Context) -> int:
    """List where each secret of the project is, and what uses it. No value is read."""
    call = call_of(context)
    with call.reading() as reading:
        project = own_project(call, reading)
        rows = read_secrets(reading, project.id) if project else []
    if call.output.as_json:
        call.output.document(
            [
                {
                    "of": row.of,
                    "name": row.name,
                    "secret": row.secret,
                    "where": row.where,
                    "used_by": list(row.used_by),
                }
                for row in rows
            ]
        )
        return DONE
    call.output.table(
        ("OF", "NAME", "SECRET", "WHERE", "USED BY"),
        [(row.of, row.name, row.secret, row.where, ", ".join(row.used_by) or "nothing") for row in rows],
    )
    if not rows:
        call.output.note("no secret is kept in this project")
    return DONE
