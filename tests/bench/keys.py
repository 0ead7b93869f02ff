"""What one key costs in every screen, CPU and bytes, at 80x24 on a pty."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from core import find_home, open_engine
from core.practice import PracticeService, start_practice

from .terminal import Terminal, open_terminal

TIMES = 60
_GAP_S = 0.03


class Screen(NamedTuple):
    """A screen: the keys that open it, what it shows then, and the two keys that are measured, in turn."""

    name: str
    opens: Sequence[bytes]
    shows: bytes
    keys: tuple[bytes, bytes]


_MOVES = (b"j", b"k")
_ARROWS = (b"\x1b[B", b"\x1b[A")
SCREENS = (
    Screen("Connections", (b"6", b"1"), b"desk-9", _MOVES),
    Screen("Catalog", (b"2",), b"Airtable", _MOVES),
    Screen("New connection", (b"4",), b"Airtable", _ARROWS),
    Screen("Run, the form", (b":run desk-1 list-tickets\r",), b"records on a page", (b"\t", b"\x1b[Z")),
    Screen("Run, the result", (b":run desk-1 list-tickets\r", b"\x12"), b"25 records", _MOVES),
    Screen("Operations", (b"6",), b"list-tickets", _MOVES),
    Screen("Operation, its body", (b"6", b"\r"), b"application/json", _MOVES),
    Screen("Doctor", (b"0",), b"What is kept", _MOVES),
    Screen("Help", (b"?",), b"ype to narrow", _ARROWS),
)


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report."""
    with tempfile.TemporaryDirectory() as folder, start_practice(None) as service:
        home = asyncio.run(_prepare(Path(folder), service))
        return [(f"a key in {screen.name}", _said(*_cost(home, screen))) for screen in SCREENS]


def _cost(home: Path, screen: Screen) -> tuple[float, float]:
    terminal = open_terminal([sys.executable, "-m", "tui", "--home", str(home)])
    try:
        terminal.read_until(b"desk-9")
        terminal.read_for(1.5)
        for keys in screen.opens:
            terminal.seen = b""
            for at in range(len(keys) if keys.startswith(b":") else 1):
                terminal.send(keys[at : at + 1] if keys.startswith(b":") else keys)
                terminal.read_for(_GAP_S)
            terminal.read_for(1.0)
        terminal.read_until(screen.shows)
        terminal.read_for(1.0)
        return cost_of_keys(terminal, screen.keys)
    finally:
        terminal.stop()


def cost_of_keys(terminal: Terminal, keys: Sequence[bytes], times: int = TIMES) -> tuple[float, float]:
    """Give CPU seconds and bytes of one key; each is drawn before the next is typed."""
    terminal.read_for(0.5)
    cpu_s, written = terminal.cpu_s(), 0
    for turn in range(times):
        terminal.send(keys[turn % len(keys)])
        written += len(terminal.read_for(_GAP_S))
    written += len(terminal.read_for(0.3))
    return (terminal.cpu_s() - cpu_s) / times, written / times


def _said(cpu_s: float, written: float) -> str:
    return f"{cpu_s * 1000:.1f} ms {written:5.0f} B"


async def _prepare(folder: Path, service: PracticeService) -> Path:
    """Make a home with nine connections and a log."""
    os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(folder / "vault.key")
    engine = open_engine(find_home(folder / "home"))
    try:
        secrets = {"token": service.credentials.token}
        engine.workspace.authentications.add("practice", "token", "agent", {}, secrets)
        for number in range(1, 10):
            engine.workspace.create_connection(
                "practice",
                f"desk-{number}",
                authentication="agent",
                variables={"base_url": service.base_url},
            )
            engine.workspace.activate(f"desk-{number}")
        for _ in range(30):
            await engine.run("desk-1", "list-tickets", {})
    finally:
        await engine.close()
    return folder / "home"
