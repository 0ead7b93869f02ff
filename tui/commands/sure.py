"""Ask a person to type a name before something is taken away; a script is not asked."""

import sys
from typing import TYPE_CHECKING

from core.errors import PolicyError

if TYPE_CHECKING:
    from .call import Call


def make_sure(call: "Call", warning: str, name: str, *, yes: bool, restorable: bool = False) -> None:
    """Ask on a terminal for ``name`` to be typed; with ``--json`` only before what cannot be restored.

    Raises:
        PolicyError: something else was typed.
    """
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not (restorable and call.output.as_json)
    if yes or not asks:
        return
    call.output.note(warning)
    sys.stderr.write(f"Type {name} to go on: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != name:
        raise PolicyError("the name was not typed, so nothing was changed", "--yes goes on without asking")
