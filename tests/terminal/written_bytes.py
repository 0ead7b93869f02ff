"""The grammar of all that the app may write to a terminal; anything else is a finding."""

import re
import unicodedata

_SEQUENCE = re.compile(
    rb"\x1b\[([0-?]*)([ -/]*)([@-~])"  # CSI
    rb"|\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)"  # OSC
    rb"|\x1b(.?)"  # anything else
    rb"|([\x00-\x1a\x1c-\x1f\x7f])",
    re.DOTALL,
)
_SWITCHES = re.compile(rb"\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026)")
# Asking what the terminal can do, and the keyboard's mode; all of these come from Textual alone.
_CONTROLS = frozenset(
    {(b"?2026", b"$", b"p"), (b"?2048", b"$", b"p"), (b">25", b"", b"u"), (b"<", b"", b"u")}
)
_STYLES = frozenset({0, 1, 2, 3, 4, 7, 9, 21, 22, 23, 24, 27, 29})
_POINTER = re.compile(rb"22;[a-z-]*")
_MARKS = frozenset(range(0x600, 0x606)) | {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}


def find_foreign(written: bytes) -> list[str]:
    """Give what the app itself would never write: control sequences, control characters, marks that hide or turn."""
    found = [f"sequence {one[0]!r}" for one in _SEQUENCE.finditer(written) if not _is_ours(one)]
    text = _SEQUENCE.sub(b"\n", written).decode("utf-8", "surrogateescape")  # a lone byte becomes half a pair
    for char in sorted(set(text) - {"\n"}):
        if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and ord(char) not in _MARKS:
            at = text.index(char)
            found.append(f"U+{ord(char):04X} in {text[max(0, at - 30) : at + 30]!r}")
    return found


def _is_ours(one: re.Match[bytes]) -> bool:
    parameters, between, final, osc, other, control = one.groups()
    if final is None:
        is_pointer = osc is not None and _POINTER.fullmatch(osc) is not None
        return is_pointer or (other is None and control in {b"\r", b"\n"})
    if final == b"m":
        return not between and _is_style(parameters)
    if final == b"H":
        return re.fullmatch(rb"[0-9]+;[0-9]+", parameters) is not None
    if final in b"hl":
        return _SWITCHES.fullmatch(parameters) is not None
    return (parameters, between, final) in _CONTROLS


def _is_style(parameters: bytes) -> bool:
    """Our styles are plain attributes and true colours; a hostile one blinks or takes one of the old colours."""
    try:
        left = [int(one or b"0") for one in parameters.split(b";")]
    except ValueError:
        return False
    while left:
        first = left.pop(0)
        if first in {38, 48} and left[:1] == [2]:
            del left[:4]
        elif first not in _STYLES:
            return False
    return True
