"""Read many connector files: a few here, many in processes of their own, so that nothing else has to wait.

A reader process (``python -m core.catalog_reader``) gets one path on each line of its input, answers each
with one line, and ends with its input: it never outlives the one that started it.
"""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Final

import msgspec

from connectors import Parents
from storage.catalog import BrokenFile, CatalogDocument

from .catalog_documents import read_document

FEW: Final = 48
_MOST: Final = 4
_AHEAD: Final = 4

Document = CatalogDocument | BrokenFile


class Answer(msgspec.Struct):
    """One line of a reader process."""

    document: CatalogDocument | None = None
    broken: BrokenFile | None = None


def read_many(
    paths: Sequence[Path], stop: Callable[[], bool], parents: Parents | None
) -> Generator[Document, None, None]:
    """Give what each file says, in the order of the paths, until ``stop`` says so."""
    found = _read_here(paths, stop) if len(paths) <= FEW else _read_beside(paths, stop)
    with closing(found):
        for path, document in zip(paths, found, strict=False):
            if isinstance(document, BrokenFile) and document.parents:
                # What it extends may be a kept revision, which only the process with the database sees.
                yield read_document(path, parents)
            else:
                yield document


def _read_here(paths: Sequence[Path], stop: Callable[[], bool]) -> Generator[Document, None, None]:
    for path in paths:
        if stop():
            return
        yield read_document(path)


def _read_beside(paths: Sequence[Path], stop: Callable[[], bool]) -> Generator[Document, None, None]:
    """Hand the files out in turn, a few ahead of the answers; what a reader that died owes is read here."""
    readers = [Reader() for _ in range(min(_MOST, os.cpu_count() or 1))]
    try:
        waiting: deque[tuple[Path, Reader]] = deque()
        for number, path in enumerate(paths):
            if stop():
                return
            reader = readers[number % len(readers)]
            reader.ask(path)
            waiting.append((path, reader))
            if len(waiting) >= _AHEAD * len(readers):
                yield _answer(*waiting.popleft())
        while waiting and not stop():
            yield _answer(*waiting.popleft())
    finally:
        for reader in readers:
            reader.close()


def _answer(path: Path, reader: "Reader") -> Document:
    return reader.take() or read_document(path)


class Reader:
    """One reader process, of low priority, out of reach of what is typed at this terminal."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.catalog_reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[1],
            start_new_session=True,
        )

    def ask(self, path: Path) -> None:
        """Give it a file to read."""
        with suppress(OSError):
            stream = self._stream(self._process.stdin)
            stream.write(msgspec.json.encode(os.fsencode(path)) + b"\n")
            stream.flush()

    def take(self) -> Document | None:
        """Wait for the next answer; nothing from a process that died."""
        line = self._stream(self._process.stdout).readline()
        if not line.endswith(b"\n"):
            return None
        answer = msgspec.json.decode(line, type=Answer)
        return answer.document or answer.broken

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                self._stream(stream).close()

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None  # noqa: S101 - both were asked for as pipes
        return stream


def answer_lines(given: IO[bytes], answers: IO[bytes]) -> None:
    """Be a reader process: answer every line of ``given``."""
    for line in given:
        path = Path(os.fsdecode(msgspec.json.decode(line, type=bytes)))
        found = read_document(path)
        answer = Answer(broken=found) if isinstance(found, BrokenFile) else Answer(document=found)
        answers.write(msgspec.json.encode(answer) + b"\n")
        answers.flush()
