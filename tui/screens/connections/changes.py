"""Change a connection from the list: suspend, lock, delete, and each the other way round."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...state.connections import ConnectionRow
from ..dialog import AskText

if TYPE_CHECKING:
    from core import Workspace

    from ...shell import Shell


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to one connection: the sentence for when it is done, the same as a command, and how."""

    connection: str
    said: str
    command: str
    apply: "Callable[[Workspace], object]"

    @property
    def sentence(self) -> str:
        """What is said once it is done."""
        return f"{self.connection} {self.said}   connect-tui connection {self.command} {self.connection}"


def suspend_or_resume(row: ConnectionRow) -> Change:
    """Stop the traffic of a connection, or let it work again."""
    if row.state == "inactive":
        return Change(row.name, "resumed", "resume", lambda workspace: workspace.resume(row.name))
    return Change(row.name, "suspended", "suspend", lambda workspace: workspace.suspend(row.name))


async def ask_lock(shell: "Shell", row: ConnectionRow) -> Change | None:
    """Ask why, and lock; one that is locked is unlocked without a question."""
    if row.locked:
        return Change(row.name, "unlocked", "unlock", lambda workspace: workspace.unlock(row.name))
    why = [[("It keeps working, and nobody edits or deletes it. Why?", "quiet")]]
    reason = await shell.push_screen_wait(AskText(f"Lock {row.name}", why))
    if not reason:
        return None
    command = f"lock --reason {shlex.quote(reason)}"
    return Change(row.name, "locked", command, lambda workspace: workspace.lock(row.name, reason))


async def ask_delete(shell: "Shell", row: ConnectionRow) -> Change | None:
    """Delete once the name was typed."""
    lines = [
        [
            ("Type its name to delete it. Its history stays, and ", "quiet"),
            ("u", "key"),
            (" brings it back.", "quiet"),
        ]
    ]
    question = AskText(f"Delete {row.name}", lines, must_be=row.name, danger=True)
    if await shell.push_screen_wait(question) != row.name:
        return None
    return Change(
        row.name, "deleted, u brings it back", "delete", lambda workspace: workspace.delete(row.name)
    )


def restore(name: str) -> Change:
    """Bring back what was deleted."""
    return Change(name, "is back", "restore", lambda workspace: workspace.restore(name))


def reason_against_change(key: str, row: ConnectionRow) -> str:
    """Say why a connection cannot be changed so; empty when it can."""
    if key in ("delete", "sign_in") and row.locked:
        return f"{row.name} is locked: {row.locked}; L unlocks it"
    if key == "suspend" and row.state not in ("active", "inactive", "error", "authorization_required"):
        return f"{row.name} is a draft: there is nothing to suspend"
    return ""
