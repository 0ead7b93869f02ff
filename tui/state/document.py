"""A long text or a body as lines to scroll through: text of our own, hexadecimal bytes, or what a body is."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Protocol

from ..sanitize import sanitize
from .spans import Span, Spans

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?P<text>"(?:[^"\\]|\\.)*"?)|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)'
)
_TONES = {"key": "accent", "text": "", "number": "mark", "word": "warn"}
_HEX_ROW = 16
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LONGEST_LINE_TO_TONE = 2_000
_NO_SIGNS = bytes(byte for byte in range(256) if byte not in b'[]{},"')
_RUNS = re.compile(rb",+|[\[{]+|[\]}]+")
_COMMA = ord(",")
# No reader of JSON goes deeper than a thousand levels of two blanks each.
_DEEPEST_INDENT = 2_000
_USUAL_DEPTH = 24


class Document(Protocol):
    """Lines that are made when they are looked at."""

    is_ascii: bool
    head_lines: int

    def __len__(self) -> int:
        """Give how many lines there are; where ``is_ascii``, a character after the head is a cell."""

    def line(self, index: int) -> Spans:
        """Give one line."""

    def text(self, index: int) -> str:
        """Give the characters of one line."""

    def lengths(self) -> Sequence[int]:
        """Give how many cells each line takes at most; where ``is_ascii``, exactly (but for the head)."""

    def longest(self) -> int:
        """Give how many cells the longest line takes at most."""

    def find(self, wanted: str, line: int, step: int) -> int | None:
        """Give the next line (the one before, with a step of -1) that holds a text, upper or lower case."""

    def path(self, index: int) -> str:
        """Give the path of what stands in a line, empty where there is none."""

    def toggle_fold(self, index: int) -> int | None:
        """Fold the block around a line, or show it again; give the line to go to, None for no block."""

    def toggle_folds(self) -> str:
        """Fold all blocks, or show them again; give what was done, empty when there are none."""

    def narrow(self, width: int) -> None:
        """Break long lines into pieces of a width where wrapping would have to measure too much."""


class Flat:
    """What has lines and nothing inside them."""

    def path(self, index: int) -> str:  # noqa: ARG002
        """Give nothing: there are only lines here."""
        return ""

    def toggle_fold(self, index: int) -> int | None:  # noqa: ARG002
        """Fold nothing."""
        return None

    def toggle_folds(self) -> str:
        """Fold nothing."""
        return ""

    def narrow(self, width: int) -> None:
        """Leave lines as they are."""


class TextDocument(Flat):
    """Text, with the tones of JSON when it is JSON; ``head`` are lines before it (headers)."""

    def __init__(self, text: str, *, as_json: bool = False, head: Sequence[Spans] = ()) -> None:
        if "\r\n" in text:
            text = text.replace("\r\n", "\n")
        shown = sanitize(text)
        if "\t" in shown:
            shown = shown.expandtabs(4)
        self._head = [list(spans) for spans in head]
        self._lines = shown.split("\n") if shown else []
        self._as_json = as_json
        self.is_ascii = shown.isascii()
        self.head_lines = len(head)
        self._whole: str | None = None
        self._starts: list[int] = []

    def __len__(self) -> int:
        return len(self._head) + len(self._lines)

    def text(self, index: int) -> str:
        """Give the characters of one line."""
        if index < len(self._head):
            return "".join(text for text, _ in self._head[index])
        return self._lines[index - len(self._head)]

    def line(self, index: int) -> Spans:
        """Give one line with its tones."""
        if index < len(self._head):
            return self._head[index]
        text = self._lines[index - len(self._head)]
        if self._as_json and len(text) <= _LONGEST_LINE_TO_TONE:
            return list(json_spans(text))
        return [(text, "")]

    def lengths(self) -> list[int]:
        """Give how many cells each line takes at most."""
        factor = 1 if self.is_ascii else 2
        head = [2 * sum(len(text) for text, _ in spans) for spans in self._head]
        return head + [factor * len(line) for line in self._lines]

    def longest(self) -> int:
        """Give how many cells the longest line takes at most."""
        return max(self.lengths(), default=0)

    def find(self, wanted: str, line: int, step: int) -> int | None:
        """Give the next line that holds a text."""
        whole, starts = self._searchable()
        pattern = re.compile(re.escape(wanted), re.IGNORECASE)
        if step > 0:
            begin = starts[line + 1] if line + 1 < len(starts) else len(whole)
            found = pattern.search(whole, begin)
            return bisect_right(starts, found.start()) - 1 if found else None
        for index in range(line - 1, -1, -1):
            if pattern.search(self.text(index)):
                return index
        return None

    def _searchable(self) -> tuple[str, list[int]]:
        if self._whole is None:
            lines = [*("".join(text for text, _ in spans) for spans in self._head), *self._lines]
            self._whole = "\n".join(lines)
            self._starts = [0, *accumulate(len(line) + 1 for line in lines)][:-1]
        return self._whole, self._starts


class HexDocument(Flat):
    """Bytes, sixteen to a line."""

    is_ascii = False

    def __init__(self, content: bytes, head: Sequence[Spans] = ()) -> None:
        self._content = content
        self._head = [list(spans) for spans in head]
        self.head_lines = len(self._head)

    def __len__(self) -> int:
        return len(self._head) + -(-len(self._content) // _HEX_ROW)

    def line(self, index: int) -> Spans:
        """Give place, bytes and characters."""
        if index < len(self._head):
            return self._head[index]
        at = (index - len(self._head)) * _HEX_ROW
        row = self._content[at : at + _HEX_ROW]
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in row)
        return [(f"{at:08x}  ", "quiet"), (f"{row.hex(' '):<48}  ", ""), (shown, "accent")]

    def text(self, index: int) -> str:
        """Give the characters of one line."""
        return "".join(text for text, _ in self.line(index))

    def lengths(self) -> list[int]:
        """Give how many cells each line takes at most."""
        head = [2 * sum(len(text) for text, _ in spans) for spans in self._head]
        return [*head, *([10 + 3 * _HEX_ROW + 1 + _HEX_ROW] * (len(self) - len(head)))]

    def longest(self) -> int:
        """Give how many cells the longest line takes at most."""
        return max(self.lengths(), default=0)

    def find(self, wanted: str, line: int, step: int) -> int | None:
        """Give the next line in whose bytes a text begins."""
        needle, lowered, skipped = wanted.encode(), self._content.lower(), len(self._head)
        edge = max(0, line - skipped + (1 if step > 0 else 0)) * _HEX_ROW
        found = lowered.find(needle.lower(), edge) if step > 0 else lowered.rfind(needle.lower(), 0, edge)
        return None if found < 0 else found // _HEX_ROW + skipped


def json_spans(text: str) -> Iterator[Span]:
    """Give one line of JSON with a tone for keys, numbers and words."""
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], "quiet"
        yield found[0], _TONES[found.lastgroup or "text"]
        at = found.end()
    if at < len(text):
        yield text[at:], "quiet"


def pretty_json(content: bytes, largest: int = 48 * 1024 * 1024) -> bytes | None:
    """Give JSON with one value a line; nothing when it is not JSON, was cut, or would become too large."""
    import msgspec

    if not _fits_pretty(content, largest):
        return None
    try:
        return msgspec.json.format(content, indent=2)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        return None


def _fits_pretty(content: bytes, largest: int) -> bool:
    """Tell whether JSON stays within a size with one value a line, though what is deep is indented far."""
    signs = content.count(b",") + 2 * (content.count(b"{") + content.count(b"["))
    if len(content) + signs * _DEEPEST_INDENT <= largest:
        return True
    skeleton = _skeleton(content)
    depth = _depth(skeleton)
    if depth is not None:
        return len(content) + signs * (2 * depth + 1) <= largest or _grown(skeleton, len(content), largest)
    return _grown(skeleton, len(content), largest)


def _skeleton(content: bytes) -> bytes:
    """Give the brackets and commas that stand outside of texts."""
    if b"\\" in content:
        content = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(content.translate(None, _NO_SIGNS).split(b'"')[::2])


def _depth(skeleton: bytes) -> int | None:
    """Give how deep brackets are nested, None when it is deeper than usual."""
    left = skeleton.replace(b",", b"")
    for depth in range(_USUAL_DEPTH):
        if not left:
            return depth
        left = left.replace(b"[]", b"").replace(b"{}", b"")
    return None


def _grown(skeleton: bytes, size: int, largest: int) -> bool:
    depth = 0
    for run in _RUNS.finditer(skeleton):
        text = run[0]
        if text[0] != _COMMA:
            depth += len(text) if text[0] in b"[{" else -len(text)
        size += len(text) * (2 * max(depth, 0) + 1)
        if size > largest:
            return False
    return True


def is_binary(content: bytes) -> bool:
    """Tell whether bytes are better read as bytes."""
    if _BINARY.search(content[:4096]):
        return True
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start < min(len(content), 4096) - 4
    return False
