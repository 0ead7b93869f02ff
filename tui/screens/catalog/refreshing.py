"""Keep the index up to date while the catalog is looked at: a look at the files now and then, never busy."""

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core import Engine
    from core.catalog_indexing import Indexed

    from ...services import Services

LOOK_S = 0.4
_PART_S = 5.0
_SHARE = 12  # times what a look costs is waited before the next one


class Refreshing:
    """One round at a time; ``progress`` tells how far a round is that reads files."""

    def __init__(self, services: "Services") -> None:
        self._services = services
        self._stop = threading.Event()
        self._seen: int | None = None
        self._next_s = 0.0
        self._part_s = 0.0
        self._was_stopped = False
        self.is_running = False
        self.progress: tuple[int, int] | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is time to look again; not after somebody stopped it."""
        return not self.is_running and not self._was_stopped and time.monotonic() >= self._next_s

    @property
    def shows_part(self) -> bool:
        """Whether it is time to show what a long round has read so far."""
        if self.progress is None or time.monotonic() < self._part_s:
            return False
        self._part_s = time.monotonic() + _PART_S
        return True

    async def run(self, *, only_when_changed: bool = False) -> "Indexed | None":
        """Bring the index up to date; nothing where no file looks different from the last time."""
        self.is_running = True
        try:
            if await self._look() or not only_when_changed:
                self._stop.clear()
                done = await self._services.call(self._refresh)
                self._was_stopped = not done.whole
                return done
            return None
        finally:
            self.is_running, self.progress = False, None

    def stop(self) -> None:
        """End the round that runs; what it has read stays, and nothing is read until somebody asks for it."""
        self._stop.set()

    async def _look(self) -> bool:
        seen, cost_s = await self._services.call(_look)
        self._next_s = time.monotonic() + _SHARE * cost_s
        changed, self._seen = seen != self._seen, seen
        return changed

    def _refresh(self, engine: "Engine") -> "Indexed":
        return engine.catalog.refresh(self._note, self._stop.is_set)

    def _note(self, done: int, of: int) -> None:
        self.progress = (done, of)


def _look(engine: "Engine") -> tuple[int, float]:
    """Give how the files look, and the CPU seconds that this took."""
    started = time.thread_time()
    return engine.catalog.look(), time.thread_time() - started
