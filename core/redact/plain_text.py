"""Find the values of secret fields outside JSON: in addresses, forms, assignments, lines, XML and parts."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

from .folding import folded
from .names import SecretNames
from .spans import Span

_USER = re.compile(r""":(?:\\*/){2}([^/?#\s"'<>\\]*)@""", re.ASCII)
_PARAMETER = re.compile(r"(?:^|(?<=[?&#]))([^=&#?;]{1,200})=([^&#]*)|(?<=;)([^=&#?;]{1,200})=([^&#?;]*)")
_ASSIGNMENT = re.compile(
    r"""(?<![A-Za-z0-9_%.\[\]-])(?:u0026)?([A-Za-z0-9_%.\[\]-]{1,128})="""
    r"""(?:(\\*["'])((?:(?!\2)[^\r\n])*)|((?:[^\s&;"'<>\\]|\\+/|\\+u(?!0026)[0-9a-fA-F]{4})+))""",
    re.ASCII,
)
_HEADER = re.compile(
    r"""\b((?:proxy-)?authorization|(?:set-)?cookie)(?:[ \t]*:[ \t]*)([^\r\n"'\\]+)""",
    re.ASCII | re.IGNORECASE,
)
# Possessive, so that a line that is not one is given up at once.
_LINE = re.compile(
    r"^[ \t<>*-]*+([A-Za-z][A-Za-z0-9_.-]{0,60}+)[ \t]*+:([ \t]++)([^\r\n]++)", re.ASCII | re.MULTILINE
)
_ELEMENT = re.compile(
    r"<(?:[\w.-]{1,60}:)?([\w.-]{1,100})(?:\s[^<>]*)?>(<!\[CDATA\[.*?(?:\]\]>|\Z)|[^<]+)",
    re.ASCII | re.DOTALL,
)
_PART_NAME = re.compile(r"""\bname="([^"\r\n]{1,200})\"""")
_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_PART_START = "form-data;"
_PART_HEADERS = 4096  # characters; further away no blank line ends the headers of a part
# A block that only says how to go on in YAML is not a value.
_BLOCKS = frozenset(("|", ">", "|-", ">-", "|+", ">+", "{", "[", "null", "~", "true", "false"))


def user_spans(text: str, _: SecretNames) -> Iterator[Span]:
    """Yield the user and password of addresses."""
    if "@" in text:
        yield from (Span(*found.span(1)) for found in _USER.finditer(text) if found[1])


def parameter_spans(text: str, names: SecretNames) -> Iterator[Span]:
    """Yield the values of secret parameters of one address or one form."""
    if "=" not in text:
        return
    for found in _PARAMETER.finditer(text):
        name, value = (1, 2) if found[1] else (3, 4)
        if found[value] and (
            names.has_field(unquote_plus(found[name])) or _holds_secret(found[value], names)
        ):
            yield Span(*found.span(value))


def assignment_spans(text: str, names: SecretNames) -> Iterator[Span]:
    """Yield the values of secret names in ``name=value``, wherever it stands."""
    if "=" not in text:
        return
    for found in _ASSIGNMENT.finditer(text):
        group = 3 if found[2] else 4
        if found[group] and names.has_field(unquote_plus(found[1])):
            yield Span(*found.span(group))


def header_spans(text: str, _: SecretNames) -> Iterator[Span]:
    """Yield the values of the four headers that always hold credentials, wherever they are quoted."""
    if ":" not in text:
        return
    lowered = folded(text)
    if "authorization" in lowered or "cookie" in lowered:
        yield from (Span(*found.span(2)) for found in _HEADER.finditer(text))


def line_spans(text: str, names: SecretNames) -> Iterator[Span]:
    """Yield the values of secret names in lines such as ``name: value``."""
    if ":" not in text:
        return
    for found in _LINE.finditer(text):
        value = found[3].rstrip(" \t")
        if value and value not in _BLOCKS and (names.has_field(found[1]) or names.has_header(found[1])):
            yield Span(found.start(3), found.start(3) + len(value))


def element_spans(text: str, names: SecretNames) -> Iterator[Span]:
    """Yield the texts of secret XML elements."""
    if "<" not in text:
        return
    for found in _ELEMENT.finditer(text):
        if found[2].strip() and names.has_field(found[1]):
            yield Span(*found.span(2))


def part_spans(text: str, names: SecretNames) -> Iterator[Span]:
    """Yield the contents of secret parts of a multipart form."""
    at = text.find(_PART_START) if ";" in text else -1
    while at >= 0:
        line_end = text.find("\n", at)
        name = _PART_NAME.search(text, at, line_end) if line_end > 0 else None
        blank = _BLANK_LINE.search(text, at, at + _PART_HEADERS) if name else None
        at += len(_PART_START)
        if name and blank and names.has_field(name[1]):
            end = text.find("\n--", blank.end())
            end = len(text) if end < 0 else end - (text[end - 1] == "\r")
            if end > blank.end():
                yield Span(blank.end(), end)
            at = max(at, end)
        at = text.find(_PART_START, at)


Finder = Callable[[str, SecretNames], Iterator[Span]]


def _holds_secret(value: str, names: SecretNames) -> bool:
    """Say whether a quoted value is itself an address or a form with a secret in it."""
    if "%" not in value:
        return False
    inner = unquote_plus(value)
    finders: tuple[Finder, ...] = (user_spans, parameter_spans)
    return inner != value and any(True for find in finders for _ in find(inner, names))
