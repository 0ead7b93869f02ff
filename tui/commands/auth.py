"""``auth …``: stored credentials."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError

from .auth_tokens import FlowOption, check_flow, sign_in_now
from .call import Call, call_of
from .exit_codes import DONE
from .kept import authentications, connections, find_authentication, users_of
from .options import AuthName, ConnectorName, Secrets, Settings, Yes
from .pairs import read_secrets, read_values
from .shapes import authentication_shape
from .sure import make_sure
from .times import rfc3339, since

if TYPE_CHECKING:
    from core import Engine
    from storage.records import Authentication


def add(
    context: typer.Context,
    connector: ConnectorName,
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it.")],
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="M", help="How to sign in; `connector show` lists the methods."),
    ] = None,
    settings: Settings = None,
    secrets: Secrets = None,
    flow: FlowOption = None,
) -> int:
    """Keep credentials for a connector. Secrets go to the vault, never to the database.

    With --flow the sign-in follows at once; else `auth sign-in` does it later.
    """
    call = call_of(context)
    chosen_flow = check_flow(flow)
    values, fetched = read_values(settings), read_secrets(call, secrets)
    with call.engine() as engine:
        chosen = method or _only_method(engine, connector)
        row = engine.workspace.add_authentication(connector, chosen, name, values, fetched)
    if chosen_flow is not None:
        call.output.note(f"kept {row.name}: {row.connector} with {row.method}")
        sign_in_now(call, row.name, chosen_flow)
    elif call.output.as_json:
        call.output.document(authentication_shape(row, ()))
    else:
        call.output.text(f"kept {row.name}: {row.connector} with {row.method}")
        call.output.note(f"next: connect-tui connection create {row.connector} --name … --auth {row.name}")
    return DONE


def edit(context: typer.Context, name: AuthName, settings: Settings = None, secrets: Secrets = None) -> int:
    """Replace values and secrets, as when a token was rotated; its connections go on using it."""
    call = call_of(context)
    values, fetched = read_values(settings), read_secrets(call, secrets)
    if not (values or fetched):
        raise InputError("nothing to change was named", "see `connect-tui auth edit --help`")
    with call.engine() as engine:
        row = engine.workspace.edit_authentication(name, values, fetched)
        users = engine.workspace.used_by(name)
    if call.output.as_json:
        call.output.document(authentication_shape(row, users))
    else:
        call.output.text(f"changed {row.name}: {', '.join([*values, *fetched])}")
        for user in users:
            call.output.note(f"next: connect-tui connection test {user}")
    return DONE


def _only_method(engine: "Engine", connector: str) -> str:
    methods = list(engine.catalog.get(connector).definition.auth)
    if len(methods) == 1:
        return methods[0]
    has = f"--method {' or '.join(methods)}" if methods else "it needs no authentication"
    raise InputError(f"{connector} has {len(methods) or 'no'} ways to sign in", has)


def list_all(
    context: typer.Context,
    connector: Annotated[
        str | None, typer.Option("--connector", metavar="HANDLE", help="Only those for it.")
    ] = None,
) -> int:
    """List the authentications of the project."""
    call = call_of(context)
    with call.reading() as reading:
        rows = [
            row for row in authentications(call, reading) if connector is None or row.connector == connector
        ]
        used = connections(call, reading)
        users = {row.name: users_of(row, used) for row in rows}
    if call.output.as_json:
        call.output.document([authentication_shape(row, users[row.name]) for row in rows])
    else:
        _print_rows(call, rows, users)
    return DONE


def _print_rows(call: Call, rows: "list[Authentication]", users: dict[str, tuple[str, ...]]) -> None:
    call.output.table(
        ("NAME", "STATE", "CONNECTOR", "METHOD", "KIND", "USED BY", "CHANGED"),
        [
            (
                row.name,
                row.state,
                row.connector,
                row.method,
                row.kind,
                ", ".join(users[row.name]) or "nothing",
                since(row.updated_us),
            )
            for row in rows
        ],
    )
    if not rows:
        call.output.note("no authentication yet; `connect-tui auth add --help` says how to make one")


def show(context: typer.Context, name: AuthName) -> int:
    """Show one authentication and which connections use it; secrets stay where they are."""
    call = call_of(context)
    with call.reading() as reading:
        row = find_authentication(call, reading, name)
        shape = authentication_shape(row, users_of(row, connections(call, reading)))
    if call.output.as_json:
        call.output.document(shape)
        return DONE
    call.output.facts(
        [
            ("name", row.name),
            ("state", row.state),
            ("connector", row.connector),
            ("method", f"{row.method} ({row.kind})"),
            *[(key, str(value)) for key, value in row.values.items()],
            *[(key, f"secret, in {where}") for key, where in shape["secrets"].items()],
            ("expires", rfc3339(row.expires_us) or "no date is known"),
            ("used by", ", ".join(shape["used_by"]) or "nothing"),
            ("changed", since(row.updated_us)),
        ]
    )
    return DONE


def delete(context: typer.Context, name: AuthName, yes: Yes = False) -> int:
    """Forget an authentication and its secrets; refused while a connection uses it."""
    call = call_of(context)
    with call.engine() as engine:
        row = engine.workspace.authentication(name)
        make_sure(call, f"{row.name} and its secrets will be gone for ever.", row.name, yes=yes)
        engine.workspace.delete_authentication(name)
    if call.output.as_json:
        call.output.document({**authentication_shape(row, ()), "deleted": True})
    else:
        call.output.text(f"deleted {row.name}")
    return DONE
