"""Read what a provider sends back after a sign-in: an address, its parameters, or the bare code."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from ..errors import InputError

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


def new_state(begun_us: int) -> str:
    """Give a value that ties an answer to one attempt (RFC 6749, section 10.12), with the time it began."""
    return f"{begun_us // 1_000_000:08x}.{secrets.token_urlsafe(24)}"


def read_callback(text: str, state: str) -> Callback:
    """Read a pasted address, its query, or a code, and check that it belongs to this attempt.

    Raises:
        InputError: it is none of these, belongs to another attempt, or says why the provider refused.
    """
    text = "".join(text.split())  # a terminal breaks long addresses
    found = _parameters(text)
    if found is None:
        if not _BARE.fullmatch(text):
            raise InputError(
                "this is neither an address nor a code",
                "paste the whole address that the browser ended at, also when it shows an error there",
            )
        return Callback(unquote(text), {}, is_checked=False)
    given = found.get("state")
    if given is not None and not secrets.compare_digest(given.encode(), state.encode()):
        raise InputError(_mismatch(given), "use the address of this attempt, or begin again")
    if error := found.get("error"):
        said = found.get("error_description") or _MEANINGS.get(error, error)
        raise InputError(f"the provider refused: {said}", "begin again", error_class="auth")
    if not found.get("code"):
        raise InputError(
            "there is no code in this address", "it must be the one the browser ended at, with `code=` in it"
        )
    if given is None:
        raise InputError("there is no state in this address", "paste all of it")
    return Callback(found["code"], found, is_checked=True)


_MEANINGS: Mapping[str, str] = {
    "access_denied": "access was not granted",
    "invalid_scope": "a scope that was asked for is not known or not allowed",
    "unauthorized_client": "this client may not use this way to sign in",
    "server_error": "it has trouble of its own; try again",
    "temporarily_unavailable": "it is busy; try again in a while",
}


def _parameters(text: str) -> dict[str, str] | None:
    """Give the parameters of an address (its query, else its fragment) or of a bare query."""
    if "://" in text:
        parts = urlsplit(text)
        return dict(parse_qsl(parts.query) or parse_qsl(parts.fragment))
    if re.search(r"(^|[?&])(code|error|state)=", text):
        return dict(parse_qsl(text.lstrip("?#")))
    return None


def _mismatch(given: str) -> str:
    begun = _STATE.fullmatch(given)
    if begun is None:
        return "this address belongs to another sign-in"
    at = datetime.fromtimestamp(int(begun[1], 16), UTC).astimezone()
    return f"this address belongs to the attempt that began at {at:%H:%M:%S}"
