"""Is a practice service already running on this machine?"""

import json
import socket
import time
from dataclasses import dataclass
from typing import Any

DEFAULT_PORT = 8734
SERVICE = "connect-tui practice"
_ANSWER_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True)
class Occupant:
    """Who answers on a port: the practice service, or somebody else in a few words."""

    practice: bool
    words: str


def find_practice(port: int = DEFAULT_PORT, *, timeout_s: float = 1.0) -> str | None:
    """Give the base URL of a practice service that runs on this port, or nothing for anybody else."""
    occupant = find_occupant(port, timeout_s=timeout_s)
    return f"http://127.0.0.1:{port}" if occupant and occupant.practice else None


def find_occupant(port: int, *, timeout_s: float = 1.0) -> Occupant | None:
    """Ask whoever listens on the port who they are, in ``timeout_s`` at most; nothing when nobody listens."""
    deadline = time.monotonic() + timeout_s
    try:
        answer = _ask(port, deadline)
    except ConnectionRefusedError:
        return None
    except OSError:
        return Occupant(practice=False, words="a program that does not answer HTTP")
    return _read_answer(answer)


def _ask(port: int, deadline: float) -> bytes:
    """Send one request by hand: the whole answer has one deadline, however slowly it drips."""
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    answer = b""
    with socket.create_connection(
        ("127.0.0.1", port), timeout=max(0.01, deadline - time.monotonic())
    ) as link:
        link.sendall(request.encode())
        while len(answer) < _ANSWER_LIMIT and (left := deadline - time.monotonic()) > 0:
            link.settimeout(left)
            try:
                piece = link.recv(4096)
            except TimeoutError:
                break
            if not piece:
                break
            answer += piece
    return answer


def _read_answer(answer: bytes) -> Occupant:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    if not status.startswith("HTTP/"):
        return Occupant(practice=False, words="a program that does not answer HTTP")
    if _identity(body).get("service") == SERVICE:
        return Occupant(
            practice=True, words=f"a practice service, instance {_identity(body).get('instance')}"
        )
    named = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("server:")]
    shown = "".join(char for char in (named[0] if named else "") if char.isascii() and char.isprintable())
    return Occupant(practice=False, words=f"another web server ({shown[:60] or 'it does not say which'})")


def _identity(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
