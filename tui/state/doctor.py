"""What the doctor screen says: versions, folders, terminal, what is kept."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from core.home import Home

from ..version import VERSION
from . import labels
from .spans import Lines, Span

_LIBRARIES = ("textual", "httpx", "pydantic", "sqlmodel", "cryptography")
_ENVIRONMENT = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "TMUX", "SSH_CONNECTION", "CONNECT_TUI_HOME")


def doctor_lines(
    home: Home, terminal: Mapping[str, str], vault: str, keymap: str, environ: Mapping[str, str] = os.environ
) -> Lines:
    """Give everything worth knowing when something is odd; ``vault`` and ``keymap`` are said by who knows."""
    database = home.database
    kept = f"{labels.size(database.stat().st_size)}" if database.exists() else "not made yet"
    lines: Lines = []
    lines += _section(
        "Versions",
        {
            "connect-tui": VERSION,
            "python": platform.python_version(),
            **{name: _version_of(name) for name in _LIBRARIES},
        },
    )
    lines += _section(
        "Where things are",
        {
            "database": f"{database} ({kept})",
            "vault": f"{home.vault} ({vault})",
            "settings": str(home.config),
            "state": str(home.state),
            "connectors": str(home.connectors),
            "keymap.toml": keymap,
        },
    )
    lines += _section("Terminal", terminal)
    lines += _section("Environment", {name: environ[name] for name in _ENVIRONMENT if name in environ})
    return lines[1:]


def copy_way(environ: Mapping[str, str] = os.environ) -> str:
    """Say which way copied text takes."""
    if environ.get("TMUX"):
        return "tmux buffer, else a file"
    return "OSC 52 up to 74 kB, else a file"


def _section(title: str, facts: Mapping[str, str]) -> Lines:
    indent = max((len(name) for name in facts), default=0) + 4
    lines: list[list[Span]] = [
        [(f"  {name:<{indent}}", "quiet"), (value, "")] for name, value in facts.items()
    ]
    return [[], [(title, "title")], *lines]


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
