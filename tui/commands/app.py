"""``app …``: the clients that are registered at providers."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError

from .call import Call, call_of
from .exit_codes import DONE
from .kept import apps, authentications, find_app
from .named_shapes import app_shape
from .options import AppName, Secrets, Settings, Yes
from .pairs import read_secrets, read_values
from .sure import make_sure
from .times import since

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core import Engine
    from storage.records import Authentication, ProviderApp


def add(
    context: typer.Context,
    provider: Annotated[
        str,
        typer.Argument(
            metavar="PROVIDER", help="The handle of a connector, or the host where people sign in."
        ),
    ],
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it.")],
    client_id: Annotated[str, typer.Option("--client-id", metavar="ID", help="As the provider shows it.")],
    settings: Settings = None,
    secrets: Secrets = None,
) -> int:
    """Keep a client that was registered at a provider. Its secret goes to the vault.

    It belongs to this project alone; `auth add … --app NAME` uses it.
    """
    call = call_of(context)
    values, fetched = read_values(settings), read_secrets(call, secrets)
    with call.engine() as engine:
        row = engine.workspace.apps.add(name, provider, client_id, values, fetched)
    _tell(call, row, (), f"kept {row.name}, for {row.provider}")
    if not call.output.as_json:
        call.output.note(f"next: connect-tui auth add CONNECTOR --name … --app {row.name}")
    return DONE


def list_all(context: typer.Context) -> int:
    """List the provider apps of the project."""
    call = call_of(context)
    with call.reading() as reading:
        rows, used = apps(call, reading), authentications(call, reading)
    if call.output.as_json:
        call.output.document([app_shape(row, _users(row, used)) for row in rows])
        return DONE
    call.output.table(
        ("NAME", "PROVIDER", "CLIENT ID", "USED BY", "CHANGED"),
        [
            (
                row.name,
                row.provider,
                row.client_id,
                ", ".join(_users(row, used)) or "nothing",
                since(row.updated_us),
            )
            for row in rows
        ],
    )
    if not rows:
        call.output.note("no provider app yet; `connect-tui app add --help` says how to keep one")
    return DONE


def show(context: typer.Context, name: AppName) -> int:
    """Show one provider app and which authentications use it; secrets stay where they are."""
    call = call_of(context)
    with call.reading() as reading:
        row = find_app(call, reading, name)
        shape = app_shape(row, _users(row, authentications(call, reading)))
    if call.output.as_json:
        call.output.document(shape)
        return DONE
    call.output.facts(
        [
            ("name", row.name),
            ("provider", row.provider),
            ("client id", row.client_id),
            *[(key, str(value)) for key, value in row.values.items()],
            *[(key, f"secret, in {where}") for key, where in shape["secrets"].items()],
            ("used by", ", ".join(shape["used_by"]) or "nothing"),
            ("changed", since(row.updated_us)),
        ]
    )
    return DONE


def edit(
    context: typer.Context,
    name: AppName,
    client_id: Annotated[
        str | None, typer.Option("--client-id", metavar="ID", help="As the provider shows it.")
    ] = None,
    settings: Settings = None,
    secrets: Secrets = None,
) -> int:
    """Replace what is named, as when a secret was rotated; what was made with it goes on using it."""
    call = call_of(context)
    values, fetched = read_values(settings), read_secrets(call, secrets)
    if not (values or fetched or client_id):
        raise InputError("nothing to change was named", "see `connect-tui app edit --help`")
    with call.engine() as engine:
        row = engine.workspace.apps.edit(name, client_id=client_id, values=values, secrets=fetched)
        users = engine.workspace.apps.used_by(name)
    changed = [*values, *fetched, *(["client_id"] if client_id else [])]
    _tell(call, row, users, f"changed {row.name}: {', '.join(changed)}")
    return DONE


def delete(
    context: typer.Context,
    name: AppName,
    yes: Yes = False,
    unregister: Annotated[
        bool,
        typer.Option(
            "--unregister", help="Remove the client at its provider first, if `app register` made it."
        ),
    ] = False,
) -> int:
    """Forget a provider app and its secrets; refused while an authentication uses it."""
    call = call_of(context)

    def ask(engine: "Engine") -> "ProviderApp":
        row = engine.workspace.apps.get(name)
        engine.workspace.apps.check_unused(name)
        client = f", its client at {row.provider}" if unregister else ""
        make_sure(call, f"{row.name}{client} and its secrets will be gone for ever.", row.name, yes=yes)
        return row

    was_there: bool | None = None
    if unregister:
        was_there = call.work(lambda engine: engine.unregister_app(name), before=ask)
    with call.engine() as engine:
        row = engine.workspace.apps.get(name) if unregister else ask(engine)
        engine.workspace.apps.delete(name)
    if call.output.as_json:
        told = {} if was_there is None else {"unregistered": was_there}
        call.output.document({**app_shape(row, ()), "deleted": True, **told})
    else:
        call.output.text(f"deleted {row.name}")
        if was_there is False:
            call.output.note(f"{row.provider} knew the client no more")
    return DONE


def _users(row: "ProviderApp", used: "Iterable[Authentication]") -> tuple[str, ...]:
    return tuple(one.name for one in used if one.provider_app == row.id)


def _tell(call: Call, row: "ProviderApp", users: tuple[str, ...], said: str) -> None:
    if call.output.as_json:
        call.output.document(app_shape(row, users))
    else:
        call.output.text(said)
