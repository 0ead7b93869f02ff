"""Put text where the person can paste it from: the tmux buffer, else the terminal (OSC 52), else a file."""

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

OSC52_LIMIT = 74_000
_TMUX_LIMIT_S = 2.0
_TEST_BUFFER = "connect-tui-test"


async def copy_text(
    text: str, folder: Path, tell_terminal: Callable[[str], None], environ: Mapping[str, str] = os.environ
) -> str:
    """Copy ``text`` and give the words for the way that was used, such as ``to the tmux buffer``.

    ``tell_terminal`` sends OSC 52; it is asked only for what terminals take (74 KB once encoded). ``folder``
    takes the file of last resort.
    """
    data = text.encode("utf-8", "replace")
    if environ.get("TMUX") and await _load_tmux_buffer(data):
        return "to the tmux buffer"
    if not environ.get("TMUX") and len(data) * 4 // 3 <= OSC52_LIMIT:
        tell_terminal(text)
        return "through the terminal (OSC 52)"
    return f"to the file {_write_file(data, folder)}"


@dataclass(frozen=True, slots=True)
class CopyTest:
    """Whether copying works, as far as that can be found out: nothing when only pasting can tell."""

    works: bool | None
    words: str


async def try_copying(folder: Path, environ: Mapping[str, str] = os.environ) -> CopyTest:
    """Find out how copied text goes, without touching what is on the clipboard.

    In tmux a buffer of the test's own is written, read back and deleted. A terminal does not answer OSC 52.
    """
    if not environ.get("TMUX"):
        return CopyTest(
            None, "through the terminal (OSC 52), which does not answer: copy something and paste it"
        )
    marker = secrets.token_hex(8).encode()
    loaded, _ = await _ask_tmux("load-buffer", "-b", _TEST_BUFFER, "-", given=marker)
    shown, said = await _ask_tmux("show-buffer", "-b", _TEST_BUFFER)
    await _ask_tmux("delete-buffer", "-b", _TEST_BUFFER)
    if not (loaded and shown and said == marker):
        return CopyTest(False, f"tmux does not take it; it goes to {folder / 'clipboard.txt'}")
    _, option = await _ask_tmux("show-options", "-gsv", "set-clipboard")
    if option.strip() == b"off":
        return CopyTest(
            True, "to the tmux buffer only; `set -s set-clipboard on` hands it to the terminal too"
        )
    return CopyTest(
        True, f"to the tmux buffer and on to the terminal (set-clipboard {option.decode().strip()})"
    )


async def _load_tmux_buffer(data: bytes) -> bool:
    return (await _ask_tmux("load-buffer", "-w", "-", given=data))[0]


async def _ask_tmux(*words: str, given: bytes = b"") -> tuple[bool, bytes]:
    """Tell whether tmux did what it was asked in time, and what it said."""
    pipe = asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(
            "tmux", *words, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError:
        return False, b""
    said = b""
    try:
        said, _ = await asyncio.wait_for(child.communicate(given), _TMUX_LIMIT_S)
    except TimeoutError:
        child.kill()
        await child.wait()
    return child.returncode == 0, said


def _write_file(data: bytes, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "clipboard.txt"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
    return path
