"""Find one's way in JSON that is written with one value a line: blocks, their ends, and the path of a value.

Nothing is parsed: the indentation says what belongs to what, and every search is one over bytes.
"""

import json
import re

INDENT = 2
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY = re.compile(rb'"(?:[^"\\]|\\.)*"(?=: )')
_MOST_BLOCKS = 50_000
_CLOSINGS = {b"{": b"}", b"[": b"]"}
_WINDOWS = (1 << 14, 1 << 20, 1 << 40)
_DEEPEST = 12


def indent_at(content: bytes, start: int) -> int:
    """Give how far the line that begins at a byte is indented."""
    at = start
    while content[at : at + 1] == b" ":
        at += 1
    return at - start


def block_end(content: bytes, start: int) -> int | None:
    """Give where the last line of the block begins that opens in the line at ``start``; None for no block."""
    end = content.find(b"\n", start)
    closing = _CLOSINGS.get(content[end - 1 : end]) if end > 0 else None
    if closing is None:
        return None
    found = content.find(b"\n" + b" " * indent_at(content, start) + closing, end)
    return found + 1 if found >= 0 else None


def parent_of(content: bytes, start: int) -> int | None:
    """Give where the line begins in whose block the line at ``start`` stands; None at the top."""
    depth = indent_at(content, start)
    if depth < INDENT:
        return None
    level = b"\n" + b" " * (depth - INDENT)
    return _last_of(content, level, start)


def _last_of(content: bytes, level: bytes, before: int) -> int:
    """Give where the last line before a byte begins that opens at a level; else the first line of all."""
    for window in _WINDOWS:
        begin = max(0, before - window)
        found = max(content.rfind(level + sign, begin, before) for sign in (b'"', b"{", b"["))
        if found >= 0:
            return found + 1
    return 0


def outer_blocks(content: bytes) -> list[int]:
    """Give where the blocks begin at the least depth that has several of them, from the second line on."""
    for depth in range(INDENT, INDENT * _DEEPEST, INDENT):
        pattern = re.compile(rb"\n( {%d}(?! )[^\n]*[{\[])(?=\n)" % depth)
        found = [
            match.start(1) for match, _ in zip(pattern.finditer(content), range(_MOST_BLOCKS), strict=False)
        ]
        if len(found) > 1:
            return found
    return []


def path_of(content: bytes, start: int) -> str:
    """Give the path of the value in the line at ``start``, as an expression would select it."""
    steps: list[str] = []
    if content[(at := start + indent_at(content, start)) : at + 1] in (b"}", b"]"):
        start = _opening(content, start)
    while (parent := parent_of(content, start)) is not None:
        steps.append(_step(content, start, parent))
        start = parent
    return "".join(reversed(steps)).removeprefix(".") or "@"


def _opening(content: bytes, start: int) -> int:
    """Give the line that opens the block which the line at ``start`` closes."""
    level = b"\n" + b" " * indent_at(content, start)
    return _last_of(content, level, start - 1)


def _step(content: bytes, start: int, parent: int) -> str:
    depth = indent_at(content, start)
    key = _KEY.match(content, start + depth)
    if key is not None:
        name = _name(key[0])
        return f".{name}" if _BARE.fullmatch(name) else f".{json.dumps(name, ensure_ascii=False)}"
    level = b"\n" + b" " * depth
    before = (parent, start - 1)
    others = sum(content.count(level + sign, *before) for sign in (b" ", b"}", b"]"))
    return f"[{content.count(level, *before) - others}]"


def _name(key: bytes) -> str:
    try:
        return str(json.loads(key))
    except ValueError:
        return key[1:-1].decode("utf-8", "replace")
