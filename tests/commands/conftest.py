"""Run commands: in this process where nothing more is needed, as a child where a process is what is tested."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.practice import PracticeService, start_practice
from storage import open_store
from tui.entry import main

CANARY = "canary-Tz5/9+qL=sw.41~x"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Cli = Callable[..., Ran]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No home, vault or colour of the person who runs the tests; everything in a folder of the test."""
    for name in list(os.environ):
        if name.startswith("CONNECT_TUI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CONNECT_TUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command in this process."""

    def run(*words: str, stdin: str = "") -> Ran:
        capsys.readouterr()
        with io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8") as given:
            monkeypatch.setattr(sys, "stdin", given)
            code = main(list(words))
        caught = capsys.readouterr()
        return Ran(code, caught.out, caught.err)

    return run


def run_child(*words: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    """Run a command as a process of its own, without a terminal."""
    command = [sys.executable, "-P", "-W", "error", "-m", "tui", *words]
    options = {
        "stdin": subprocess.DEVNULL,
        "capture_output": True,
        "text": True,
    }
    return subprocess.run(command, check=False, **{**options, **more})


def start_child(*words: str, **more: Any) -> "subprocess.Popen[str]":
    """Start a command as a process of its own."""
    command = [sys.executable, "-P", "-m", "tui", *words]
    options = {
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    return subprocess.Popen(command, **{**options, **more})


@pytest.fixture
def child() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run a command as a process of its own, without a terminal."""
    return run_child


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start commands as processes of their own; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start_one(*words: str, **more: Any) -> "subprocess.Popen[str]":
        started.append(start_child(*words, **more))
        return started[-1]

    yield start_one
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def canary() -> str:
    """A secret that is easy to find wherever it should not be."""
    return CANARY


@pytest.fixture(scope="session")
def desk_service() -> Iterator[PracticeService]:
    """One practice service for all tests of the commands, generous with its general limit."""
    with start_practice(None, calls_per_minute=100_000) as service:
        yield service


@pytest.fixture(scope="session")
def ready_home(
    tmp_path_factory: pytest.TempPathFactory, desk_service: PracticeService, library_index: Path
) -> Path:
    """A home with the authentication ``agent`` and the tested connection ``desk``, to be copied."""
    folder = tmp_path_factory.mktemp("ready")
    token = folder / "token"
    token.write_text(desk_service.credentials.token + "\n")
    environment = {
        **os.environ,
        "CONNECT_TUI_HOME": str(folder / "home"),
        "CONNECT_TUI_VAULT_KEY_FILE": str(folder / "vault.key"),
    }
    added = run_child(
        "auth", "add", "practice", "--method", "token", "--name", "agent", "--secret", f"token=@{token}",
        env=environment,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    created = run_child(
        "connection", "create", "practice", "--name", "desk", "--auth", "agent",
        "--set", f"base_url={desk_service.base_url}", env=environment,
    )  # fmt: skip
    assert created.returncode == 0, created.stderr
    shutil.copy(library_index, folder / "home" / "catalog.db")
    return folder


@pytest.fixture
def desk(ready_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own with the connection ``desk`` in it."""
    home = tmp_path / "home"
    shutil.copytree(ready_home / "home", home)
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(ready_home / "vault.key"))
    return home


@pytest.fixture
def prod(cli: Cli, desk: Path, desk_service: PracticeService, monkeypatch: pytest.MonkeyPatch) -> str:
    """The production project ``prod`` in the home of ``desk``, with a connection ``live`` in it."""
    with open_store(desk / "connect.db") as store:
        store.projects.create("prod", production=True)
    monkeypatch.setenv("A_TOKEN", desk_service.credentials.token)
    added = cli(
        "connection", "create", "practice", "--name", "live", "--method", "token", "--secret", "token=env:A_TOKEN",
        "--set", f"base_url={desk_service.base_url}", "--project", "prod",
    )  # fmt: skip
    assert added.code == 0, added.err
    return "prod"
