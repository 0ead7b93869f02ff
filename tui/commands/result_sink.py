"""Take the records of a running operation to where they were asked for: standard output or a file."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO, get_args

from core.errors import Failure, InputError
from core.events import Event, OperationEnded, OperationStarted, RecordsRead

from .output_file import open_private, write_failure
from .record_writers import CsvWriter, JsonLinesWriter, JsonWriter, RecordWriter, TableWriter

if TYPE_CHECKING:
    from .output import Output

Format = Literal["table", "json", "jsonl", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)
_ENDINGS: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".txt": "table",
}


def choose_format(output: "Output", file: Path | None, named: str | None) -> Format | None:
    """Give the format of the records; None when they belong into the one JSON document of the command.

    Raises:
        InputError: there is no such format, or two things want standard output.
    """
    if named is not None and named not in FORMATS:
        raise InputError(f"there is no format {named}", f"there are {', '.join(FORMATS)}")
    chosen = next((known for known in FORMATS if known == named), None)
    if file is not None:
        return chosen or _ENDINGS.get(file.suffix.lower(), "jsonl")
    if not output.as_json:
        return chosen or "table"
    if chosen in ("table", "csv"):
        raise InputError(
            f"--json and --format {chosen} both want standard output", "write to a file with --output"
        )
    return "jsonl" if chosen == "jsonl" else None


class ResultSink:
    """Receives the events of one operation; opens its file only when there is something to write."""

    def __init__(self, output: "Output", file: Path | None, form: Format | None) -> None:
        self.operation: OperationStarted | None = None
        self.ended: OperationEnded | None = None
        self.closed_by_reader = False
        self.failure: Failure | None = None
        self._output = output
        self._file = file
        self.form = form
        self._stream: TextIO | None = None
        self._writer: RecordWriter | None = None
        self._held: Sequence[Any] = ()

    @property
    def writes(self) -> bool:
        """Whether it writes the records itself, so that they do not belong into the one JSON document."""
        return self.form is not None

    def take(self, event: Event) -> None:
        """Take one event of the engine."""
        if isinstance(event, OperationStarted):
            self.operation = event
        elif isinstance(event, OperationEnded):
            self.ended = event
        elif isinstance(event, RecordsRead) and event.records and self.form is not None:
            self._take_page(event.records)

    def _take_page(self, records: Sequence[Any]) -> None:
        """Write a page; the first of a table waits, because a single record may be told better."""
        if self.failure is not None:
            return
        if self.form == "table" and self._writer is None and not self._held:
            self._held = records
            return
        try:
            self._guarded(lambda: self._open().write(records))
        except BrokenPipeError:
            self._stop()

    def drop(self) -> None:
        """Forget the page that waits: somebody else tells it."""
        self._held = ()

    def end(self, *, empty: bool) -> None:
        """Close what is open; ``empty`` writes the form of no records where there were none.

        What could not be written is in ``failure`` afterwards.
        """
        self._guarded(lambda: self._end(empty=empty))
        if self._stream is not None:
            self._guarded(self._stream.close)

    def _end(self, *, empty: bool) -> None:
        if self.failure is not None:
            return
        if self._held:
            self._open()
        if self.form is not None and (self._writer is not None or empty):
            self._open().end()
        (self._stream or self._output.out).flush()

    def _guarded(self, write: Callable[[], None]) -> None:
        """Keep a disk that is full from looking like a failure of the operation, which was done.

        Raises:
            BrokenPipeError: nobody reads any more.
        """
        try:
            write()
        except BrokenPipeError:
            raise
        except OSError as error:
            self.failure = self.failure or write_failure(
                self._file, error, self.operation.operation if self.operation else None
            )
            if self._file is None:
                self._output.abandon()

    def _open(self) -> RecordWriter:
        if self._writer is None:
            out = self._output.out
            if self._file is not None:
                out = self._stream = open_private(self._file)
            self._writer = self._writer_to(out)
            self._writer.write(self._held)
        return self._writer

    def _writer_to(self, out: TextIO) -> RecordWriter:
        on_terminal = self._file is None and self._output.on_terminal
        match self.form:
            case "json":
                return JsonWriter(out)
            case "csv":
                return CsvWriter(out, self._output.note, on_terminal=on_terminal)
            case "table":
                return TableWriter(out, shutil.get_terminal_size().columns if on_terminal else None)
            case _:
                return JsonLinesWriter(out)

    def _stop(self) -> None:
        """Nobody reads any more: cancel the operation, which is recorded as such."""
        import asyncio

        self.closed_by_reader = True
        self.form = None
        task = asyncio.current_task()
        if task is not None:
            task.cancel()
