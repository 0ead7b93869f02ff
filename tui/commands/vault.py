"""``vault …``: where secrets are kept and what opens it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from core.errors import InputError, failure_of

from .call import Call, call_of
from .exit_codes import DONE
from .pairs import read_secrets
from .unlocking import ask_way, unlock_on_terminal

if TYPE_CHECKING:
    from core import Engine, UnlockChoice
    from core.keeper import Way

_REASON = "to check that it opens"


def status(context: typer.Context) -> int:
    """Tell whether there is a vault, what opens it, and whether a command can open it without asking."""
    call = call_of(context)
    with call.engine(ask=False) as engine:
        shape = _status_shape(engine, opens=_opens(engine))
    _tell(call, shape)
    return DONE


def unlock(context: typer.Context) -> int:
    """Check that the vault opens: unattended where something answers, else by asking on the terminal."""
    call = call_of(context)
    with call.engine() as engine:
        _need_vault(engine)
        engine.keeper.open(_REASON)
        shape = _status_shape(engine, opens=True)
    _tell(call, shape)
    return DONE


def lock(context: typer.Context) -> int:
    """Forget the key. Every command does so when it ends; what answers unattended opens it again."""
    call = call_of(context)
    with call.engine(ask=False) as engine:
        opens = _opens(engine)
        engine.keeper.lock()
        shape = _status_shape(engine, opens=opens)
    _tell(call, shape)
    if opens:
        call.output.note("the key is forgotten; the next command opens it again without asking")
    elif shape["exists"]:
        call.output.note("the key is forgotten; the next command that needs a secret asks for it")
    return DONE


def add_key(
    context: typer.Context,
    way: Annotated[str, typer.Option("--way", metavar="WAY", help="passphrase, key_file or keyring.")],
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", metavar="FILE", help="The key file; made with mode 0600 if missing."),
    ] = None,
    passphrase: Annotated[
        str | None,
        typer.Option("--passphrase", metavar="SRC", help="@FILE, env:NAME, cmd:COMMAND or -; else asked."),
    ] = None,
) -> int:
    """Add another way to unlock the vault."""
    call = call_of(context)
    choice = _choice(call, way, key_file, passphrase)
    with call.engine() as engine:
        _need_vault(engine)
        engine.keeper.open("to add a key to it")
        engine.keeper.add_key(choice)
        shape = _status_shape(engine, opens=True)
    _tell(call, shape)
    return DONE


def rotate(context: typer.Context) -> int:
    """Encrypt every secret anew with a new data key; what opens the vault stays the same."""
    call = call_of(context)
    with call.engine() as engine:
        _need_vault(engine)
        engine.keeper.open("to encrypt it anew")
        engine.keeper.rotate()
        shape = _status_shape(engine, opens=True)
    _tell(call, shape)
    return DONE


def _opens(engine: "Engine") -> bool:
    if not engine.keeper.status().exists:
        return False
    try:
        engine.keeper.open(_REASON)
    except Exception as error:
        if failure_of(error).error_class != "vault":
            raise
        return False
    return True


def _need_vault(engine: "Engine") -> None:
    if not engine.keeper.status().exists:
        raise InputError(
            "there is no vault yet", "the first secret that is kept makes one", error_class="vault"
        )


def _choice(call: Call, way: str, key_file: Path | None, passphrase: str | None) -> "UnlockChoice":
    from core import UnlockChoice
    from core.keeper import Way

    if way not in get_args(Way):
        raise InputError(f"there is no way called {way}", f"there are {', '.join(get_args(Way))}")
    if way != "passphrase":
        return UnlockChoice(cast("Way", way), key_file=key_file)
    if passphrase is not None:
        return UnlockChoice(
            "passphrase", passphrase=read_secrets(call, [f"passphrase={passphrase}"])["passphrase"]
        )
    if unlock_on_terminal() is None:
        raise InputError(
            "a new passphrase has to come from somewhere", "give --passphrase @FILE, env:NAME or -"
        )
    return ask_way("passphrase", new=True)


def _status_shape(engine: "Engine", *, opens: bool) -> dict[str, Any]:
    found = engine.keeper.status()
    return {
        "path": str(found.path),
        "exists": found.exists,
        "locked": found.locked,
        "opens": opens,
        "secrets": found.secrets,
        "unlockers": [
            {"id": one.id, "kind": one.kind, "label": one.label, "created": one.created}
            for one in found.unlockers
        ],
    }


def _tell(call: Call, shape: dict[str, Any]) -> None:
    if call.output.as_json:
        call.output.document(shape)
        return
    if not shape["exists"]:
        call.output.text(f"no vault yet; it will be {shape['path']}")
        return
    state = "opens without asking" if shape["opens"] else "locked"
    call.output.facts([("vault", shape["path"]), ("state", state), ("secrets", str(shape["secrets"]))])
    rows = [(one["kind"], one["label"], one["created"], one["id"]) for one in shape["unlockers"]]
    call.output.table(("OPENED BY", "WHICH", "SINCE", "ID"), rows)
