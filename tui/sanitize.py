"""Make text from outside harmless: what would steer a terminal or hide becomes a visible character."""

import re

_PICTURES = 0x2400
_DELETE_PICTURE = "␡"
_CONTROL_PICTURES = {code: chr(_PICTURES + code) for code in range(0x20)} | {0x7F: _DELETE_PICTURE}
_ONE_LINE = _CONTROL_PICTURES | {0x09: "    "}
_KEEP_LINES = {code: shown for code, shown in _CONTROL_PICTURES.items() if code not in (0x09, 0x0A)}

_HIDING = (
    "\x00-\x08\x0b-\x1f\x7f"  # C0 and DEL; newline and tab are decided apart
    "\x80-\x9f"  # C1: 0x9B is as good as ESC [
    "\u00ad\u034f\u061c\u180e\u200b-\u200f"  # soft hyphen, joiners, marks of direction, zero-width space
    "\u2028-\u202e\u2060-\u206f"  # line separators, bidi embeddings, overrides and isolates
    "\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f"  # byte order mark, annotations, tags
    "\ud800-\udfff"  # halves of pairs: encoding them to the terminal would raise
)
_UNSAFE = re.compile(f"[{_HIDING}]")
_UNSAFE_ONE_LINE = re.compile(f"[{_HIDING}\t\n]")


def sanitize(text: str, *, newlines: bool = True) -> str:
    """Give ``text`` with every control, bidi and zero-width character made visible.

    Newlines and tabs stay when ``newlines`` is set; else a newline becomes ``␊`` and a tab four spaces, so
    that the result is one line of known width.
    """
    if text.isascii():
        if text.isprintable():
            return text
        return text.translate(_KEEP_LINES if newlines else _ONE_LINE)
    return (_UNSAFE if newlines else _UNSAFE_ONE_LINE).sub(_show, text)


def _show(found: re.Match[str]) -> str:
    code = ord(found[0])
    return _ONE_LINE.get(code) or f"⟨U+{code:04X}⟩"
