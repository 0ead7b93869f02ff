"""Look at the installation, the folders, the terminal and what is kept."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.errors import Failure, failure_of
from tui.version import VERSION

if TYPE_CHECKING:
    from core import Engine
    from core.home import Home

    from .call import Call

_LIBRARIES: Final = (
    "textual",
    "httpx",
    "pydantic",
    "sqlmodel",
    "sqlalchemy",
    "cryptography",
    "keyring",
    "typer",
)
_SAID: Final = (
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "LANG",
    "LC_ALL",
    "TMUX",
    "SSH_CONNECTION",
    "CONNECT_TUI_HOME",
)


def examine_everything(call: "Call") -> tuple[dict[str, Any], list[Failure]]:
    """Give what was found, and what is wrong with it."""
    home = call.home
    problems = list(_folder_problems(home))
    kept, more = _kept(call, home)
    found = {
        "versions": _versions(),
        "folders": {name: _folder(path) for name, path in _folders(home).items()},
        "config": sorted(str(path) for path in home.config.glob("*.toml")),
        "terminal": _terminal(),
        **kept,
    }
    return found, [*problems, *more]


def _versions() -> dict[str, str]:
    return {
        "connect-tui": VERSION,
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        **{name: _version_of(name) for name in _LIBRARIES},
    }


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def _folders(home: "Home") -> dict[str, Path]:
    return {"data": home.data, "config": home.config, "state": home.state, "connectors": home.connectors}


def _folder(path: Path) -> dict[str, Any]:
    there = path.is_dir()
    return {"path": str(path), "exists": there, "writable": there and os.access(path, os.W_OK | os.X_OK)}


def _folder_problems(home: "Home") -> Iterator[Failure]:
    for name, path in _folders(home).items():
        if path.exists() and not path.is_dir():
            yield Failure("storage", f"the {name} folder {path} is a file", "move it away")
        elif path.is_dir() and not os.access(path, os.W_OK | os.X_OK):
            yield Failure(
                "storage", f"the {name} folder {path} cannot be written", "check whose it is, and its rights"
            )
    if os.name == "posix" and home.data.is_dir():
        open_to = home.data.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        if open_to:
            yield Failure(
                "storage", f"others on this machine can enter {home.data}", f"chmod 700 {home.data}"
            )


def _terminal() -> dict[str, Any]:
    size = shutil.get_terminal_size()
    return {
        "input": sys.stdin.isatty(),
        "output": sys.stdout.isatty(),
        "columns": size.columns,
        "lines": size.lines,
        "encoding": sys.stdout.encoding,
        "environment": {name: os.environ[name] for name in _SAID if name in os.environ},
    }


def _kept(call: "Call", home: "Home") -> tuple[dict[str, Any], list[Failure]]:
    """Look into database, vault and catalog; a home where nothing is kept yet stays as it is."""
    database: dict[str, Any] = {"path": str(home.database), "exists": home.database.exists(), "ok": None}
    vault: dict[str, Any] = {"path": str(home.vault), "exists": home.vault.exists(), "ok": None}
    if not home.database.exists():
        return {"database": database, "vault": vault}, []
    database["bytes"] = home.database.stat().st_size
    problems: list[Failure] = []
    try:
        with call.engine(ask=False) as engine:
            database["ok"] = True
            database["connections"] = len(engine.workspace.connections())
            problems += _vault_problems(engine, vault)
            problems += _catalog_problems(engine)
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what a doctor tells
        database["ok"] = False
        problems.append(failure_of(error))
    return {"database": database, "vault": vault}, problems


def _vault_problems(engine: "Engine", vault: dict[str, Any]) -> Iterator[Failure]:
    try:
        status = engine.keeper.status()
        vault["secrets"] = status.secrets
        vault["opened_by"] = [one.kind for one in status.unlockers]
        if status.exists:
            vault["ok"] = True
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what a doctor tells
        vault["ok"] = False
        yield failure_of(error)


def _catalog_problems(engine: "Engine") -> Iterator[Failure]:
    engine.catalog.entries()
    for broken in engine.catalog.broken:
        yield failure_of(broken)
