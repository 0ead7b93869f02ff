"""A body in its best reading: JSON and XML with one value a line, CSV as a table, text, or bytes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..sanitize import sanitize
from .byte_lines import ByteLines
from .csv_layout import table_lines
from .document import Document, HexDocument, is_binary, json_spans, pretty_json
from .folds import Folds
from .json_blocks import block_end, outer_blocks, parent_of, path_of
from .spans import Span, Spans
from .xml_layout import looks_like_xml, pretty_xml

_LONGEST_LINE_TO_TONE = 2_000
_MOST_TO_MEASURE = 200_000
_LEAST_PIECE = 16
_SWELL = 4
_LARGEST_PRETTY = 48 * 1024 * 1024
# What takes more room on the screen than its bytes do: controls and tabs, and what is shown by its number.
_CONTROLS = bytes([*range(0x0A), *range(0x0B, 0x20), 0x7F])
_ODD = re.compile(rb"\xc2[\x80-\x9f\xad]|[\xcd\xd8\xe1\xe2\xed\xef\xf3][\x80-\xbf]")
_XML_PART = re.compile(r"(?P<tag></?[^\s/>]*|/?>)|(?P<name>[\w:.-]+)(?==)|(?P<value>\"[^\"]*\"|'[^']*')")
_XML_TONES = {"tag": "accent", "name": "mark", "value": ""}
_HIDDEN = str.maketrans({" ": "·", "\u00a0": "⍽"})


@dataclass(frozen=True, slots=True)
class Reading:
    """How a body is to be read: ``raw`` as it came, ``as_hex`` as bytes or not, None by what it is."""

    raw: bool = False
    as_hex: bool | None = None
    shows_hidden: bool = False
    media: str = ""


class BodyDocument:
    """Text as bytes, of which only the lines that are looked at are made; ``kind`` gives tones and folds."""

    def __init__(
        self, content: bytes, kind: str = "text", *, head: Sequence[Spans] = (), shows_hidden: bool = False
    ) -> None:
        self._lines = ByteLines(content)
        self._kind = kind
        self._head = [list(spans) for spans in head]
        self._folds = Folds()
        self._shows_hidden = shows_hidden
        self._is_odd = shows_hidden or _is_odd(content)
        self.is_ascii = content.isascii() and not self._is_odd
        self.head_lines = len(self._head)

    def __len__(self) -> int:
        return self.head_lines + len(self._lines) - self._folds.hidden

    def line(self, index: int) -> Spans:
        """Give one line with its tones; a folded block says how many lines it hides."""
        if index < self.head_lines:
            return self._head[index]
        real = self._folds.real(index - self.head_lines)
        text = self._text(real)
        spans: list[Span] = [(text, "")]
        if len(text) <= _LONGEST_LINE_TO_TONE and self._kind == "json" and not self._shows_hidden:
            spans = list(json_spans(text))
        elif len(text) <= _LONGEST_LINE_TO_TONE and self._kind == "xml" and not self._shows_hidden:
            spans = _xml_spans(text)
        elif self._kind == "csv" and real == 0:
            spans = [(text, "strong")]
        if real in self._folds:
            last = self._folds.end(real)
            spans += [(f" … {last - real - 1:,} lines ", "mark"), (self._text(last).strip(), "quiet")]
        return spans

    def text(self, index: int) -> str:
        """Give the characters of one line."""
        return "".join(text for text, _ in self.line(index))

    def lengths(self) -> Sequence[int]:
        """Give how many cells each line takes at most: its bytes, or four times as many where some swell."""
        lengths: Sequence[int] = self._lines.lengths()
        if self._folds or self._is_odd:
            factor = _SWELL if self._is_odd else 1
            shown = range(len(self._lines) - self._folds.hidden)
            lengths = [lengths[self._folds.real(line)] * factor for line in shown]
            for first in [line for line in shown if self._folds.real(line) in self._folds]:
                lengths[first] += _SWELL * len(self.text(first + self.head_lines))
        if not self._head:
            return lengths
        return [*(sum(len(text) for text, _ in spans) for spans in self._head), *lengths]

    def longest(self) -> int:
        """Give how many cells the longest line takes at most."""
        if self._folds:
            return max(self.lengths(), default=0)
        head = max((2 * sum(len(text) for text, _ in spans) for spans in self._head), default=0)
        return max(head, self._lines.longest * (_SWELL if self._is_odd else 1))

    def find(self, wanted: str, line: int, step: int) -> int | None:
        """Give the next line that holds a text; a folded block that holds it is shown again."""
        pattern = _pattern(wanted)
        text_line = line - self.head_lines
        real = self._folds.real(text_line) if text_line >= 0 else -1
        if real in self._folds and step > 0:
            real = self._folds.end(real)
        for index in _steps(line, step, self.head_lines):
            if wanted.lower() in "".join(text for text, _ in self._head[index]).lower():
                if step < 0 and real > 0 and (found := self._lines.find(pattern, real, -1)) is not None:
                    return self._revealed(found)
                return index
        found = self._lines.find(pattern, real, step) if step > 0 or real > 0 else None
        return None if found is None else self._revealed(found)

    def _revealed(self, real: int) -> int:
        self._folds.reveal(real)
        return self._folds.shown(real) + self.head_lines

    def path(self, index: int) -> str:
        """Give the path of the value in a line of JSON, as an expression selects it."""
        if self._kind != "json" or index < self.head_lines or index >= len(self):
            return ""
        return path_of(self._lines.content, self._line_start(self._folds.real(index - self.head_lines)))

    def toggle_fold(self, index: int) -> int | None:
        """Fold the block that opens in a line, else the one around it; show it again when it is folded."""
        if self._kind != "json" or index < self.head_lines:
            return None
        real = self._folds.real(index - self.head_lines)
        if real in self._folds:
            self._folds.unfold(real)
            return index
        content, start = self._lines.content, self._line_start(real)
        end = block_end(content, start)
        if end is None:
            around = parent_of(content, start)
            end = None if around is None else block_end(content, around)
            if around is None or end is None:
                return None
            start = around
        first = self._lines.line_at(start)
        self._folds.fold({first: self._lines.line_at(end)})
        return self._folds.shown(first) + self.head_lines

    def toggle_folds(self) -> str:
        """Fold the outer blocks, or show everything."""
        if self._folds:
            self._folds.clear()
            return "everything is shown"
        if self._kind != "json":
            return ""
        content, blocks = self._lines.content, dict[int, int]()
        for start in outer_blocks(content):
            end = block_end(content, start)
            if end is not None:
                blocks[self._lines.line_at(start)] = self._lines.line_at(end)
        self._folds.fold(blocks)
        return f"{len(blocks):,} blocks are folded" if blocks else ""

    def narrow(self, width: int) -> None:
        """Break long lines where measuring their characters would take too long; bytes will do."""
        if self.is_ascii or self.longest() <= width:
            return
        room = max(_LEAST_PIECE, width // _SWELL if self._is_odd else width)
        if sum(length for length in self._lines.lengths() if length > room) > _MOST_TO_MEASURE:
            self._lines = ByteLines(self._lines.content, room)
            self._folds.clear()

    def _line_start(self, real: int) -> int:
        """Give where the whole line begins of which this is a piece."""
        return self._lines.content.rfind(b"\n", 0, self._lines.start(real)) + 1

    def _text(self, real: int) -> str:
        read = self._lines.read(real)
        goes_on = self._lines.goes_on(real)
        text = (read if self._shows_hidden or goes_on else read.removesuffix(b"\r")).decode(
            "utf-8", "replace"
        )
        if self._shows_hidden:
            text = text.translate(_HIDDEN).replace("\t", "→   ")
            return sanitize(text, newlines=False) + ("" if goes_on else "␊")
        shown = sanitize(text)
        return shown.expandtabs(4) if "\t" in shown else shown


def _is_odd(content: bytes) -> bool:
    if len(content.translate(None, _CONTROLS)) != len(content):
        return True
    return not content.isascii() and _ODD.search(content) is not None


def build_document(content: bytes, *, head: Sequence[Spans] = (), reading: Reading | None = None) -> Document:
    """Give the best reading of a body, or the one that is asked for."""
    reading = reading or Reading()
    if is_binary(content) if reading.as_hex is None else reading.as_hex:
        return HexDocument(content, list(head))
    kind, text = _laid_out(content, reading)
    return BodyDocument(text, kind, head=head, shows_hidden=reading.shows_hidden)


def _laid_out(content: bytes, reading: Reading) -> tuple[str, bytes]:
    """Give what kind of text it is, and the text as it is shown."""
    if content.lstrip()[:1] in (b"{", b"["):
        pretty = None if reading.raw or reading.shows_hidden else pretty_json(content, _LARGEST_PRETTY)
        return ("json", pretty) if pretty is not None else ("text", content)
    if reading.raw or reading.shows_hidden:
        return "text", content
    if looks_like_xml(content):
        return "xml", pretty_xml(content) or content
    if "csv" in reading.media:
        lines = table_lines(content.decode("utf-8", "replace"))
        if lines is not None:
            return "csv", "\n".join(lines).encode("utf-8", "backslashreplace")
    return "text", content


def _xml_spans(text: str) -> list[Span]:
    spans: list[Span] = []
    at = 0
    for found in _XML_PART.finditer(text):
        spans += [(text[at : found.start()], ""), (found[0], _XML_TONES[found.lastgroup or "value"])]
        at = found.end()
    return [span for span in (*spans, (text[at:], "")) if span[0]]


def _pattern(wanted: str) -> re.Pattern[bytes]:
    """Find a text in bytes: ASCII in any case, other letters in the cases of the whole text."""
    cases = dict.fromkeys((wanted, wanted.lower(), wanted.upper()))
    return re.compile(
        b"|".join(re.escape(case.encode("utf-8", "surrogatepass")) for case in cases), re.IGNORECASE
    )


def _steps(line: int, step: int, head_lines: int) -> range:
    return range(max(0, line + 1), head_lines) if step > 0 else range(min(line, head_lines) - 1, -1, -1)
