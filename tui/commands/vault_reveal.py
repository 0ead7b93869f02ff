"""``vault reveal``: one secret on the terminal for a short time, which the log keeps without the value."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import InputError
from tui.short_screen import can_show_shortly, show_shortly
from tui.state.revealed import REVEAL_S

from .call import call_of
from .exit_codes import DONE
from .options import Armed
from .sure import make_sure

if TYPE_CHECKING:
    from core.revealing import SecretHolder


def reveal(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What has the secret, as `vault secrets` lists it.")
    ],
    field: Annotated[
        str, typer.Argument(metavar="SECRET", help="Which secret of it: token, client_secret …")
    ],
    seconds: Annotated[
        int, typer.Option("--seconds", metavar="N", help="For how long it is shown: 1 to 300.")
    ] = REVEAL_S,
    of: Annotated[
        str | None,
        typer.Option("--of", metavar="SORT", help="authentication, connection, app or certificate."),
    ] = None,
    armed: Armed = False,
) -> int:
    """Show one secret for a short time, on a screen of its own that is cleared. Only on a terminal.

    Its name has to be typed first. Who was shown what, and when, is an operation: `operation list`.
    """
    from core.revealing import check_reveal, check_sort

    call = call_of(context)
    if call.output.as_json or not can_show_shortly():
        raise InputError(
            "a secret is shown on a terminal that can be cleared, and nowhere else",
            "run this on a terminal, without --json; what needs the secret can use it from where it is",
        )
    sort = check_sort(of)
    with call.engine() as engine:
        holder = check_reveal(engine.workspace, name, field, seconds, of=sort, armed=armed)
        make_sure(call, _warning(holder, field, seconds), holder.name, yes=False)
        shown = engine.reveal(holder.name, field, seconds, of=holder.of, armed=armed)
        try:
            show_shortly(f"{field} of the {holder.of} {holder.name}", shown.value, seconds)
        finally:
            shown.end()
        operation = shown.operation
    call.output.note(f"it was shown, as {operation} tells: connect-tui operation show {operation}")
    return DONE


def _warning(holder: "SecretHolder", field: str, seconds: int) -> str:
    shown = f"{field} of the {holder.of} {holder.name} will be shown for {seconds} seconds"
    return f"{shown}; the log keeps that you were shown it."
