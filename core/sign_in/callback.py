"""Read what a provider sends back after a sign-in: an address, its parameters, or the bare code."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from ..errors import InputError
from .declined import say_declined

REFUSED: Final = "the provider refused"
_BARE = re.compile(r"[A-Za-z0-9._~/+=|:%-]{4,4096}")
_STATE = re.compile(r"([0-9a-f]{8})\.[A-Za-z0-9_-]{20,}")


@dataclass(frozen=True, slots=True)
class Callback:
    """What came back; ``parameters`` holds everything, for values that are captured from it.

    ``is_checked`` says that the state was there and right; a code that was pasted alone has none.
    """

    code: str = field(repr=False)
    parameters: Mapping[str, str] = field(repr=False)
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """How an answer is read, and by which parameter it belongs to one attempt."""

    read: Callable[[str], Callback]
    name: str
    value: str = field(repr=False)

    def belongs(self, parameters: Mapping[str, str]) -> bool:
        """Tell whether parameters are of this attempt."""
        return _same(parameters.get(self.name, ""), self.value)


def new_state(begun_us: int) -> str:
    """Give a value that ties an answer to one attempt (RFC 6749, section 10.12), with the time it began."""
    return f"{begun_us // 1_000_000:08x}.{secrets.token_urlsafe(24)}"


def read_callback(text: str, state: str) -> Callback:
    """Read a pasted address, its query, or a code, and check that it belongs to this attempt.

    Raises:
        InputError: it is none of these, belongs to another attempt, or says why the provider refused.
    """
    found = _parameters(text)
    if isinstance(found, str):
        return Callback(found, {}, is_checked=False)
    given = found.get("state")
    if given is not None and not _same(given, state):
        raise InputError(_mismatch(given), "use the address of this attempt, or begin again")
    if error := found.get("error"):
        raise _declined(error, found.get("error_description", ""))
    if not found.get("code"):
        raise InputError(
            "there is no code in this address", "it must be the one the browser ended at, with `code=` in it"
        )
    if given is None:
        raise InputError("there is no state in this address", "paste all of it")
    return Callback(found["code"], found, is_checked=True)


def read_verifier(text: str, token: str) -> Callback:
    """Read what comes back of OAuth 1.0a (RFC 5849, section 2.2): an address with the verifier, or it alone.

    Raises:
        InputError: it is neither, belongs to another attempt, or says that access was not granted.
    """
    found = _parameters(text)
    if isinstance(found, str):
        return Callback(found, {}, is_checked=False)
    given = found.get("oauth_token") or found.get("denied")
    if given is not None and not _same(given, token):
        raise InputError(
            "this address belongs to another sign-in", "use the address of this attempt, or begin again"
        )
    if problem := found.get("oauth_problem") or found.get("error"):
        raise _declined(problem, found.get("error_description", ""))
    if "denied" in found or found.get("oauth_verifier") == "":
        raise _declined("access_denied", "")
    if "oauth_verifier" not in found or given is None:
        missing = "oauth_verifier" if given is not None else "oauth_token"
        raise InputError(
            f"there is no {missing} in this address", "paste all of it: the one that the browser ended at"
        )
    return Callback(found["oauth_verifier"], found, is_checked=True)


def _declined(error: str, description: str) -> InputError:
    return InputError(f"{REFUSED}: {say_declined(error, description)}", "begin again", error_class="auth")


def _parameters(text: str) -> dict[str, str] | str:
    """Give the parameters of an address (its query, else its fragment) or of a bare query; else a bare code.

    Raises:
        InputError: it is none of these.
    """
    text = "".join(text.split())  # a terminal breaks long addresses
    if "://" in text:
        return _of_address(text)
    if re.search(r"(^|[?&])(code|error|state|oauth_verifier|oauth_token|oauth_problem|denied)=", text):
        return dict(_pairs(text.lstrip("?#")))
    if _BARE.fullmatch(text):
        return unquote(text)
    raise _nothing()


def _of_address(text: str) -> dict[str, str]:
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _nothing() from None
    return dict(_pairs(parts.query) or _pairs(parts.fragment))


def _nothing() -> InputError:
    return InputError(
        "this is neither an address nor a code",
        "paste the whole address that the browser ended at, also when it shows an error there",
    )


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _same(given: str, expected: str) -> bool:
    return secrets.compare_digest(given.encode(), expected.encode())


def _mismatch(given: str) -> str:
    begun = _STATE.fullmatch(given)
    if begun is None:
        return "this address belongs to another sign-in"
    at = datetime.fromtimestamp(int(begun[1], 16), UTC).astimezone()
    return f"this address belongs to the attempt that began at {at:%H:%M:%S}"
