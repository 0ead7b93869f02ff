"""Build what a secret looks like in a text: as it is, escaped, quoted, as base64 or as hex.

A text is either text, or bytes read as Latin-1 so that one character is one byte; what differs is only how
a character beyond ASCII stands there. Escapes are allowed for each character on its own, because every
encoder leaves other characters alone; a backslash may stand several times, for JSON inside JSON.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from html.entities import codepoint2name

from .needles import Needle

SHORT = 4
_LINE = 12
_SHIFTED = 6
_ASCII = 128
_ESCAPE = r"\\{1,7}"
_WORD = re.compile(r"[A-Za-z0-9_]+")
_UNIT = re.compile(r"\r\n|\\+|.", re.DOTALL)
_PADDING = rf"(?:=|%(?:25)*3[dD]|{_ESCAPE}u003[dD])*"
_BASE64_ANY = rf"(?:[A-Za-z0-9+/_-]|%(?:25)*2[bBfF]|{_ESCAPE}/|{_ESCAPE}u002[bBfF])"
_BASE64_CHAR = {
    "+": rf"(?:[+-]|%(?:25)*2[bB]|{_ESCAPE}u002[bB])",
    "/": rf"(?:[/_]|%(?:25)*2[fF]|{_ESCAPE}/|{_ESCAPE}u002[fF])",
}
_SHORT_ESCAPES = {"\b": "b", "\t": "t", "\n": "n", "\f": "f", "\r": "r", '"': '"', "/": "/", "'": "'"}


def needles_for(secret: str, *, as_bytes: bool) -> Iterator[Needle]:
    """Yield what to look for in text, or in bytes read as Latin-1."""
    if len(secret) < SHORT:
        yield _bounded(_flexible(secret, as_bytes))
        yield _bounded(Needle(b64encode(secret.encode("utf-8", "surrogatepass")).decode()))
        return
    for value in dict.fromkeys((secret, secret.strip())):
        if len(value) >= SHORT:
            yield _flexible(value, as_bytes)
    for line in _long_lines(secret):
        yield _flexible(line, as_bytes)
    for data in _encodings(secret):
        yield _hex(data.hex())
        yield from (_base64(data, shift) for shift in range(3 if len(data) >= _SHIFTED else 1))
    if as_bytes and not secret.isascii():
        for encoding in ("utf-16-le", "utf-16-be"):
            yield Needle(secret.encode(encoding, "surrogatepass").decode("latin-1"))


def is_found_inside(secret: str) -> bool:
    """Tell whether a secret is found in each form also where other text was written with it."""
    return len(secret) >= _SHIFTED and secret == secret.strip()


def longest_form(secret: str) -> int:
    """Give how many bytes the longest form of a secret can have, with escapes and UTF-16 counted in."""
    others = _WORD.sub("", secret)
    escaped = len(secret) - len(others) + sum(8 if ord(char) < _ASCII else 20 for char in others)
    return 2 * max(escaped, 2 * len(secret.encode("utf-8", "surrogatepass")))


def _encodings(secret: str) -> Iterator[bytes]:
    yield secret.encode("utf-8", "surrogatepass")
    if not secret.isascii() and all(ord(char) < 2 * _ASCII for char in secret):
        yield secret.encode("latin-1")


def _long_lines(secret: str) -> list[str]:
    lines = [line.strip() for line in secret.splitlines()]
    # The first and last line of a PEM block are the same for everybody.
    return (
        [line for line in lines if len(line) >= _LINE and not line.startswith("-----")] if lines[1:] else []
    )


def _bounded(needle: Needle) -> Needle:
    """Find a short secret only where it is a word of its own."""
    return Needle(needle.probe, lambda: rf"(?<![A-Za-z0-9_]){needle.source}(?![A-Za-z0-9_])")


def _flexible(secret: str, as_bytes: bool) -> Needle:
    words: list[str] = _WORD.findall(secret)
    probe = max(words, key=len, default="")
    if probe == secret:
        return Needle(probe)
    return Needle(probe, lambda: "".join(_unit(unit, as_bytes) for unit in _UNIT.findall(secret)))


def _unit(unit: str, as_bytes: bool) -> str:
    if unit.startswith("\\"):
        count = len(unit)
        return rf"(?:\\{{{count},{8 * count}}}|(?:%(?:25)*5[cC]){{{count}}}|(?:&#0*92;){{{count}}})"
    if unit == "\r\n":
        unit = "\n"
    if _WORD.match(unit):
        return unit
    if unit == "\n":
        return (
            rf"(?:\r?\n|(?:{_ESCAPE}r)?{_ESCAPE}n|(?:%(?:25)*0[dD])?%(?:25)*0[aA]"
            rf"|{_ESCAPE}u000[aA]|(?:&#13;|&#[xX][dD];)?&#(?:10|[xX][aA]);)"
        )
    # Escapes stand before the bare character, or `&` would leave the tail of `&amp;` behind.
    return "(?:" + "|".join((*_escapes(unit), *_bare(unit, as_bytes))) + ")"


def _escapes(char: str) -> Iterator[str]:
    code = ord(char)
    if char in _SHORT_ESCAPES:
        yield _ESCAPE + _SHORT_ESCAPES[char]
    units = char.encode("utf-16-be", "surrogatepass").hex()
    yield "".join(f"{_ESCAPE}u{_any_case(units[at : at + 4])}" for at in range(0, len(units), 4))
    encoded = char.encode("utf-8", "surrogatepass")
    yield "".join(f"%(?:25)*{_any_case(f'{byte:02x}')}" for byte in encoded)
    yield f"&(?:amp;)*#0*{code};"
    yield f"&(?:amp;)*#[xX]0*{_any_case(f'{code:x}')};"
    name = codepoint2name.get(code, "apos" if char == "'" else "")
    if name:
        yield f"&(?:amp;)*{name};"
    if char == " ":
        yield r"\+"


def _bare(char: str, as_bytes: bool) -> Iterator[str]:
    if as_bytes and not char.isascii():
        # Of UTF-16 and UTF-32 what is left without the zero bytes, which is how they are searched.
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            yield re.escape(char.encode(encoding, "surrogatepass").decode("latin-1").replace("\0", ""))
        if ord(char) >= 2 * _ASCII:
            return
    yield re.escape(char)


def _any_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


def _hex(text: str) -> Needle:
    # A search that ends with a letter stops at every such letter, and of digits most texts have fewer.
    return Needle(text.rstrip("abcdef") or text, lambda: text, any_case=True)


def _base64(data: bytes, shift: int) -> Needle:
    """Find the bytes inside base64 text in which ``shift`` bytes (modulo 3) stand before them.

    The characters that hold bits of the secret alone are looked for; those at the two edges, which hold bits
    of a neighbour too, may be any.
    """
    text = b64encode(b"\0" * shift + data).decode().rstrip("=")
    first, last = -(-8 * shift // 6), 8 * (shift + len(data)) // 6
    core = text[first:last]

    def pattern() -> str:
        before = f"{_BASE64_ANY}?" if 8 * shift % 6 else ""
        after = f"{_BASE64_ANY}?" if 8 * (shift + len(data)) % 6 else ""
        return before + "".join(_BASE64_CHAR.get(char, char) for char in core) + after + _PADDING

    return Needle(max(_WORD.findall(core), key=len, default=""), pattern)
