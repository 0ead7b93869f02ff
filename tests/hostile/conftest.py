"""Take a part of the corpus through the command and through the screens, each in a child of its own, side by side."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hostile_corpus import CORPUS, Hostile
from hostile_server import HostileServer

MOST_MB = 300
WAYS = ("command", "screen")
Told = dict[str, Any]
_LONGEST_S = 110


@pytest.fixture(scope="module")
def hostile_server() -> Iterator[HostileServer]:
    """A server with the whole corpus."""
    server = HostileServer(CORPUS)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def taken(request: pytest.FixtureRequest, hostile_server: HostileServer) -> dict[tuple[str, str], Told]:
    """What became of each answer of the module's part, by way and name."""
    part = request.module.PART
    script = str(Path(__file__).parent / "hostile_child.py")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CONNECT_TUI_")}
    children = {
        way: subprocess.Popen(
            [sys.executable, script, way, part, hostile_server.url],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )
        for way in WAYS
    }  # fmt: skip
    told: dict[tuple[str, str], Told] = {}
    for way, child in children.items():
        try:
            out, err = child.communicate(timeout=_LONGEST_S)
        finally:
            child.kill()
        lines = [json.loads(line) for line in out.splitlines()]
        assert child.returncode == 0, f"{way} ended after {lines[-1:]}: {err[-2000:]}"
        told |= {(way, line["name"]): line for line in lines}
    return told


@pytest.fixture
def check(taken: dict[tuple[str, str], Told]) -> Callable[[str, Hostile], None]:
    """Check how one answer ended."""

    def compare(way: str, one: Hostile) -> None:
        told = taken[way, one.name]
        assert told["error"] == one.error, told["says"]
        for words in one.says:
            assert words in told["says"]
        assert not told["missing"], "not shown as it came"
        assert not told["controls"], "what steers a terminal came through"
        assert not told["traceback"]
        assert told["peak_mb"] <= MOST_MB
        if one.error:
            message, _, remedy = told["says"].partition(" | ")
            assert message
            assert remedy or one.error == "policy"

    return compare
