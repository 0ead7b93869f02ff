"""Find the values of secret fields in JSON text, also when it is cut, broken, or stands inside a JSON string.

Nothing is parsed as a whole. JSON inside a string of JSON has one backslash before its quotes, inside that
again three, then seven: their number after a field's name is the level at which its value is read.
"""

import re
from collections.abc import Iterator

from .names import SecretNames
from .spans import Span

_SPACE = r"(?:[ \t\r\n]|\\+[nrt])*"
_KEY = re.compile(
    rf"""(["'])([^"'\\\r\n]*+(?:\\++u[0-9a-fA-F]{{4}}[^"'\\\r\n]*+)*+)(\\{{0,15}})\1{_SPACE}:{_SPACE}"""
)
_UNICODE = re.compile(r"\\+u([0-9a-fA-F]{4})")
_QUOTE = re.compile(r"""(\\*)(["'])""")
_ENDS = {quote: re.compile(rf"(\\*){quote}") for quote in "\"'"}
_COLON = re.compile(rf"""\\*["']{_SPACE}:""")
_TOKEN = re.compile(r"""(\\*)(["'])|([{\[])|([}\]])|(-?[0-9][0-9A-Za-z.+-]*)""")
_BARE = re.compile(r"""[^\s,}\]"'\\{\[]+""", re.ASCII)
_BEFORE = re.compile(r"[:,\[]\s*\Z", re.ASCII)
_AFTER = re.compile(r"\s*[,}\]]", re.ASCII)
_SPACED = ("':", "\t:", "\r:", "\n:", "\\n:", "\\r:", "\\t:")
_PLAIN = frozenset(("null", "true", "false", "None", "True", "False"))


def json_spans(text: str, names: SecretNames) -> Iterator[Span]:
    """Yield where the values of secret fields stand."""
    found = _next_key(text, 0, names) if ":" in text and _names_one(text, names) else None
    while found:
        spans, end = _value(text, found.end(), len(found[3]))
        yield from spans
        found = _next_key(text, end, names)


def quoted_if_bare(text: str, span: Span) -> Span:
    """Give quotes to a known value that stands where JSON has a number, so that the text stays JSON."""
    before, after = _BEFORE.search(text, max(0, span.start - 40), span.start), _AFTER.match(text, span.end)
    return Span(span.start, span.end, '"') if before and after else span


def _names_one(text: str, names: SecretNames) -> bool:
    """Tell whether any field may be a secret one; the names of a large body are few, and found quickly."""
    before = text.split('":')[:-1]
    # Where each colon stands right behind a double quote, there is no other way to write a name.
    if text.count(":") == len(before) or not _is_spaced(text):
        keys = {piece.rpartition('"')[2] for piece in before}
    else:
        keys = {found[1] for found in _KEY.findall(text)}
    return any(
        names.has_field(_UNICODE.sub(_character, key.rstrip("\\")) if "\\" in key else key) for key in keys
    )


def _is_spaced(text: str) -> bool:
    """Tell whether there may be keys in single quotes, or with anything between their quote and the colon."""
    if " :" in text:
        return True
    # Of most letters a text has none, and that is known at the speed of memory.
    return any(ends[0] in text and ends in text for ends in _SPACED)


def _next_key(text: str, at: int, names: SecretNames) -> re.Match[str] | None:
    for found in _KEY.finditer(text, at):
        key = found[2]
        if names.has_field(_UNICODE.sub(_character, key) if "\\" in key else key):
            return found
    return None


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _value(text: str, at: int, level: int) -> tuple[list[Span], int]:
    quote = _QUOTE.match(text, at)
    if quote and len(quote[1]) == level:
        end = _string_end(text, quote.end(), quote[2], level)
        return ([Span(quote.end(), end)] if end > quote.end() else []), end
    if text[at : at + 1] in ("{", "["):
        return _container(text, at, level)
    bare = _BARE.match(text, at)
    if bare is None or bare[0] in _PLAIN:
        return [], bare.end() if bare else at
    return [Span(bare.start(), bare.end(), _quote(level))], bare.end()


def _container(text: str, at: int, level: int) -> tuple[list[Span], int]:
    """Give the strings and numbers inside an object or a list, but not the names of fields."""
    spans: list[Span] = []
    depth = 0
    while token := _TOKEN.search(text, at):
        slashes, quote, opening, closing, number = token.groups()
        at = token.end()
        if quote:
            if len(slashes) < level:
                return spans, token.start()
            end = _string_end(text, at, quote, level)
            if end > at and not _COLON.match(text, end):
                spans.append(Span(at, end))
            at = min(end + level + 1, len(text))
        elif number:
            spans.append(Span(token.start(), at, _quote(level)))
        else:
            depth += 1 if opening else -1 if closing else 0
            if depth == 0:
                return spans, at
    return spans, len(text)


def _string_end(text: str, at: int, quote: str, level: int) -> int:
    """Give where the content of a string ends: at its closing quote, or with what it stands in."""
    for found in _ENDS[quote].finditer(text, at):
        slashes = len(found[1])
        if slashes < level:
            return found.start()
        if slashes % (2 * (level + 1)) == level:
            return found.end() - 1 - level
    return len(text)


def _quote(level: int) -> str:
    return "\\" * level + '"'
