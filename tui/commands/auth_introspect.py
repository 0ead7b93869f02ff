"""``auth introspect``: what the provider says about a token (RFC 7662), and never the token."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from core.errors import InputError

from .auth_tokens import OfConnection
from .call import Call, call_of, unlock_for_authentication
from .exit_codes import DONE, FAILED
from .json_text import json_text
from .options import AuthName
from .times import expires, rfc3339, since

if TYPE_CHECKING:
    from core import Engine
    from core.oauth2.introspection import Introspection, TokenKind

_KINDS: "Final[dict[str, TokenKind]]" = {"access": "access_token", "refresh": "refresh_token"}


def introspect(
    context: typer.Context,
    name: AuthName,
    which: Annotated[
        str, typer.Option("--token", metavar="access|refresh", help="Which of its tokens.")
    ] = "access",
    connection: OfConnection = None,
) -> int:
    """Ask the provider what a token is good for. A token that is not active makes the exit code 1."""
    call = call_of(context)
    if which not in _KINDS:
        raise InputError(f"there is no token called {which!r}", "there are access and refresh")

    async def job(engine: "Engine") -> "Introspection":
        return await engine.introspect(name, kind=_KINDS[which], connection=connection)

    found = call.work(job, before=lambda engine: unlock_for_authentication(engine, name))
    if call.output.as_json:
        call.output.document(introspection_shape(name, _KINDS[which], found))
    else:
        _print(call, name, which, found)
    return DONE if found.active else FAILED


def introspection_shape(name: str, kind: "TokenKind", found: "Introspection") -> dict[str, Any]:
    """What a provider says about a token of an authentication."""
    return {
        "name": name,
        "token": kind,
        "active": found.active,
        "scopes": list(found.scopes) if found.scopes is not None else None,
        "expires_at": rfc3339(found.expires_us),
        "issued_at": rfc3339(found.issued_us),
        "not_before": rfc3339(found.not_before_us),
        "client_id": found.client_id,
        "username": found.username,
        "subject": found.subject,
        "audience": list(found.audience),
        "issuer": found.issuer,
        "token_type": found.token_type,
        "more": dict(found.more),
    }


def _print(call: Call, name: str, which: str, found: "Introspection") -> None:
    if not found.active:
        call.output.text(f"{name}: the provider says that the {which} token is not active")
        verb = "refresh" if which == "access" else "sign-in"
        call.output.note(f"next: connect-tui auth {verb} {name}")
        return
    facts = [
        ("token", f"{which}, active"),
        ("scopes", ", ".join(found.scopes) or "none" if found.scopes is not None else None),
        ("expires", expires(found.expires_us) if found.expires_us is not None else "no date is told"),
        ("issued", since(found.issued_us) if found.issued_us is not None else None),
        ("client", found.client_id),
        ("user", found.username),
        ("subject", found.subject),
        ("audience", ", ".join(found.audience) or None),
        ("issuer", found.issuer),
        ("type", found.token_type),
        *((key, value if isinstance(value, str) else json_text(value)) for key, value in found.more.items()),
    ]
    call.output.facts([(key, value) for key, value in facts if value is not None])
