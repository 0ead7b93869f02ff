"""Check the kinds that sign: what each place may read of `signing`, and whether key and algorithm fit."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..explain import Finding
from ..format.auth import (
    AddedValue,
    ApiKeyAuth,
    AppInstallationAuth,
    AuthMethod,
    HmacAuth,
    JwtAuth,
    SessionAuth,
)
from ..format.part import HEADER_PATTERN, PATTERN_WORDS
from ..templates import TemplateError, mentions_of
from ..words import listed
from ..yaml12 import TreePath
from .places import FACTS

_RESULTS: Final = frozenset({"signature", "token", "expires", "timestamp"})
_OF_TIME: Final = frozenset({"unix", "nonce"})
_OF_REQUEST: Final = frozenset(FACTS["signing"]) - _RESULTS - _OF_TIME
_FORMS: Final = ("iso", "iso_ms", "unix", "unix_ms", "http", "date")


def check_signing(method: AuthMethod, path: TreePath) -> Iterator[Finding]:
    """Yield what does not fit in a method that signs, or that reads `signing` and does not."""
    match method:
        case ApiKeyAuth():
            for number, place in enumerate(method.apply):
                yield from _check_facts(place.format, frozenset(), (*path, "apply", number, "format"))
        case SessionAuth() | AppInstallationAuth():
            for number, added in enumerate(method.apply):
                yield from _check_facts(added.format, frozenset(), (*path, "apply", number, "format"))
            if isinstance(method, AppInstallationAuth):
                for key in ("header", "claims"):
                    yield from _check_facts(getattr(method, key), frozenset(), (*path, key))
        case HmacAuth():
            yield from _check_hmac(method, path)
        case JwtAuth():
            yield from _check_jwt(method, path)
        case _:
            pass


def _check_hmac(method: HmacAuth, path: TreePath) -> Iterator[Finding]:
    known = _OF_REQUEST | _OF_TIME | {"timestamp"}
    yield from _check_places(method.before, known, (*path, "before"))
    yield from _check_places(method.apply, known | {"signature"}, (*path, "apply"))
    for where, template in _signed(method):
        yield from _check_facts(template, known, (*path, *where))
    if not isinstance(method.string_to_sign, str):
        for number, piece in enumerate(method.string_to_sign):
            if [piece.text, piece.base64, piece.hex].count(None) != 2:
                where = (*path, "string_to_sign", number)
                yield Finding(where, "a piece has exactly one of `text`, `base64` and `hex`")
    if not any("signature" in _read(place.format) for place in method.apply):
        yield Finding((*path, "apply"), "nothing here sends {{ signing.signature }}")
    if not method.keyed and not any(_roots(template) & {"auth", "var"} for _, template in _signed(method)):
        sentence = "with `keyed: false` the text must hold the secret, and it reads neither auth nor var"
        yield Finding((*path, "string_to_sign"), sentence)
    if method.timestamp not in _FORMS and "%" not in method.timestamp:
        sentence = f'found "{method.timestamp}", expected {listed(_FORMS)}, or a form of strftime with %'
        yield Finding((*path, "timestamp"), sentence)


def _signed(method: HmacAuth) -> list[tuple[TreePath, str]]:
    """Give the templates of what is signed, each with its path."""
    if isinstance(method.string_to_sign, str):
        return [(("string_to_sign",), method.string_to_sign)]
    return [
        (("string_to_sign", number, name), template)
        for number, piece in enumerate(method.string_to_sign)
        for name in ("text", "base64", "hex")
        if (template := getattr(piece, name)) is not None
    ]


def _check_jwt(method: JwtAuth, path: TreePath) -> Iterator[Finding]:
    known = _OF_REQUEST | _OF_TIME | {"expires"}
    yield from _check_places(method.apply, _OF_REQUEST | {"token"}, (*path, "apply"))
    for section, facts in (("header", method.header), ("claims", method.claims)):
        for where, template in _texts(facts, (*path, section)):
            yield from _check_facts(template, known, where)
            changing = _read(template) & _OF_REQUEST
            if method.reuse and changing:
                sentence = f"a token that is reused cannot tell signing.{min(changing)} of each request"
                yield Finding(where, sentence)
    if "alg" in method.header:
        yield Finding((*path, "header", "alg"), "`algorithm` says it")
    if not any("token" in _read(place.format) for place in method.apply):
        yield Finding((*path, "apply"), "nothing here sends {{ signing.token }}")
    is_shared = method.algorithm.startswith("HS")
    if method.key_format is not None and method.key_format != "jwk":
        if is_shared and method.key_format == "pem":
            yield Finding(
                (*path, "key_format"), f"{method.algorithm} has a shared secret: text, base64 or hex"
            )
        if not is_shared and method.key_format != "pem":
            yield Finding((*path, "key_format"), f"{method.algorithm} has a private key: pem or jwk")


def _check_places(places: Iterable[AddedValue], known: frozenset[str], path: TreePath) -> Iterator[Finding]:
    for number, place in enumerate(places):
        yield from _check_facts(place.format, known, (*path, number, "format"))
        if place.in_ == "header" and not re.fullmatch(HEADER_PATTERN, place.name):
            yield Finding((*path, number, "name"), f"expected {PATTERN_WORDS[HEADER_PATTERN]}")


def _check_facts(template: str, known: frozenset[str], path: TreePath) -> Iterator[Finding]:
    for name in sorted(_read(template) - known):
        if name in FACTS["signing"]:
            yield Finding(path, f"signing.{name} is not known in this place")


def _read(template: str) -> frozenset[str]:
    """Give the facts of `signing` that a template reads; one that cannot be read is told elsewhere."""
    return frozenset(path[1] for path in _mentions(template) if len(path) > 1 and path[0] == "signing")


def _roots(template: str) -> frozenset[str]:
    return frozenset(path[0] for path in _mentions(template) if path)


def _mentions(template: str) -> frozenset[tuple[str, ...]]:
    try:
        return mentions_of(template)
    except TemplateError:
        return frozenset()


def _texts(value: Any, path: TreePath) -> Iterator[tuple[TreePath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*path, number))
