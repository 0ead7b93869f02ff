"""Ask on the terminal how the vault is unlocked; what is typed is not shown."""

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core import Unlock, UnlockChoice, UnlockRequest
    from core.keeper import Way

_MEANS = {
    "passphrase": "a passphrase, typed each time",
    "key_file": "a key file that only you can read (the answer for cron)",
    "keyring": "the keyring of this desktop",
    "ssh_agent": "a key of the ssh-agent of this session",
}


def unlock_on_terminal() -> "Unlock | None":
    """Give the question to ask when there is somebody to ask."""
    return ask_unlock if sys.stdin.isatty() and sys.stderr.isatty() else None


def ask_unlock(request: "UnlockRequest") -> "UnlockChoice | None":
    """Ask for the way and, where it needs one, for the passphrase or the place of the key file."""
    if request.exists:
        _say(f"The vault is locked ({request.reason}).")
    else:
        _say("Secrets are kept in a vault. How is it to be unlocked? This is asked once.")
    way = _choose(request.ways)
    return None if way is None else ask_way(way, new=not request.exists)


def ask_way(way: "Way", *, new: bool) -> "UnlockChoice":
    """Ask for what one way needs: a passphrase (a new one twice), or the place of a key file."""
    from core import UnlockChoice

    if way == "passphrase":
        return UnlockChoice("passphrase", passphrase=_ask_passphrase(new=new))
    return UnlockChoice(way, key_file=_ask_file() if way == "key_file" else None)


def _choose(ways: "tuple[Way, ...]") -> "Way | None":
    if len(ways) <= 1:
        return ways[0] if ways else None
    for number, way in enumerate(ways, start=1):
        _say(f"  {number}  {_MEANS.get(way, way)}")
    while True:
        answer = _ask(f"[1-{len(ways)}] ")
        if answer.isdecimal() and 1 <= int(answer) <= len(ways):
            return ways[int(answer) - 1]
        for way in ways:
            if way == answer:
                return way


def _ask_passphrase(*, new: bool) -> str:
    while True:
        first = getpass.getpass("Passphrase: ", stream=sys.stderr)
        if not new or first == getpass.getpass("Once more: ", stream=sys.stderr):
            return first
        _say("These were not the same.")


def _ask_file() -> Path | None:
    answer = _ask("Path of the key file (empty: the usual place): ")
    return Path(answer).expanduser() if answer else None


def _ask(prompt: str) -> str:
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        raise KeyboardInterrupt
    return line.strip()


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
