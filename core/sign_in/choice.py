"""Choose how a person signs in: what the provider offers, and whether a browser is where this runs."""

import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Flow = Literal["device", "paste", "loopback"]

_CONTAINERS = (Path("/.dockerenv"), Path("/run/.containerenv"))
_TMUX_S = 1.0


@dataclass(frozen=True, slots=True)
class FlowChoice:
    """How a person signs in, why so, and what else is possible."""

    flow: Flow
    reason: str
    others: tuple[Flow, ...]


def possible_flows(grants: Collection[str]) -> tuple[Flow, ...]:
    """Give the flows that a method's grants allow."""
    device: tuple[Flow, ...] = ("device",) if "device_code" in grants else ()
    return (*device, *(("paste", "loopback") if "authorization_code" in grants else ()))


def choose_flow(
    possible: tuple[Flow, ...],
    environ: Mapping[str, str] = os.environ,
    *,
    platform: str = sys.platform,
    containers: Collection[Path] = _CONTAINERS,
) -> FlowChoice:
    """Choose the browser of this machine where there is one, else a code, else an address to paste back."""
    missing = why_no_browser(environ, platform=platform, containers=containers)
    if missing is None and "loopback" in possible:
        flow: Flow = "loopback"
        reason = "there is a browser here"
    else:
        flow = possible[0]
        reason = f"no browser here because {missing}" if missing else "the provider offers it"
    return FlowChoice(flow, reason, tuple(one for one in possible if one != flow))


def why_no_browser(
    environ: Mapping[str, str],
    *,
    platform: str = sys.platform,
    containers: Collection[Path] = _CONTAINERS,
) -> str | None:
    """Say why there is no browser on this machine that the person sees; None when there is one."""
    for name in ("SSH_CONNECTION", "SSH_TTY"):
        if environ.get(name):
            return f"{name} is set"
    if environ.get("TMUX") and _tmux_connection(environ) is not None:
        return "tmux was reached over SSH"
    if environ.get("container") or any(path.exists() for path in containers):
        return "this is a container"
    if platform in {"darwin", "win32"} or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return None
    return "DISPLAY is not set"


def ssh_connection(environ: Mapping[str, str]) -> str | None:
    """Give what OpenSSH says of the connection, empty where it says nothing; None without SSH."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return environ.get("SSH_CONNECTION", "")
    return _tmux_connection(environ) if environ.get("TMUX") else None


def _tmux_connection(environ: Mapping[str, str]) -> str | None:
    """Ask tmux, which learns with each client that attaches whether it came over SSH."""
    try:
        said = subprocess.run(
            ["tmux", "show-environment", "SSH_CONNECTION"],
            env=dict(environ), capture_output=True, text=True, timeout=_TMUX_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    name, is_set, value = said.stdout.strip().partition("=")
    return value if said.returncode == 0 and is_set and name == "SSH_CONNECTION" else None
