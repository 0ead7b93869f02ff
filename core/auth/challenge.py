"""Read the challenges with which a server refuses: WWW-Authenticate (RFC 9110, section 11.6.1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_WORD: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_SCHEME: Final = re.compile(rf"[\s,]*({_WORD})(?=[\s,]|$)[ \t]*")
_PARAMETER: Final = re.compile(
    rf"""[\s,]*({_WORD})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|({_WORD}))(?=[\s,]|$)""", re.DOTALL
)
_ENCODED: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*(?=[\s,]|$)")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way to sign in; the names of its scheme and parameters are in lower case."""

    scheme: str
    parameters: dict[str, str]


def challenges_in(values: tuple[str, ...]) -> list[Challenge]:
    """Give the challenges of every header, in their order; what cannot be read ends its header."""
    return [challenge for value in values for challenge in _challenges(value)]


def parameters_in(value: str) -> dict[str, str]:
    """Give the parameters of a header that is one list of them, as Authentication-Info."""
    return _parameters(value, 0)[0]


def _challenges(value: str) -> Iterator[Challenge]:
    place = 0
    while scheme := _SCHEME.match(value, place):
        parameters, place = _parameters(value, scheme.end())
        if not parameters and (token := _ENCODED.match(value, place)):
            place = token.end()
        yield Challenge(scheme[1].lower(), parameters)


def _parameters(value: str, place: int) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while match := _PARAMETER.match(value, place):
        text = match[3] if match[2] is None else _ESCAPED.sub(r"\1", match[2])
        found.setdefault(match[1].lower(), text)
        place = match.end()
    return found, place
