"""Who may call: the practice credentials, and what each of them is allowed to do.

The default credentials are fixed, public and the same on every machine, so that a practice connection keeps
working from one run to the next. They open sample data on loopback and nothing else.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass

READ = frozenset({"customers:read", "tickets:read", "drills"})
ALL = READ | {"customers:write", "tickets:write"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the service accepts. The last two are allowed less: reading only, and customers only."""

    token: str
    username: str
    password: str
    api_key: str
    read_only_key: str
    narrow_token: str

    def as_json(self) -> dict[str, str]:
        """The shape that the command prints."""
        return asdict(self)


PRACTICE_CREDENTIALS = Credentials(
    token="practice-token-for-everything",  # noqa: S106 - sample data on loopback
    username="agent",
    password="practice-password",  # noqa: S106 - sample data on loopback
    api_key="practice-key-for-everything",
    read_only_key="practice-key-for-reading",
    narrow_token="practice-token-for-customers",  # noqa: S106 - sample data on loopback
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is signed in: a name, the way they signed in, and their scopes."""

    name: str
    method: str
    scopes: frozenset[str]


class NotAccepted(Exception):  # noqa: N818 - it is an answer, not a fault
    """Credentials are missing or wrong; ``scheme`` is the one that was tried, empty when none was."""

    def __init__(self, message: str, scheme: str = "") -> None:
        super().__init__(message)
        self.scheme = scheme


def identify(known: Credentials, headers: Mapping[str, str], query_key: str) -> Caller:
    """Say who sent these headers (or this ``api_key`` in the query), or raise `NotAccepted`."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            return _by_token(known, rest.strip())
        case "basic":
            return _by_password(known, rest.strip())
        case "":
            return _by_key(known, headers.get("x-api-key") or query_key)
        case _:
            raise NotAccepted(f"the authorization scheme {scheme[:20]!r} is not known here")


def _by_token(known: Credentials, token: str) -> Caller:
    if _same(token, known.token):
        return Caller("agent@practice", "bearer", ALL)
    if _same(token, known.narrow_token):
        return Caller("front-desk@practice", "bearer", frozenset({"customers:read", "drills"}))
    raise NotAccepted("the token is not known", "Bearer")


def _by_password(known: Credentials, encoded: str) -> Caller:
    try:
        username, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise NotAccepted("the basic credentials cannot be read", "Basic") from error
    if _same(username, known.username) and _same(password, known.password):
        return Caller(f"{username}@practice", "basic", ALL)
    raise NotAccepted("the user name or the password is wrong", "Basic")


def _by_key(known: Credentials, key: str) -> Caller:
    if not key:
        raise NotAccepted("no credentials were sent")
    if _same(key, known.api_key):
        return Caller("agent@practice", "api_key", ALL)
    if _same(key, known.read_only_key):
        return Caller("reader@practice", "api_key", READ)
    raise NotAccepted("the API key is not known", "ApiKey")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
