"""Ask how the vault is created or opened, and for the passphrase."""

from pathlib import Path
from typing import TYPE_CHECKING

from ..state.spans import Lines
from .dialog import AskText, Choice

if TYPE_CHECKING:
    from core import UnlockChoice, UnlockRequest

    from ..shell import Shell

# Enter takes the first that is possible: nothing more is asked for then.
_EXPLAINED = {
    "key_file": ("f", "a key file that only you can read: nothing is asked, also for cron"),
    "passphrase": ("p", "a passphrase: asked for once in each session"),
    "keyring": ("k", "the keyring of this desktop"),
    "ssh_agent": ("a", "a key of the ssh-agent of this session: works while you are logged in"),
}


async def ask_unlock(app: "Shell", request: "UnlockRequest", default_key_file: Path) -> "UnlockChoice | None":
    """Give the person's choice, nothing when they would rather not; to be awaited in a worker."""
    from core import UnlockChoice

    way = await _ask_way(app, request)
    if way == "passphrase":
        passphrase = await _ask_passphrase(app, request)
        return UnlockChoice("passphrase", passphrase=passphrase) if passphrase else None
    if way == "key_file":
        path = await app.push_screen_wait(
            AskText(
                "Where is the key file?" if request.exists else "Where shall the key file be made?",
                start=str(default_key_file),
            )
        )
        return UnlockChoice("key_file", key_file=Path(path)) if path else None
    if way == "ssh_agent":
        return UnlockChoice("ssh_agent")
    return UnlockChoice("keyring") if way == "keyring" else None


async def _ask_way(app: "Shell", request: "UnlockRequest") -> str | None:
    known = [way for way in _EXPLAINED if way in request.ways]
    if len(known) == 1 and request.exists:
        return known[0]
    title = (
        "The vault is locked" if request.exists else "Secrets are kept in a vault; how shall it be unlocked?"
    )
    lines: Lines = [[(request.reason, "quiet")]] if request.reason else []
    return await app.push_screen_wait(
        Choice(title, lines, [(_EXPLAINED[way][0], way, _EXPLAINED[way][1]) for way in known])
    )


async def _ask_passphrase(app: "Shell", request: "UnlockRequest") -> str | None:
    if request.exists:
        return await app.push_screen_wait(
            AskText("The passphrase of the vault", _reason(request), secret=True)
        )
    lines = _reason(request)
    while True:
        first = await app.push_screen_wait(AskText("A passphrase for the new vault", lines, secret=True))
        if not first:
            return None
        second = await app.push_screen_wait(AskText("The same passphrase again", secret=True))
        if second is None or second == first:
            return second
        lines = [[("✗ ", "bad"), ("the two were not the same; once more", "")]]


def _reason(request: "UnlockRequest") -> Lines:
    return [[(request.reason, "quiet")]] if request.reason else []
