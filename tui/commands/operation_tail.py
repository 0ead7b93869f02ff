"""``operation tail``: what happens now, in whatever process."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from .call import Call, call_of
from .operation import HEADINGS, operation_cells
from .operation_log import operation_shape, project_names, read_filter, settle
from .options import Filter
from .table import GAP

if TYPE_CHECKING:
    from storage.reading import Filter as ReadFilter
    from storage.reading import Reading
    from storage.records import Operation

_PAUSE_S = 0.1
_SETTLE_S = 3.0
_BLOCK = 500
_UNFINISHED = ("queued", "running")


def tail(
    context: typer.Context,
    filter_text: Filter = "",
    last: Annotated[
        int, typer.Option("--last", metavar="N", min=0, help="Show so many older ones first.")
    ] = 0,
) -> int:
    """Follow the operations of all processes: each is told when it starts and when it ends, until Ctrl-C."""
    call = call_of(context)
    with call.reading() as reading:
        wanted = read_filter(call, reading, filter_text)
        older = reading.operations_block(wanted, limit=last) if last else ()
        follow = _Follow(reading, reading.newest_seq())
        for row in reversed(older):
            _tell(call, reading, row)
        settled = time.monotonic()
        while True:
            for row in follow.changes():
                if _passes(reading, wanted, row):
                    _tell(call, reading, row)
            time.sleep(_PAUSE_S)
            if follow.is_waiting and time.monotonic() - settled > _SETTLE_S:
                # The end of a process that was killed is told by nobody else.
                settle(call, reading)
                settled = time.monotonic()


class _Follow:
    """Which operations are new, and which of the unfinished ones have ended, since it was last asked."""

    def __init__(self, reading: "Reading", newest: int) -> None:
        self._reading = reading
        self._newest = newest
        self._open: dict[str, str] = {}
        for row in reading.operations_block(_everything("is:running")):
            self._open[row.id] = row.state

    @property
    def is_waiting(self) -> bool:
        """Whether an operation is still to end."""
        return bool(self._open)

    def changes(self) -> "Iterator[Operation]":
        """Give what changed, in the order in which it began."""
        if not self._reading.changed():
            return
        for known in list(self._open):
            row = self._reading.operation(known)
            if row is not None and row.state != self._open[known]:
                self._note(row)
                yield row
        while block := self._reading.operations_block(_everything(""), after_seq=self._newest, limit=_BLOCK):
            for row in reversed(block):
                self._newest = row.seq
                self._note(row)
                yield row

    def _note(self, row: "Operation") -> None:
        if row.state in _UNFINISHED:
            self._open[row.id] = row.state
        else:
            self._open.pop(row.id, None)


def _everything(text: str) -> "ReadFilter":
    from storage.reading import parse_filter

    return parse_filter(text)


def _passes(reading: "Reading", wanted: "ReadFilter", row: "Operation") -> bool:
    """Ask the database whether this one row passes: some of what a filter asks is only there."""
    return bool(reading.operations_block(wanted, before_seq=row.seq + 1, after_seq=row.seq - 1, limit=1))


def _tell(call: Call, reading: "Reading", row: "Operation") -> None:
    if call.output.as_json:
        call.output.json_line(operation_shape(row, project_names(reading)))
        return
    cells = dict(zip(HEADINGS, operation_cells(row), strict=True))
    moment = time.strftime("%H:%M:%S", time.localtime(row.started_us / 1_000_000))
    call.output.text(
        GAP.join((moment, f"{cells['STATE']:<11}", cells["CONNECTION"], row.name, cells["RESULT"], row.id))
    )
    call.output.out.flush()
