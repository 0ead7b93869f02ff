"""Run a program on a pty of a given size and measure it: CPU until a text appears, bytes while idle."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Terminal:
    """A running program and the pty it draws on."""

    pid: int
    master: int
    seen: bytes = b""

    def read_until(self, text: bytes, limit_s: float = 30.0) -> float:
        """Read until ``text`` was drawn; gives the CPU seconds that the program has used."""
        ends = time.monotonic() + limit_s
        while text not in self.seen:
            if time.monotonic() > ends:
                raise TimeoutError(f"{text!r} was not drawn; the end was {self.seen[-400:]!r}")
            self.read(0.005)
        return self.cpu_s()

    def read(self, wait_s: float) -> bytes:
        """Read what is there within ``wait_s``."""
        ready, _, _ = select.select([self.master], [], [], wait_s)
        got = b""
        if ready:
            try:
                got = os.read(self.master, 1 << 16)
            except OSError:
                got = b""
        self.seen += got
        return got

    def read_for(self, seconds: float) -> bytes:
        """Read everything for some seconds."""
        got, ends = b"", time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            got += self.read(min(left, 0.05))
        return got

    def send(self, keys: bytes) -> None:
        """Type keys."""
        os.write(self.master, keys)

    def cpu_s(self) -> float:
        """Give the CPU seconds of the program so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def stop(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGTERM)
        ends = time.monotonic() + 5
        while time.monotonic() < ends:
            self.read(0.02)
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.master)


def open_terminal(arguments: list[str], *, columns: int = 80, rows: int = 24, **environ: str) -> Terminal:
    """Start a program on a new pty."""
    pid, master = pty.fork()
    if pid == 0:
        # Whoever runs this may ignore it (nohup); a terminal that hangs up must reach the program all the same.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        # The environment is given whole: libraries of this process may have set COLUMNS behind Python's back.
        os.execvpe(
            arguments[0],
            arguments,
            {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environ},
        )
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return Terminal(pid, master)
