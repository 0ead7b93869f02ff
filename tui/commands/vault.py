"""``vault …``: where secrets are kept and what opens it."""

from typing import TYPE_CHECKING, Any

import typer

from core.errors import InputError, failure_of

from .call import Call, call_of
from .exit_codes import DONE

if TYPE_CHECKING:
    from core import Engine

_REASON = "to check that it opens"


def status(context: typer.Context) -> int:
    """Tell whether there is a vault, what opens it, and whether a command can open it without asking."""
    call = call_of(context)
    with call.engine(ask=False) as engine:
        shape = status_shape(engine, opens=_opens(engine))
    tell(call, shape)
    return DONE


def unlock(context: typer.Context) -> int:
    """Check that the vault opens: unattended where something answers, else by asking on the terminal."""
    call = call_of(context)
    with call.engine() as engine:
        need_vault(engine)
        engine.keeper.open(_REASON)
        shape = status_shape(engine, opens=True)
    tell(call, shape)
    return DONE


def lock(context: typer.Context) -> int:
    """Forget the key. Every command does so when it ends; what answers unattended opens it again."""
    call = call_of(context)
    with call.engine(ask=False) as engine:
        opens = _opens(engine)
        engine.keeper.lock()
        shape = status_shape(engine, opens=opens)
    tell(call, shape)
    if opens:
        call.output.note("the key is forgotten; the next command opens it again without asking")
    elif shape["exists"]:
        call.output.note("the key is forgotten; the next command that needs a secret asks for it")
    return DONE


def rotate(context: typer.Context) -> int:
    """Encrypt every secret anew with a new data key; what opens the vault stays the same."""
    call = call_of(context)
    with call.engine() as engine:
        need_vault(engine)
        engine.keeper.rotate()
        shape = status_shape(engine, opens=True)
    tell(call, shape)
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


def need_vault(engine: "Engine") -> None:
    """Refuse where there is no vault yet.

    Raises:
        InputError: with the class vault.
    """
    if not engine.keeper.status().exists:
        raise InputError(
            "there is no vault yet", "the first secret that is kept makes one", error_class="vault"
        )


def status_shape(engine: "Engine", *, opens: bool) -> dict[str, Any]:
    """Give the shape of what is known about the vault."""
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


def tell(call: Call, shape: dict[str, Any]) -> None:
    """Print that shape."""
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
