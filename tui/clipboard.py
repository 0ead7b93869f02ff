"""Put text where the person can paste it from: the tmux buffer, else the terminal (OSC 52), else a file."""

import asyncio
import os
from collections.abc import Callable, Mapping
from pathlib import Path

OSC52_LIMIT = 74_000
_TMUX_LIMIT_S = 2.0


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


async def _load_tmux_buffer(data: bytes) -> bool:
    try:
        child = await asyncio.create_subprocess_exec(
            "tmux", "load-buffer", "-w", "-",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return False
    try:
        await asyncio.wait_for(child.communicate(data), _TMUX_LIMIT_S)
    except TimeoutError:
        child.kill()
        await child.wait()
    return child.returncode == 0


def _write_file(data: bytes, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "clipboard.txt"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
    return path
