"""Keep the index up to date while the catalog is looked at: told of changes, else a look now and then."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core import Engine
    from core.catalog_indexing import Indexed
    from core.catalog_watch import CatalogWatch

    from ...services import Services

LOOK_S = 0.4
_PART_S = 5.0
_SHARE = 12  # times what a look costs is waited before the next one
_SHARE_WATCHED = 100  # the same while the system tells of changes, and what it does not tell of is looked for
_WATCHED_S = 5.0
_SETTLE_S = 0.03


class Refreshing:
    """One round at a time; ``progress`` tells how far a round is that reads files.

    ``noticed`` is called soon after files changed, where the system tells of it.
    """

    def __init__(self, services: "Services", noticed: Callable[[], object]) -> None:
        self._services = services
        self._noticed = noticed
        self._stop = threading.Event()
        self._watch: CatalogWatch | None = None
        self._names: set[str] = set()
        self._seen: int | None = None
        self._next_s = 0.0
        self._part_s = 0.0
        self._was_stopped = False
        self._is_closed = False
        self.is_running = False
        self.progress: tuple[int, int] | None = None

    @property
    def is_due(self) -> bool:
        """Whether it is time to look again; not after somebody stopped it."""
        if self.is_running or self._was_stopped:
            return False
        return bool(self._names) or time.monotonic() >= self._next_s or self._is_lost

    @property
    def shows_part(self) -> bool:
        """Whether it is time to show what a long round has read so far."""
        if self.progress is None or time.monotonic() < self._part_s:
            return False
        self._part_s = time.monotonic() + _PART_S
        return True

    @property
    def _is_lost(self) -> bool:
        return self._watch is not None and not self._services.home.catalog.exists()

    async def run(self, *, only_when_changed: bool = False) -> "Indexed | None":
        """Bring the index up to date; nothing where no file looks different from the last time."""
        self.is_running = True
        try:
            names, self._names = frozenset(self._names), set()
            if names and only_when_changed and not self._is_lost:
                return await self._bring_up_to_date(names)
            await self._start_watching()
            if await self._look() or not only_when_changed:
                return await self._bring_up_to_date(None)
            return None
        finally:
            self.is_running, self.progress = False, None

    async def _bring_up_to_date(self, only: frozenset[str] | None) -> "Indexed":
        self._stop.clear()
        done = await self._services.call(
            lambda engine: engine.catalog.refresh(self._note, self._stop.is_set, only)
        )
        self._was_stopped = not done.whole
        return done

    def close(self) -> None:
        """Stop reading and watching."""
        self._is_closed = True
        self.stop()
        self._stop_watching()

    def stop(self) -> None:
        """End the round that runs; what it has read stays, and nothing is read until somebody asks for it."""
        self._stop.set()

    async def _look(self) -> bool:
        seen, cost_s = await self._services.call(_look)
        wait_s = _SHARE * cost_s if self._watch is None else max(_WATCHED_S, _SHARE_WATCHED * cost_s)
        self._next_s = time.monotonic() + wait_s
        changed, self._seen = seen != self._seen, seen
        return changed

    async def _start_watching(self) -> None:
        """Have the system tell of changes from before the first look on, and again after it could not."""
        if self._watch is None and not self._is_closed:
            watch = await self._services.call(_watch)
            if watch is not None and self._is_closed:
                watch.close()
            elif watch is not None:
                self._watch = watch
                asyncio.get_running_loop().add_reader(watch.fileno(), self._told)

    def _told(self) -> None:
        names = frozenset() if self._watch is None else self._watch.read()
        if names is None:
            self._stop_watching()
            self._next_s = 0.0
        elif names:
            if not self._names:
                asyncio.get_running_loop().call_later(_SETTLE_S, self._noticed)
            self._names |= names

    def _stop_watching(self) -> None:
        if self._watch is not None:
            asyncio.get_running_loop().remove_reader(self._watch.fileno())
            self._watch.close()
            self._watch = None

    def _note(self, done: int, of: int) -> None:
        self.progress = (done, of)


def _look(engine: "Engine") -> tuple[int, float]:
    """Give how the files look, and the CPU seconds that this took."""
    started = time.thread_time()
    return engine.catalog.look(), time.thread_time() - started


def _watch(engine: "Engine") -> "CatalogWatch | None":
    from core.catalog_watch import CatalogWatch

    try:
        return CatalogWatch(engine.catalog.folder_of("user"))
    except OSError:
        return None
