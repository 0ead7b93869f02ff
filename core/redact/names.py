"""Know by its name that a header or a field holds a secret."""

import re
from collections.abc import Iterable
from functools import lru_cache

_SEGMENT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# What a name is, written together: `apiKey`, `api_key` and `API-Key` are one.
_WHOLE = frozenset((
    "accesskey", "accesstoken", "apikey", "apisecret", "apitoken", "assertion", "authkey",
    "authorization", "authtoken", "bearertoken", "clientassertion", "clientsecret", "codeverifier",
    "connectionstring", "cookie", "devicecode", "idtoken", "jsessionid", "jwt", "otp", "passcode",
    "passphrase", "passwd", "password", "passwords", "phpsessid", "privatekey", "proxyauthorization",
    "pwd", "refreshtoken", "samlresponse", "secret", "secretbinary", "secretid", "secretkey", "secrets",
    "secretstring", "securitytoken", "sessiontoken", "setcookie", "sig", "signature", "token",
    "userpassword", "xapikey", "xauthtoken",
))  # fmt: skip
# What a name ends with.
_LAST = frozenset((
    "apikey", "assertion", "authorization", "jwt", "passcode", "passphrase", "passwd", "password", "pwd",
    "secret", "signature", "token",
))  # fmt: skip
_LAST_KEY = frozenset((
    "access", "account", "api", "app", "application", "auth", "encryption", "functions", "license",
    "master", "private", "secret", "shared", "signing", "subscription",
))  # fmt: skip
# `next_page_token` says where to read on; without it nobody can see why a reading stopped.
_PLACE = frozenset((
    "continuation", "cursor", "next", "page", "pagination", "prev", "previous", "start", "sync",
))  # fmt: skip
_FIRST = frozenset((
    "passphrase", "passwd", "password", "secret", "token",
))  # fmt: skip
_AFTER_FIRST = frozenset((
    "again", "confirm", "confirmation", "encrypted", "hash", "plain", "repeat", "text", "value",
))  # fmt: skip

_HEADER = frozenset((
    "assertion", "auth", "authorization", "cookie", "credential", "credentials", "jwt", "passphrase",
    "passwd", "password", "pwd", "secret", "signature", "token",
))  # fmt: skip
_HEADER_END = ("apikey", "authtoken", "cookie", "password", "secret", "token")


class SecretNames:
    """Which names hold secrets: the usual ones, and those that a connector adds."""

    def __init__(self, headers: Iterable[str] = (), fields: Iterable[str] = ()) -> None:
        self._headers = {name.lower() for name in headers}
        self._fields = {_together(name) for name in fields}

    def has_header(self, name: str) -> bool:
        """Say whether the header of this name holds a secret."""
        if self._headers and name.lower() in self._headers:
            return True
        return _usual_header(name) if len(name) <= _USUAL_LENGTH else _is_header(_segments(name))

    def has_field(self, name: str) -> bool:
        """Say whether the field or parameter of this name holds a secret."""
        if self._fields and _together(name) in self._fields:
            return True
        return _usual_field(name) if len(name) <= _USUAL_LENGTH else _is_field(_segments(name))


# The names of headers and fields are few and come again in every answer; a longer one is no name.
_USUAL_LENGTH = 60


@lru_cache(maxsize=2048)
def _usual_header(name: str) -> bool:
    return _is_header(_segments(name))


@lru_cache(maxsize=4096)
def _usual_field(name: str) -> bool:
    return _is_field(_segments(name))


def _segments(name: str) -> list[str]:
    """Give the words of a name in lower case, without numbers at the end (`password2`)."""
    segments = [segment.lower() for segment in _SEGMENT.findall(name)]
    while segments and segments[-1].isdigit():
        segments.pop()
    return segments


def _together(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _is_header(segments: list[str]) -> bool:
    if not segments or _is_place(segments):
        return False
    return not _HEADER.isdisjoint(segments) or _is_key(segments) or segments[-1].endswith(_HEADER_END)


def _is_field(segments: list[str]) -> bool:
    if not segments or _is_place(segments):
        return False
    return (
        "".join(segments) in _WHOLE
        or segments[-1] in _LAST
        or segments[-1] in _WHOLE
        or "".join(segments[-2:]) in _WHOLE
        or _is_key(segments)
        or (segments[0] in _FIRST and segments[-1] in _AFTER_FIRST)
    )


def _is_key(segments: list[str]) -> bool:
    return segments[-1] == "key" and len(segments) > 1 and segments[-2] in _LAST_KEY


def _is_place(segments: list[str]) -> bool:
    return segments[-1] == "token" and len(segments) > 1 and segments[-2] in _PLACE
