"""How much CPU the first screen with data costs, beside the smallest Textual app, and what idling writes."""

import os
import statistics
import sys
import tempfile
from pathlib import Path

from core import find_home, open_engine
from core.practice import PRACTICE_CREDENTIALS

from .terminal import open_terminal

RUNS = 7
IDLE_S = 5.0
SHOWN = b"bench-desk"


def prepare_home(folder: Path) -> Path:
    """Make a home with a migrated database and one connection."""
    os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(folder / "vault.key")
    home = find_home(folder / "home")
    engine = open_engine(home)
    secrets = {"token": PRACTICE_CREDENTIALS.token}
    engine.workspace.create_connection(
        "prometheus", "bench-desk", variables={"base_url": "http://127.0.0.1:1"}
    )
    engine.workspace.authentications.add("practice", "token", "bench", {}, secrets)
    engine.workspace.activate("bench-desk")
    engine.close_store()
    return folder / "home"


def cpu_until(arguments: list[str], text: bytes) -> float:
    """Start a program and give its CPU seconds when ``text`` is drawn."""
    terminal = open_terminal(arguments)
    try:
        return terminal.read_until(text)
    finally:
        terminal.stop()


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report."""
    with tempfile.TemporaryDirectory() as folder:
        home = prepare_home(Path(folder))
        app = [sys.executable, "-m", "tui", "--home", str(home)]
        minimal = [sys.executable, "-m", "tests.bench.minimal"]
        pairs = []
        for run in range(RUNS + 1):
            pair = cpu_until(app, SHOWN), cpu_until(minimal, b"ready-to-compare")
            if run:
                pairs.append(pair)
        ours, least = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        return [
            ("CPU until the first screen with data", f"{ours * 1000:.0f} ms"),
            ("CPU of a minimal Textual app", f"{least * 1000:.0f} ms"),
            ("ratio (budget 1.75)", f"{ratio:.2f}"),
            ("bytes written while idle for 5 s (budget 0)", str(idle_bytes(app))),
        ]


def idle_bytes(app: list[str]) -> int:
    """Give what the app writes in five idle seconds, once its engine is open."""
    terminal = open_terminal(app)
    try:
        terminal.read_until(SHOWN)
        terminal.read_for(5.0)
        return len(terminal.read_for(IDLE_S))
    finally:
        terminal.stop()
