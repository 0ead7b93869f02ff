"""``vault …``: what opens it, added and taken away."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from core.errors import InputError

from .call import Call, call_of
from .exit_codes import DONE
from .options import Yes
from .pairs import read_secrets
from .sure import make_sure
from .unlocking import ask_way, unlock_on_terminal
from .vault import need_vault, status_shape, tell

if TYPE_CHECKING:
    from core import UnlockChoice
    from core.keeper import Way

NewPassphrase = Annotated[
    str | None,
    typer.Option("--passphrase", metavar="SRC", help="@FILE, env:NAME, cmd:COMMAND or -; else asked."),
]


def add_key(
    context: typer.Context,
    way: Annotated[
        str, typer.Option("--way", metavar="WAY", help="passphrase, key_file, keyring or ssh_agent.")
    ],
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", metavar="FILE", help="The key file; made with mode 0600 if missing."),
    ] = None,
    passphrase: NewPassphrase = None,
    fingerprint: Annotated[
        str,
        typer.Option("--fingerprint", metavar="SHA256:…", help="Which key of the ssh-agent; else its first."),
    ] = "",
) -> int:
    """Add another way to unlock the vault."""
    call = call_of(context)
    choice = _choice(call, way, key_file, passphrase, fingerprint)
    with call.engine() as engine:
        need_vault(engine)
        engine.keeper.add_key(choice)
        shape = status_shape(engine, opens=True)
    tell(call, shape)
    return DONE


def remove_key(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `vault status` shows it.")],
    yes: Yes = False,
) -> int:
    """Take away a way to unlock the vault, and encrypt everything anew: who had it may know the key."""
    call = call_of(context)
    with call.engine() as engine:
        need_vault(engine)
        make_sure(call, f"{key_id} will open the vault no more.", key_id, yes=yes)
        engine.keeper.remove_key(key_id)
        shape = status_shape(engine, opens=True)
    tell(call, shape)
    return DONE


def change_passphrase(context: typer.Context, passphrase: NewPassphrase = None) -> int:
    """Let a new passphrase open the vault in place of the one before."""
    call = call_of(context)
    new = _new_passphrase(call, passphrase)
    with call.engine() as engine:
        need_vault(engine)
        engine.keeper.change_passphrase(new)
        shape = status_shape(engine, opens=True)
    tell(call, shape)
    return DONE


def recovery_kit(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, to be printed and put away.")],
) -> int:
    """Write a passphrase that opens the vault when everything else is lost; keep it off this machine."""
    call = call_of(context)
    with call.engine() as engine:
        need_vault(engine)
        made, vault = f"{datetime.now(UTC):%Y-%m-%d}", str(engine.home.vault)
        engine.keeper.make_recovery_kit(made, lambda kit: _write_new(file, _kit_text(kit, made, vault)))
        shape = status_shape(engine, opens=True)
    tell(call, shape)
    call.output.note(f"print {file}, put it where this machine cannot lose it, and delete the file")
    return DONE


def _write_new(file: Path, text: str) -> None:
    """Write a new file that is on the disk when this returns, and none where that cannot be."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as paper:
                paper.write(text)
                paper.flush()
                os.fsync(descriptor)
        except BaseException:
            file.unlink()
            raise
    except OSError as error:
        raise InputError(f"{file} cannot be made: {error.strerror}", "name a new file") from error


def _kit_text(kit: str, made: str, vault: str) -> str:
    return f"""Recovery kit of a connect-tui vault, made on {made}

    {kit}

This passphrase opens the vault file that stood at
    {vault}
or a backup of it, on any machine. Anybody who has both can read every secret in it.

To use it: put the vault file where `connect-tui vault status` says that one is or will be. Type the
passphrase when a terminal asks for it (capitals and dashes do not matter), or put it into a file that only
you can read and name that file in CONNECT_TUI_VAULT_PASSPHRASE_FILE. Check with `connect-tui vault unlock`,
add a new way with `connect-tui vault add-key`, and take this one away with `connect-tui vault remove-key ID`.
"""


def _choice(
    call: Call, way: str, key_file: Path | None, passphrase: str | None, fingerprint: str
) -> "UnlockChoice":
    from core import UnlockChoice
    from core.keeper import Way

    if way not in get_args(Way):
        raise InputError(f"there is no way called {way}", f"there are {', '.join(get_args(Way))}")
    if way == "passphrase":
        return UnlockChoice("passphrase", passphrase=_new_passphrase(call, passphrase))
    return UnlockChoice(cast("Way", way), key_file=key_file, fingerprint=fingerprint)


def _new_passphrase(call: Call, source: str | None) -> str:
    if source is not None:
        return read_secrets(call, [f"passphrase={source}"])["passphrase"]
    if unlock_on_terminal() is None:
        raise InputError(
            "a new passphrase has to come from somewhere", "give --passphrase @FILE, env:NAME or -"
        )
    return ask_way("passphrase", new=True).passphrase
