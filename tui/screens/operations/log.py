"""The part of the log that is shown: asked for, made longer at its ends, kept up with what comes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from storage.records import Operation

from ...log_reader import LogReader
from ...state.log_questions import LogQuestion, ask_log, count_log, draw_bars, find_near, read_newer
from ...state.log_window import BLOCK, LogWindow, newest_window, oldest_first, oldest_window, window_around

if TYPE_CHECKING:
    from storage.reading import Bar, Filter, Reading

Make = Callable[["Reading", "Filter"], LogWindow]


class Log:
    """A window of the log for one question; what an older question found is dropped.

    ``follows`` says that the newest row is to stay in sight, ``missed`` how many came while it was not.
    Counting and drawing bars have a thread of their own, because they may take long and rows must not wait.
    """

    def __init__(self, path: Path) -> None:
        self._reader = LogReader(path)
        self._counter = LogReader(path, keeps=False)
        self._busy = False
        self.question: LogQuestion | None = None
        self.window = LogWindow()
        self.took_ms = 0
        self.follows = True
        self.missed = 0

    def close(self) -> None:
        """Stop the threads."""
        self._reader.close()
        self._counter.close()

    def ask(self, question: LogQuestion) -> None:
        """Take another question; the rows come with `fill`."""
        self._reader.cancel()
        self._counter.cancel()
        self.question = question
        self.follows, self.missed = True, 0

    async def fill(self) -> bool:
        """Read the newest rows; tell whether they came."""
        return await self._take(newest_window)

    async def jump(self, *, newest: bool) -> bool:
        """Read the rows at one end; tell whether they came."""
        if not await self._take(newest_window if newest else oldest_window):
            return False
        self.follows = newest
        self.missed = 0 if newest else self.missed
        return True

    async def extend(self, *, older: bool) -> int | None:
        """Read the next block at one end; give by how much the rows moved, nothing when none came."""
        question, window = self.question, self.window
        if question is None or self._busy:
            return None
        self._busy = True
        keys = {"before_seq": window.first_seq} if older else {"after_seq": window.last_seq}
        try:
            block = await self._reader.ask(
                lambda reading: reading.operations_block(question.filter, **keys, limit=BLOCK)
            )
        finally:
            self._busy = False
        if block is None or window is not self.window:
            return None
        rows = oldest_first(block)
        return window.add_older(rows) if older else window.add_newer(rows)

    async def take_newer(self) -> int | None:
        """Read what came and what changed; give by how much the rows moved, nothing when all is as it was."""
        question, window = self.question, self.window
        if question is None:
            return None
        unfinished = window.unfinished()
        news = await self._reader.ask(
            lambda reading: read_newer(reading, question, window.last_seq, unfinished)
        )
        if news is None or window is not self.window:
            return None
        changed, shift = window.replace(news.changed), 0
        if window.at_newest and news.rows:
            shift = window.add_newer(news.rows)
            self.missed = 0 if self.follows else self.missed + len(news.rows)
        elif news.rows:
            self.missed = news.count
        return shift if news.rows or changed else None

    async def find(self, row: Operation, direction: str, condition: str) -> int | None:
        """Find the next row that passes a condition as well, and give its place; more is read for it."""
        question = self.question
        if question is None:
            return None
        seq = await self._reader.ask(
            lambda reading: find_near(reading, question, row.seq, direction, condition)
        )
        if seq is None or question is not self.question:
            return None
        if self.window.index_of(seq) is None:
            window = await self._reader.ask(lambda reading: window_around(reading, question.filter, seq))
            if window is None:
                return None
            self.window = window
        self.follows = False
        return self.window.index_of(seq)

    async def draw_bars(self, width: int, now_us: int) -> "tuple[Bar, ...] | None":
        """Count the operations in bars; nothing when another question came."""
        question = self.question
        if question is None:
            return None
        return await self._counter.ask(lambda reading: draw_bars(reading, question, width, now_us))

    async def count(self) -> tuple[int, int] | None:
        """Count what passes, and everything; nothing when another question came."""
        question = self.question
        if question is None:
            return None
        counted = await self._counter.ask(lambda reading: count_log(reading, question))
        return counted if question is self.question else None

    async def _take(self, make: Make) -> bool:
        question = self.question
        if question is None:
            return False
        answer = await self._reader.ask(lambda reading: ask_log(reading, question, make))
        if answer is None or question is not self.question:
            return False
        self.window, self.took_ms = answer.window, answer.took_ms
        return True
