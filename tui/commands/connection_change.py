"""``connection edit``, ``suspend``, ``lock``, ``delete`` and their opposites: change what is set up."""

from typing import Annotated

import typer

from core.errors import InputError

from .call import call_of
from .connection import tell
from .exit_codes import DONE
from .options import CertificateOption, ConnectionName, Secrets, Settings, Yes
from .pairs import read_secrets, read_values
from .sure import make_sure


def edit(
    context: typer.Context,
    name: ConnectionName,
    new_name: Annotated[
        str | None, typer.Option("--name", metavar="N", help="Call it something else.")
    ] = None,
    auth: Annotated[
        str | None, typer.Option("--auth", metavar="NAME", help="Use another authentication.")
    ] = None,
    settings: Settings = None,
    secrets: Secrets = None,
    time_zone: Annotated[
        str | None, typer.Option("--time-zone", metavar="ZONE", help="Such as Europe/Berlin.")
    ] = None,
    date_format: Annotated[
        str | None, typer.Option("--date-format", metavar="F", help="How it writes dates.")
    ] = None,
    certificate: CertificateOption = None,
    no_certificate: Annotated[
        bool, typer.Option("--no-certificate", help="Show no client certificate any more.")
    ] = False,
) -> int:
    """Change a connection; what is not named stays as it is."""
    call = call_of(context)
    values, fetched = read_values(settings), read_secrets(call, secrets)
    given = {"name": new_name, "time_zone": time_zone, "date_format": date_format}
    more = {key: text for key, text in given.items() if text is not None}
    shown = "" if no_certificate else certificate
    if not (auth or values or fetched or more or shown is not None):
        raise InputError("nothing to change was named", "see `connect-tui connection edit --help`")
    with call.engine() as engine:
        row = engine.workspace.edit_connection(
            name, authentication=auth, variables=values, secrets=fetched, certificate=shown, **more
        )
    tell(call, row)
    call.output.note(f"next: connect-tui connection test {row.name}")
    return DONE


def suspend(context: typer.Context, name: ConnectionName) -> int:
    """Let nothing run over a connection until it is resumed."""
    call = call_of(context)
    with call.engine() as engine:
        tell(call, engine.workspace.suspend(name))
    return DONE


def resume(context: typer.Context, name: ConnectionName) -> int:
    """Let a suspended connection work again."""
    call = call_of(context)
    with call.engine() as engine:
        tell(call, engine.workspace.resume(name))
    return DONE


def lock(
    context: typer.Context,
    name: ConnectionName,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, for the next person.")
    ] = "locked by hand",
) -> int:
    """Refuse edits of a connection; its traffic goes on."""
    call = call_of(context)
    with call.engine() as engine:
        tell(call, engine.workspace.lock(name, reason))
    return DONE


def unlock(context: typer.Context, name: ConnectionName) -> int:
    """Allow edits of a connection again."""
    call = call_of(context)
    with call.engine() as engine:
        tell(call, engine.workspace.unlock(name))
    return DONE


def delete(context: typer.Context, name: ConnectionName, yes: Yes = False) -> int:
    """Delete a connection; `connection restore` brings it back."""
    call = call_of(context)
    with call.engine() as engine:
        row = engine.workspace.connection(name)
        warning = f"{row.name} will be deleted; it can be restored."
        make_sure(call, warning, row.name, yes=yes, restorable=True)
        tell(call, engine.workspace.delete(name))
    return DONE


def restore(context: typer.Context, name: ConnectionName) -> int:
    """Bring the newest deleted connection of this name back."""
    call = call_of(context)
    with call.engine() as engine:
        tell(call, engine.workspace.restore(name))
    return DONE
