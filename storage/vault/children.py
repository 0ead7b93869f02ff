"""Run a command that prints a secret: no shell, a time limit, and nothing of it left behind."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from ..errors import SecretMissingError

_MOST_BYTES = 4 * 1024 * 1024


def read_output(argv: Sequence[str], environ: Mapping[str, str], timeout_s: float) -> bytes:
    """Give what a command prints on standard output.

    Raises:
        SecretMissingError: it cannot be started, failed, was late or printed too much.
    """
    name = argv[0]
    try:
        child = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            bufsize=0,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or "not a command"
        raise SecretMissingError(
            f"the command {name} for a secret cannot be started: {why}", "check its path"
        ) from None
    output = _Output(child)
    finished = output.wait(timeout_s)
    if not finished:
        _end_group(child)
    code = child.wait()
    if output.too_long:
        raise SecretMissingError(
            f"the command {name} printed more than {_MOST_BYTES} bytes", "no secret is so long"
        )
    if not finished:
        raise SecretMissingError(
            f"the command {name} for a secret took longer than {timeout_s:g} s", "run it by hand to see why"
        )
    if code != 0:
        raise SecretMissingError(
            f"the command {name} for a secret ended with exit code {code}", "run it by hand to see why"
        )
    return output.content


class _Output:
    """What a child prints, read in a thread so that a silent child can be left."""

    def __init__(self, child: "subprocess.Popen[bytes]") -> None:
        self.content = b""
        self.too_long = False
        self._child = child
        self._thread = threading.Thread(target=self._read, name="secret command", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float) -> bool:
        """Say whether the child closed its output and ended in time."""
        ends = time.monotonic() + timeout_s
        self._thread.join(timeout_s)
        if self._thread.is_alive() or self.too_long:
            return False
        try:
            self._child.wait(max(ends - time.monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            return False
        return True

    def _read(self) -> None:
        pipe = self._child.stdout
        if pipe is None:
            return
        parts: list[bytes] = []
        size = 0
        with pipe:
            while not self.too_long and (part := pipe.read(65536)):
                parts.append(part)
                size += len(part)
                self.too_long = size > _MOST_BYTES
        self.content = b"".join(parts)


def _end_group(child: "subprocess.Popen[bytes]") -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
