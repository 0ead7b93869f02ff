"""Who acts on this machine."""

import getpass
import socket


def name_actor() -> str:
    """Give who acts on this machine, as ``user@host``."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "unknown"
    return f"{user}@{socket.gethostname()}"
