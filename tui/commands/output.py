"""Write what a command has to say: results on standard output, words about them on standard error."""

import os
import shutil
from collections.abc import Sequence
from typing import Any, Final, TextIO

from tui.sanitize import sanitize

from .json_text import json_text
from .table import GAP, align

_COLOURS: Final = {
    "success": "32", "passed": "32", "active": "32", "ready": "32", "ok": "32",
    "partial": "33", "warned": "33", "running": "33", "queued": "33", "draft": "33",
    "authorization_required": "33", "cancelled": "33", "interrupted": "33",
    "failed": "31", "error": "31", "wrong": "31",
    "skipped": "2", "undefined": "2", "inactive": "2",
}  # fmt: skip


class Output:
    """The two streams of one command, and whether people or programs read them."""

    def __init__(self, out: TextIO, err: TextIO, *, as_json: bool) -> None:
        self.out = out
        self.err = err
        self.as_json = as_json
        self.on_terminal = out.isatty()

    def document(self, value: Any) -> None:
        """Write ``value`` as the one JSON document of this command."""
        self._write_json(value, indent=2 if self.on_terminal else None)

    def json_line(self, value: Any) -> None:
        """Write ``value`` as one line of JSON, and let it go at once."""
        self._write_json(value, indent=None)
        self.out.flush()

    def text(self, line: str = "") -> None:
        """Write a line for people as the result."""
        print(sanitize(line), file=self.out)

    def raw(self, text: str) -> None:
        """Write text of our own as it is."""
        print(text, file=self.out)

    def body(self, text: str) -> None:
        """Write a vendor's text: made harmless on a terminal, exactly as it came anywhere else."""
        self.out.write(sanitize(text) + "\n" if self.on_terminal else text)

    def bytes(self, content: bytes) -> None:
        """Write bytes as they are."""
        self.out.flush()
        self.out.buffer.write(content)

    def abandon(self) -> None:
        """Lead standard output nowhere once it cannot be written, so that what waits in it fails no more."""
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self.out.fileno())
        os.close(nothing)

    def note(self, line: str) -> None:
        """Write a line about the result, for people, beside it; what was written before stands before it."""
        self.out.flush()
        print(sanitize(line), file=self.err)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write rows in aligned columns; on a terminal they fit into it and known states have a colour."""
        safe = [[sanitize(cell, newlines=False) for cell in row] for row in rows]
        limit = shutil.get_terminal_size().columns if self.on_terminal else None
        for at, line in enumerate(align(headings, safe, limit)):
            cells = line if at == 0 else [self.painted(cell) for cell in line]
            print(GAP.join(cells).rstrip(), file=self.out)

    def facts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write names and values below each other; a value of several lines is indented."""
        room = max((len(name) for name, _ in pairs), default=0)
        for name, value in pairs:
            first, *more = [sanitize(line, newlines=False) for line in value.split("\n")]
            print(f"{name:<{room}}  {self.painted(first)}".rstrip(), file=self.out)
            for line in more:
                print(f"{'':<{room}}  {line}".rstrip(), file=self.out)

    def painted(self, cell: str) -> str:
        """Give ``cell`` in the colour of the state it names, where colours are wanted."""
        colour = _COLOURS.get(cell.strip())
        if colour is None or not self.colours:
            return cell
        return f"\x1b[{colour}m{cell}\x1b[0m"

    @property
    def colours(self) -> bool:
        """Whether colours are wanted: on a terminal that can, unless ``NO_COLOR`` is set."""
        able = os.environ.get("TERM") not in (None, "", "dumb")
        return self.on_terminal and able and not os.environ.get("NO_COLOR")

    def _write_json(self, value: Any, indent: int | None) -> None:
        unicode_ok = (self.out.encoding or "").lower().replace("-", "") == "utf8"
        print(json_text(value, indent=indent, ascii_only=not unicode_ok), file=self.out)
