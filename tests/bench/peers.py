"""Peers side by side: the start of two other terminal apps, and one request with HTTPie."""

import resource
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from core.practice import start_practice

from .start import cpu_until, prepare_home
from .terminal import open_terminal

_SCREEN = 2_000  # bytes, more than any terminal is asked before something is drawn
PACKAGES = ("posting", "harlequin", "httpie")


def measure() -> list[tuple[str, str]]:
    """Give the rows of the report; each peer is installed into an environment of its own first."""
    with tempfile.TemporaryDirectory() as folder:
        programs = {package: _install(Path(folder) / package, package) for package in PACKAGES}
        if not all(programs.values()):
            return [("peers", "cannot be installed")]
        home = prepare_home(Path(folder) / "ours")
        app = [sys.executable, "-m", "tui", "--home", str(home)]
        return [
            ("start of connect-tui, with data", _said(cpu_until(app, b"bench-desk"))),
            ("start of Posting, empty", _said(_cpu_settled(f"{programs['posting']}/posting"))),
            (
                "start of Harlequin, empty",
                _said(_cpu_settled(f"{programs['harlequin']}/harlequin")),
            ),
            *_one_request(f"{programs['httpie']}/http"),
        ]


def _cpu_settled(program: str) -> float:
    """Start a program and give its CPU seconds when it has drawn a screen and written nothing more for a second."""
    terminal = open_terminal([program])
    try:
        for _ in range(30):
            if not terminal.read_for(1.0) and len(terminal.seen) > _SCREEN:
                break
        return terminal.cpu_s()
    finally:
        terminal.stop()


def _install(folder: Path, package: str) -> Path | None:
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    done = subprocess.run([*pip, package], check=False, capture_output=True)
    return folder / "bin" if done.returncode == 0 else None


def _one_request(http: str) -> list[tuple[str, str]]:
    """Compare one whole command, from its start to its end."""
    with start_practice(None) as service:
        url = f"{service.base_url}/tickets"
        token = f"Authorization: Bearer {service.credentials.token}"
        with tempfile.TemporaryDirectory() as folder:
            ours = _prepare(Path(folder), service.base_url, service.credentials.token)
            return [
                (
                    "one request: connect-tui run, recorded",
                    _said(_cpu_of([*ours, "run", "desk", "list-tickets"])),
                ),
                ("one request: HTTPie", _said(_cpu_of([http, "--ignore-stdin", url, token]))),
            ]


def _prepare(folder: Path, base_url: str, token: str) -> list[str]:
    import os

    from core import find_home, open_engine

    os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(folder / "vault.key")
    engine = open_engine(find_home(folder / "home"))
    engine.workspace.authentications.add("practice", "token", "agent", {}, {"token": token})
    engine.workspace.create_connection(
        "practice", "desk", authentication="agent", variables={"base_url": base_url}
    )
    engine.workspace.activate("desk")
    engine.close_store()
    return [sys.executable, "-m", "tui", "--home", str(folder / "home")]


def _cpu_of(command: list[str], runs: int = 5) -> float:
    spent = []
    for _ in range(runs):
        before = _children_s()
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
        spent.append(_children_s() - before)
    return min(spent)


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _said(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms CPU"
