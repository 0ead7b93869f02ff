"""Write JSON that is safe to print: no control character and no direction mark leaves it as it is."""

import json
import re
from typing import Any, Final

# C1 controls and DEL, marks that hide or turn the reading direction, the two line separators of JavaScript,
# and lone surrogates, which no encoder takes. JSON itself escapes what lies below the space.
_UNSAFE: Final = re.compile(
    r"[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    r"\U000e0001\U000e0020-\U000e007f]"
)


def json_text(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Give ``value`` as one JSON document; what could act on a terminal is escaped."""
    separators = (",", ": ") if indent else (", ", ": ")
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, separators=separators, default=_plain)
    return _UNSAFE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code <= 0xFFFF:  # beyond it JSON writes two halves (RFC 8259, section 7)
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _plain(value: Any) -> Any:
    """Turn what JSON does not know (a mapping view, a tuple-like, bytes, a date) into what it does."""
    if hasattr(value, "keys"):
        return {key: value[key] for key in value}
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
