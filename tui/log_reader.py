"""Ask the log in a thread of its own, one question at a time, so that no search delays a key."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from storage.reading import Reading

T = TypeVar("T")


class LogReader:
    """One thread with a `Reading` of its own; `cancel` ends what runs and drops what waits.

    With ``keeps=False`` the file is closed after each answer, and with it what SQLite holds of it in memory.
    """

    def __init__(self, path: Path, *, keeps: bool = True) -> None:
        self._path = path
        self._keeps = keeps
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log-reader")
        self._reading: Reading | None = None
        self._closing = threading.Lock()
        self._round = 0

    async def ask(self, function: Callable[["Reading"], T]) -> T | None:
        """Give the answer, nothing when `cancel` came between."""
        asked_in = self._round

        def run() -> T | None:
            if asked_in != self._round:
                return None
            try:
                return function(self._open())
            except Exception:
                if asked_in != self._round:
                    return None
                raise
            finally:
                if not self._keeps:
                    self._close()

        return await asyncio.get_running_loop().run_in_executor(self._pool, run)

    def cancel(self) -> None:
        """End the question that runs; its answer, and those of the ones that wait, is nothing."""
        self._round += 1
        with self._closing:
            if self._reading is not None:
                self._reading.cancel()

    def close(self) -> None:
        """Stop the thread and close the file."""
        self.cancel()
        self._pool.submit(self._close)
        self._pool.shutdown(wait=True)

    def _open(self) -> "Reading":
        if self._reading is None:
            from storage.reading import open_reading

            self._reading = open_reading(self._path)
        return self._reading

    def _close(self) -> None:
        with self._closing:
            if self._reading is not None:
                self._reading.close()
                self._reading = None
