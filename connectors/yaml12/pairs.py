r"""Write the pairs of escapes that JSON has for one character as the one escape that YAML has.

JSON writes 😀 as ``"\ud83d\ude00"`` (RFC 8259, section 7), and valid JSON is valid YAML 1.2. The parser
refuses each half, so the quoted text in which it stopped is rewritten, and no other.
"""

import re
from typing import Any, Final

_PAIR: Final = re.compile(
    r"(?P<before>(?<!\\)(?:\\\\)*)\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_REFUSED: Final = "invalid Unicode character escape code"
# Each quoted text means reading from the start again.
_MOST_WORK: Final = 64 * 1024 * 1024


def join_pairs(text: str, error: Any, tries: int) -> str | None:
    """Give the text with the pairs of one quoted scalar joined; None when they did not stop the parser."""
    if _REFUSED not in str(error.problem) or error.context_mark is None or tries * len(text) > _MOST_WORK:
        return None
    quoted = _QUOTED.match(text, error.context_mark.index)
    if quoted is None:
        return None
    joined = _PAIR.sub(_joined, quoted[0])
    return text[: quoted.start()] + joined + text[quoted.end() :] if joined != quoted[0] else None


def _joined(found: re.Match[str]) -> str:
    high, low = int(found["high"], 16), int(found["low"], 16)
    return f"{found['before']}\\U{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:08x}"
