"""Start and stop the practice service."""

import errno
import secrets
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from ..errors import ConfigError
from .answering import Answering
from .credentials import PRACTICE_CREDENTIALS, Credentials
from .desk import Desk
from .finding import DEFAULT_PORT, find_occupant
from .samples import fill
from .server import PracticeServer


class PracticeService:
    """A running practice service; stop it, or use it in a `with`."""

    def __init__(
        self, server: PracticeServer, stopping: threading.Event, credentials: Credentials, instance: str
    ) -> None:
        self.credentials = credentials
        self.instance = instance
        self.port: int = server.server_address[1]
        self._server = server
        self._stopping = stopping
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.05,), name="practice-service", daemon=True
        )
        self._thread.start()

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop listening, end what is under way and give the port back; a second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.end_connections()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_practice(
    port: int | None = DEFAULT_PORT,
    *,
    credentials: Credentials | None = None,
    calls_per_minute: int = 600,
    clock: Callable[[], float] = time.time,
) -> PracticeService:
    """Start the service in a background thread, answering when this returns.

    No port (or 0) takes a free one. ``clock`` gives seconds since 1970: it dates the data and the answers
    and moves the windows of the rate limits. A port that is taken raises `ConfigError` saying by whom.
    """
    known = credentials or PRACTICE_CREDENTIALS
    stopping = threading.Event()
    instance = secrets.token_hex(8)
    desk = Desk(clock)
    fill(desk, clock())
    answering = Answering(
        desk, known, stopping, instance=instance, calls_per_minute=calls_per_minute, clock=clock
    )
    try:
        server = PracticeServer(port or 0, answering.answer, clock)
    except OSError as error:
        raise _not_started(port or 0, error) from error
    return PracticeService(server, stopping, known, instance)


def _not_started(port: int, error: OSError) -> ConfigError:
    remedy = "stop that program, or choose another port with --port"
    if error.errno == errno.EADDRINUSE:
        occupant = find_occupant(port)
        who = occupant.words if occupant else "a program that is just starting or stopping"
        return ConfigError(f"port {port} on 127.0.0.1 is taken by {who}", remedy)
    return ConfigError(f"port {port} on 127.0.0.1 cannot be used: {error.strerror or error}", remedy)
