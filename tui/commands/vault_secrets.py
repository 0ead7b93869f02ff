"""``vault secrets``: where each secret is and who uses it, never what it is."""

from typing import Any

import typer

from .call import call_of
from .exit_codes import DONE
from .kept import authentications, connections, users_of
from .shapes import place_of


def secrets(context: typer.Context) -> int:
    """List where each secret of the project is, and which connections use it. No value is read."""
    call = call_of(context)
    with call.reading() as reading:
        used = connections(call, reading)
        rows: list[dict[str, Any]] = []
        for one in authentications(call, reading):
            tokens = {"tokens": one.tokens} if one.tokens else {}
            rows += [
                _row("authentication", one.name, key, where, users_of(one, used))
                for key, where in {**one.secrets, **tokens}.items()
            ]
        for row in used:
            rows += [
                _row("connection", row.name, key, where, (row.name,)) for key, where in row.secrets.items()
            ]
    if call.output.as_json:
        call.output.document(rows)
        return DONE
    call.output.table(
        ("OF", "NAME", "SECRET", "WHERE", "USED BY"),
        [
            (one["of"], one["name"], one["secret"], one["where"], ", ".join(one["used_by"]) or "nothing")
            for one in rows
        ],
    )
    if not rows:
        call.output.note("no secret is kept in this project")
    return DONE


def _row(of: str, name: str, secret: str, where: str, users: tuple[str, ...]) -> dict[str, Any]:
    return {"of": of, "name": name, "secret": secret, "where": place_of(where), "used_by": list(users)}
