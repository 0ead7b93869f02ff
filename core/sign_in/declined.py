"""Say why a provider sent a browser back without a code (RFC 6749, 4.1.2.1; OpenID Connect Core, 3.1.2.6)."""

import re
from collections.abc import Mapping
from typing import Final

_LONGEST: Final = 300
# What only the support of Microsoft can read.
_TRACE: Final = re.compile(r"\s*\bTrace ID:.*", re.DOTALL)
_ANOTHER: Final = "somebody has to sign in there, and the connector asks that nobody is asked (`prompt=none`)"
_MEANINGS: Final[Mapping[str, str]] = {
    "access_denied": "access was not granted",
    "user_refused": "access was not granted",
    "permission_denied": "access was not granted",
    "invalid_scope": "a scope that was asked for is not known or not allowed",
    "unauthorized_client": "this client may not use this way to sign in",
    "unsupported_response_type": "it gives this client no codes; its settings there must allow them",
    "invalid_request": "it does not understand what it was asked",
    "invalid_target": "it does not know the resource that was asked for",
    "server_error": "it has trouble of its own; try again",
    "temporarily_unavailable": "it is busy; try again in a while",
    "login_required": _ANOTHER,
    "interaction_required": _ANOTHER,
    "account_selection_required": "an account has to be chosen there; sign out of the others in that browser",
    "consent_required": "consent is missing; it may be that an administrator has to give it",
    "admin_policy_enforced": "an administrator of the organisation does not allow this client",
    "registration_not_supported": "it lets no client register itself",
}  # fmt: skip


def say_declined(error: str, description: str = "") -> str:
    """Give the meaning of an error code, with what the provider itself says; both are text from outside."""
    said = " ".join(_TRACE.sub("", description).split())[:_LONGEST]
    meaning = _MEANINGS.get(error)
    if meaning is None:
        return said or " ".join(error.split())[:_LONGEST]
    return f"{meaning}: {said}" if said else meaning
