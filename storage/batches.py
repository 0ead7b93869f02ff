"""Write what many threads hand over in one thread of its own, in batches and in order."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Generic, TypeVar

from .errors import StorageError

Item = TypeVar("Item")
Write = Callable[[Sequence[Item]], Sequence[StorageError]]


class BatchWriter(Generic[Item]):
    """A queue with one thread that empties it.

    ``write`` writes a whole batch and gives the errors of items that can never be written; when it raises,
    nothing was written and the same batch is tried again. No error is lost: `flush` and `close` raise it.
    """

    def __init__(self, write: Write[Item], *, most: int = 100, wait_s: float = 0.1, room: int = 2000) -> None:
        self._write = write
        self._most = most
        self._wait_s = wait_s
        self._room = room
        self._changed = threading.Condition()
        self._items: deque[Item] = deque()
        self._added = 0
        self._done = 0
        self._hurry = 0
        self._failures = 0
        self._failure: StorageError | None = None
        self._refused: list[StorageError] = []
        self._thread: threading.Thread | None = None
        self._closing = False
        self._given_up = False

    def add(self, item: Item) -> None:
        """Hand over one item; waits while the queue is full.

        Raises:
            StorageError: the writer is closed, or the queue is full because writing fails.
        """
        with self._changed:
            while len(self._items) >= self._room and not self._closing:
                if self._failure is not None:
                    raise self._failure
                self._changed.wait()
            if self._closing:
                raise StorageError("the operation log is closed")
            self._items.append(item)
            self._added += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="operation-log", daemon=True)
                self._thread.start()
            elif len(self._items) in (1, self._most):
                self._changed.notify_all()

    def flush(self) -> None:
        """Wait until everything that was added before is written.

        Raises:
            StorageError: something could not be written; what can be tried again stays in the queue.
        """
        with self._changed:
            target, failures = self._added, self._failures
            self._hurry = max(self._hurry, target)
            self._changed.notify_all()
            while self._done < target:
                if self._failure is not None and (self._given_up or self._failures > failures):
                    raise self._failure
                self._changed.wait()
            self._raise_refused()

    def close(self) -> None:
        """Write the rest and end the thread.

        Raises:
            StorageError: something could not be written.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()
        with self._changed:
            lost = len(self._items)
            self._items.clear()
            if lost and self._failure is not None:
                message = f"{lost} entries of the operation log are lost: {self._failure.message}"
                lost_error = StorageError(message, self._failure.remedy)
                lost_error.__cause__, self._failure = self._failure, lost_error
                raise lost_error
            self._raise_refused()

    def _raise_refused(self) -> None:
        refused, self._refused = self._refused, []
        if refused:
            more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
            raise StorageError(f"{refused[0].message}{more}", refused[0].remedy) from refused[0]

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                refused = self._write(batch)
            except StorageError as error:
                if self._note_failure(error):
                    return
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody must hear of it
                problem = StorageError(f"the operation log failed: {type(error).__name__}: {error}")
                problem.__cause__ = error
                if self._note_failure(problem):
                    return
            else:
                self._note_done(len(batch), refused)

    def _next_batch(self) -> tuple[Item, ...]:
        """Wait for a whole batch, its time, or somebody in a hurry; an empty one says that all is over."""
        with self._changed:
            while not self._items and not self._closing:
                self._changed.wait()
            give_up = time.monotonic() + self._wait_s
            while len(self._items) < self._most and self._hurry <= self._done and not self._closing:
                left = give_up - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            return tuple(islice(self._items, self._most))

    def _note_done(self, count: int, refused: Sequence[StorageError]) -> None:
        with self._changed:
            for _ in range(count):
                self._items.popleft()
            self._done += count
            self._failure = None
            self._refused.extend(refused)
            self._changed.notify_all()

    def _note_failure(self, error: StorageError) -> bool:
        """Keep the batch for the next try after a while; says whether this was the last one."""
        with self._changed:
            self._failure = error
            self._failures += 1
            self._hurry = self._done
            self._changed.notify_all()
            if not self._closing:
                self._changed.wait_for(lambda: self._hurry > self._done or self._closing, 1.0)
                return False
            self._given_up = True
            return True
