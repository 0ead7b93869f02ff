"""Write XML with one element a line, as it came but for the blanks between elements."""

import re

_MOST = 4 * 1024 * 1024
_DEEPEST = 100
_PART = re.compile(
    # What is never closed fits nothing, and is looked for once.
    rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<!(?!--|\[CDATA\[)(?:[^\[>]|\[[^\]]*\])*>|</[^>]*>"
    rb"|<(?![!?/])(?:[^>\"']|\"[^\"]*\"|'[^']*')*>|[^<]+",
    re.DOTALL,
)
_PAGE = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)


def looks_like_xml(content: bytes) -> bool:
    """Tell whether bytes may be XML, and are no page."""
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] == b"<" and not _PAGE.match(start)


def pretty_xml(content: bytes) -> bytes | None:
    """Give the elements indented; None for what is too large, or does not fall into parts without a rest."""
    if len(content) > _MOST:
        return None
    lines: list[bytes] = []
    depth = at = 0
    waits = False
    while at < len(content):
        part = _PART.match(content, at)
        if part is None:
            return None
        at = part.end()
        text = part[0]
        closes = text.startswith(b"</")
        if not text.strip():
            continue
        if closes:
            depth = max(0, depth - 1)
        indent = b"  " * min(depth, _DEEPEST)
        # An element with nothing but text stays on one line.
        if waits and (closes or not text.startswith(b"<")):
            lines[-1] += text
            waits = not closes
            continue
        lines.append(indent + (text if text.startswith(b"<") else text.strip()))
        opens = text.startswith(b"<") and text[1:2] not in (b"/", b"?", b"!") and not text.endswith(b"/>")
        depth += opens
        waits = opens
    return b"\n".join(lines)
