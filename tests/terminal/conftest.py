"""The app in real terminals, and the homes it is started on."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.practice import start_practice

from ..peer_needed import need
from .driver import APP, Pty, Tmux, check_restored, clean_environment, start_app
from .hostile_home import HostileHome, open_hostile_home
from .walk import Walk


@pytest.fixture
def assert_restored() -> Callable[[bytes], None]:
    """Check that a program left the terminal as it was."""
    return check_restored


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of a person with a home of this test's own."""
    return clean_environment(tmp_path / "home")


@pytest.fixture(scope="session")
def desk_home(tmp_path_factory: pytest.TempPathFactory, library_index: Path) -> Iterator[Path]:
    """A home with the tested connection ``desk`` to a practice service that answers, to be copied."""
    folder = tmp_path_factory.mktemp("desk")
    with start_practice(None, calls_per_minute=1_000_000) as service:
        given = clean_environment(folder / "home", CONNECT_TUI_VAULT_KEY_FILE=str(folder / "vault.key"),
                                  DESK_TOKEN=service.credentials.token)  # fmt: skip
        for line in (
            "auth add practice --method token --name agent --secret token=env:DESK_TOKEN",
            f"connection create practice --name desk --auth agent --set base_url={service.base_url}",
        ):
            ran = subprocess.run(
                [*APP, *line.split()], env=given, capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, ran.stderr
        shutil.copy(library_index, folder / "home" / "catalog.db")
        yield folder


@pytest.fixture
def desk(desk_home: Path, tmp_path: Path, environment: dict[str, str]) -> Path:
    """The home of this test with the connection ``desk`` in it, unlocked by a key file."""
    home = tmp_path / "home"
    shutil.copytree(desk_home / "home", home)
    environment["CONNECT_TUI_VAULT_KEY_FILE"] = str(desk_home / "vault.key")
    return home


@pytest.fixture
def practice_port() -> Iterator[None]:
    """The port of the app's practice service for this test alone, whichever process runs the others."""
    with (Path(tempfile.gettempdir()) / f"connect-tui-tests-{os.getuid()}-8734.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def tmux(tmp_path: Path, environment: dict[str, str]) -> Iterator[Callable[..., Tmux]]:
    """Start tmux servers of this test's own; ``tmux(80, 24)``."""
    need(shutil.which("tmux"), "tmux is not installed")
    started: list[Tmux] = []

    def start(columns: int = 80, rows: int = 24) -> Tmux:
        folder = tmp_path / f"tmux{len(started)}"
        folder.mkdir()
        started.append(Tmux(folder, columns, rows, environment))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostileHome]:
    """A home full of hostile texts, whose server answers."""
    with open_hostile_home(tmp_path_factory.mktemp("hostile")) as opened:
        yield opened


@pytest.fixture
def walk(on_pty: Callable[..., Pty], hostile: HostileHome) -> Callable[..., Walk]:
    """Start the app on the hostile home, wait for its list."""

    def start(columns: int = 80, rows: int = 24) -> Walk:
        app = on_pty(columns=columns, rows=rows, **hostile.environment)
        walk = Walk(app)
        walk.see("", "▸ Connections", "evil", "4 connections")
        return walk

    return start


@pytest.fixture
def on_pty(environment: dict[str, str]) -> Iterator[Callable[..., Pty]]:
    """Start programs on ptys: ``on_pty()`` is the app, ``on_pty("operation", "list")`` a command."""
    started: list[Pty] = []

    def start(
        *words: str, program: tuple[str, ...] = APP, columns: int = 80, rows: int = 24, **more: str
    ) -> Pty:
        started.append(
            start_app({**environment, **more}, *words, program=program, columns=columns, rows=rows)
        )
        return started[-1]

    yield start
    for one in started:
        one.stop()
