"""A user name and a password that are proven by a hash (RFC 7616), in answer to the server's challenge."""

import hashlib
import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Final

from connectors import DigestAuth

from ..errors import ConfigError, InputError
from ..hosts import origin_of
from ..request import Request, Response
from ..unseal import Unsealed
from ..wire import on_wire
from .challenge import Challenge, challenges_in, parameters_in
from .digest_header import write_header

_FUNCTIONS: Final = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256", "SHA-512": "sha512"}
_SESS: Final = "-SESS"


@dataclass(slots=True)
class Session:
    """What was agreed with a server; ``count`` tells how often its nonce was used."""

    realm: str
    nonce: str
    algorithm: str | None
    qop: str | None
    opaque: str | None
    hides_user: bool
    cnonce: str
    count: int = 0
    secret: str = field(default="", repr=False)

    @property
    def function(self) -> str:
        """The hash function, as hashlib names it."""
        return _FUNCTIONS[(self.algorithm or "MD5").upper().removesuffix(_SESS)]

    @property
    def is_sess(self) -> bool:
        """Whether the secret belongs to this nonce alone."""
        return (self.algorithm or "").upper().endswith(_SESS)

    def hash(self, *parts: str | bytes) -> str:
        """Hash texts that are joined by colons."""
        data = b":".join(part.encode() if isinstance(part, str) else part for part in parts)
        return hashlib.new(self.function, data, usedforsecurity=False).hexdigest()


def authorize(
    method: DigestAuth,
    request: Request,
    unsealed: Unsealed,
    *,
    new_cnonce: Callable[[], str] = lambda: secrets.token_urlsafe(24),
) -> Generator[Request, Response, None]:
    """Yield the request, with the nonce that this operation has already; then again in answer to a challenge.

    A nonce that is stale is replaced once. A challenge that comes again says that the password is wrong.

    Raises:
        ConfigError: the server asks for something else than digest, or for a hash that is not known.
        InputError: the server wants the body signed, and it is a file.
    """
    place = ("digest", origin_of(request.url))
    session: Session | None = unsealed.memory.get(place)
    response = yield _signed(method, request, unsealed, session) if session else request
    has_stale = False
    answered: str | None = None
    while response.status == 401 and origin_of(response.url) == origin_of(request.url):
        challenge = _challenge(response)
        if challenge is None:
            unsealed.memory.pop(place, None)
            return
        nonce = challenge.parameters["nonce"]
        if answered is not None:
            is_stale = challenge.parameters.get("stale", "").lower() == "true"
            if has_stale or not is_stale or nonce == answered:
                unsealed.memory.pop(place, None)
                return
            has_stale = True
        session, answered = _session(challenge, new_cnonce()), nonce
        _keep_secret(session, method, unsealed)
        unsealed.memory[place] = session
        response = yield _signed(method, request, unsealed, session)
    if session is not None:
        _take_next_nonce(session, response)


def _challenge(response: Response) -> Challenge | None:
    """Give the first challenge that can be answered; the server names the one it likes best first.

    Raises:
        ConfigError: there are challenges, and none can be answered.
    """
    values = tuple(value for name, value in response.headers if name.lower() == "www-authenticate")
    found = challenges_in(values)
    digests = [one for one in found if one.scheme == "digest" and "nonce" in one.parameters]
    for challenge in digests:
        if _name(challenge) in _FUNCTIONS:
            return challenge
    if digests:
        raise ConfigError(
            f"the server asks for digest with {listed(digests)}, which is not known here",
            "let the server offer MD5, SHA-256 or SHA-512-256",
        )
    if found:
        others = ", ".join(dict.fromkeys(one.scheme for one in found))
        raise ConfigError(
            f"the server asks for {others} authentication and not for digest",
            "choose the method of the connector that fits",
        )
    return None


def listed(challenges: list[Challenge]) -> str:
    """Name the hash functions of challenges."""
    return " or ".join(one.parameters.get("algorithm", "MD5") for one in challenges)


def _name(challenge: Challenge) -> str:
    return challenge.parameters.get("algorithm", "MD5").upper().removesuffix(_SESS)


def _session(challenge: Challenge, cnonce: str) -> Session:
    given = challenge.parameters
    offered = [one.strip().lower() for one in given.get("qop", "").split(",") if one.strip()]
    qop = next((one for one in ("auth", "auth-int") if one in offered), None)
    if offered and qop is None:
        raise ConfigError(
            f"the server asks for digest with qop {given['qop']!r}, which is not known here",
            "let the server offer `auth`",
        )
    return Session(
        realm=given.get("realm", ""),
        nonce=given["nonce"],
        algorithm=given.get("algorithm"),
        qop=qop,
        opaque=given.get("opaque"),
        hides_user=given.get("userhash", "").lower() == "true",
        cnonce=cnonce,
    )


def _keep_secret(session: Session, method: DigestAuth, unsealed: Unsealed) -> None:
    """Compute what stands for the password in this realm (section 3.4.2); with -sess for this nonce alone."""
    username, password = str(unsealed.fill(method.username)), str(unsealed.fill(method.password))
    secret = session.hash(username, session.realm.encode("latin-1"), password)
    unsealed.redactor.add(secret)
    if session.is_sess:
        secret = session.hash(secret, session.nonce, session.cnonce)
        unsealed.redactor.add(secret)
    session.secret = secret


def _signed(method: DigestAuth, request: Request, unsealed: Unsealed, session: Session) -> Request:
    """Give the request with the proof (section 3.4.1); the nonce counts once more."""
    target, verb = on_wire(request).target, request.method.upper()
    session.count += 1
    count = f"{session.count:08x}"
    if session.qop == "auth-int":
        if request.upload is not None:
            raise InputError(
                "the server wants the body signed (qop auth-int), and it is a file or a form with files",
                "let the server offer `auth` beside `auth-int`",
            )
        asked = session.hash(verb, target, session.hash(request.body or b""))
    else:
        asked = session.hash(verb, target)
    shared = (session.nonce, count, session.cnonce, session.qop) if session.qop else (session.nonce,)
    proof = session.hash(session.secret, *shared, asked)
    unsealed.redactor.add(proof)
    username = str(unsealed.fill(method.username))
    if session.hides_user:
        username = session.hash(username, session.realm.encode("latin-1"))
    value = write_header(
        username, realm=session.realm, nonce=session.nonce, target=target, proof=proof,
        algorithm=session.algorithm, qop=session.qop, cnonce=session.cnonce, count=count,
        opaque=session.opaque, hides_user=session.hides_user,
    )  # fmt: skip
    return request.with_header("Authorization", value)


def _take_next_nonce(session: Session, response: Response) -> None:
    """Go on with the nonce that the server wants next (section 3.5)."""
    following = parameters_in(response.header("authentication-info") or "").get("nextnonce")
    if following and following != session.nonce:
        session.nonce, session.count = following, 0
