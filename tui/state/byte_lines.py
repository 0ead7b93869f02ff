"""The lines of a large text without a copy of them: where each begins, in bytes; endless ones in pieces."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

PIECE = 4_096
_SLICE = 1 << 20
_CONTINUES = 0b1000_0000
_LEADING = 0b1100_0000


class ByteLines:
    """Text in UTF-8 as lines; a line of more than ``piece`` bytes is several of them."""

    def __init__(self, content: bytes, piece: int = PIECE) -> None:
        self.content = content
        self._starts, self.longest = _starts(content, piece)

    def __len__(self) -> int:
        return len(self._starts)

    def start(self, line: int) -> int:
        """Give the byte at which a line begins."""
        return self._starts[line]

    def end(self, line: int) -> int:
        """Give the byte behind a line, without its line break."""
        end = self._starts[line + 1] if line + 1 < len(self._starts) else len(self.content)
        return end - 1 if end > self._starts[line] and self.content[end - 1] == 0x0A else end

    def line_at(self, byte: int) -> int:
        """Give the line in which a byte stands."""
        return max(0, bisect_right(self._starts, byte) - 1)

    def read(self, line: int) -> bytes:
        """Give the bytes of one line."""
        return self.content[self.start(line) : self.end(line)]

    def goes_on(self, line: int) -> bool:
        """Tell whether the next line is a further piece of this one."""
        end = self._starts[line + 1] if line + 1 < len(self._starts) else 0
        return bool(end) and self.content[end - 1] != 0x0A

    def lengths(self) -> "array[int]":
        """Give how many bytes each line has, its line break among them."""
        ends = self._starts[1:]
        ends.append(len(self.content))
        return array("I", map(int.__sub__, ends, self._starts))

    def find(self, pattern: re.Pattern[bytes], line: int, step: int) -> int | None:
        """Give the next line behind ``line`` (before it, with a step of -1) in which something matches."""
        if step > 0:
            begin = self.start(line + 1) if line + 1 < len(self) else len(self.content)
            found = pattern.search(self.content, begin)
            return self.line_at(found.start()) if found else None
        last = None
        for found in pattern.finditer(
            self.content, 0, self.start(line) if line < len(self) else len(self.content)
        ):
            last = found.start()
        return None if last is None else self.line_at(last)


def _starts(content: bytes, piece: int) -> "tuple[array[int], int]":
    """Give where each line or piece begins, and the length of the longest.

    A text that ends with a line break has no line behind it.
    """
    starts, longest = array("I"), 0
    at, size = 0, len(content)
    while at < size:
        cut = content.find(b"\n", at + _SLICE)
        end = size if cut < 0 else cut + 1
        lengths = [length + 1 for length in map(len, content[at:end].split(b"\n"))]
        longest = max(longest, *lengths)
        begins = accumulate(lengths[:-1], initial=at)
        if max(lengths) <= piece:
            starts.extend(begins)
        else:
            for begin, length in zip(begins, lengths, strict=True):
                starts.extend(_pieces(content, begin, min(length, end - begin), piece))
        if starts and starts[-1] >= end:
            starts.pop()
        at = end
    return starts, min(longest, piece + 1)


def _pieces(content: bytes, begin: int, length: int, piece: int) -> Iterator[int]:
    """Give where the pieces of one line begin, never within a character."""
    at, end = begin, begin + length
    while at < end:
        yield at
        following = at + piece
        while following < end and content[following] & _LEADING == _CONTINUES and following > at + piece - 4:
            following -= 1
        # A line break alone is no piece.
        at = end if following >= end - 1 else following
