"""Look at the installation, the folders, the settings, the terminal and what is kept."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.errors import Failure, failure_of

from ..keys import KeymapError, read_keymap
from ..settings import Settings, SettingsError, choose_theme, count_colours, own_themes, read_settings
from ..theme_text import read_theme_text
from ..version import VERSION

if TYPE_CHECKING:
    from core import Engine
    from core.home import Home

Found = dict[str, Any]

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


def examine_place(home: "Home", environ: Mapping[str, str] = os.environ) -> tuple[Found, list[Failure]]:
    """Give what can be seen without the engine, and what is wrong with it."""
    settings, problems = _settings(home, environ)
    found = {
        "versions": _versions(),
        "home": _chosen_home(home, environ),
        "folders": {name: _folder(path) for name, path in _folders(home).items()},
        "config": sorted(str(path) for path in home.config.rglob("*.toml")),
        "settings": settings,
        "terminal": _terminal(environ),
        "database": _file(home.database) | _beside(home.database),
        "vault": _file(home.vault),
    }
    return found, [*_folder_problems(home), *problems]


def examine_kept(engine: "Engine", found: Found) -> tuple[Found, list[Failure]]:
    """Add what the engine knows of database, vault and catalog to what was found, and what is wrong there."""
    problems: list[Failure] = []
    database = {**found["database"], "ok": True, "connections": len(engine.workspace.connections())}
    database["authentications"] = len(engine.workspace.authentications.list())
    vault, wrong = _vault(engine, found["vault"])
    problems += wrong
    entries = engine.catalog.entries()
    broken = engine.catalog.broken
    problems += [failure_of(one) for one in broken]
    catalog = {"connectors": len(entries), "broken": len(broken)}
    return {**found, "database": database, "vault": vault, "catalog": catalog}, problems


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


def _chosen_home(home: "Home", environ: Mapping[str, str]) -> dict[str, str]:
    if not home.isolated:
        return {"path": str(home.data), "chosen_by": "the folders of this platform"}
    named = environ.get("CONNECT_TUI_HOME")
    by_variable = named is not None and Path(named).expanduser().resolve() == home.data
    return {"path": str(home.data), "chosen_by": "CONNECT_TUI_HOME" if by_variable else "--home"}


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


def _settings(home: "Home", environ: Mapping[str, str]) -> tuple[dict[str, Any], list[Failure]]:
    problems = []
    chosen, keys = Settings(), 0
    try:
        chosen = read_settings(home.config / "settings.toml")
    except SettingsError as error:
        problems.append(Failure("config", str(error), "mend it; until then the defaults hold"))
    try:
        keys = len(read_keymap(home.config / "keymap.toml"))
    except KeymapError as error:
        problems.append(Failure("config", str(error), "mend it; until then the default keys hold"))
    problems += _theme_problems(home)
    theme = choose_theme(chosen, environ)
    return {
        "theme": {"name": theme.name, "chosen_by": theme.reason},
        "own_themes": [path.stem for path in own_themes(home.config)],
        "keys_changed": keys,
    }, problems


def _theme_problems(home: "Home") -> Iterator[Failure]:
    for path in own_themes(home.config):
        try:
            read_theme_text(path)
        except SettingsError as error:
            yield Failure("config", str(error), "mend it; until then this theme cannot be chosen")


def _terminal(environ: Mapping[str, str]) -> dict[str, Any]:
    size = shutil.get_terminal_size()
    return {
        "input": sys.stdin is not None and sys.stdin.isatty(),
        "output": sys.stdout.isatty(),
        "columns": size.columns,
        "lines": size.lines,
        # The app stands in for standard output, and what stands in has no encoding.
        "encoding": getattr(sys.stdout, "encoding", None) or getattr(sys.__stdout__, "encoding", "unknown"),
        "colours": count_colours(environ),
        "environment": {name: environ[name] for name in _SAID if name in environ},
    }


def _file(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"path": str(path), "exists": path.exists(), "ok": None}
    if found["exists"]:
        found["bytes"] = path.stat().st_size
    return found


def _beside(path: Path) -> dict[str, Any]:
    """Give the size of the write-ahead log, which grows while somebody keeps reading."""
    log = path.with_name(f"{path.name}-wal")
    return {"wal_bytes": log.stat().st_size} if log.exists() else {}


def _vault(engine: "Engine", seen: dict[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
    try:
        status = engine.keeper.status()
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what a doctor tells
        return {**seen, "ok": False}, [failure_of(error)]
    known = {"secrets": status.secrets, "opened_by": [one.kind for one in status.unlockers]}
    return {**seen, **known, "ok": True if status.exists else None}, []
