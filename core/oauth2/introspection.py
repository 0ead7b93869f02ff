"""Ask a provider what a token is good for (RFC 7662)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..expiry import ends_at
from ..tokens import TokenSet
from .asking import ask
from .client import Asking, Client
from .endpoints import find_endpoints
from .refusals import refusal

TokenKind = Literal["access_token", "refresh_token"]
_KNOWN: Final = frozenset(
    {"active", "scope", "scopes", "client_id", "username", "sub", "aud", "iss", "token_type", "exp", "iat",
     "nbf"}
)  # fmt: skip
# Said by nobody who means well, and never shown.
_TOKENS: Final = frozenset({"token", "access_token", "refresh_token", "id_token"})


@dataclass(frozen=True, slots=True)
class Introspection:
    """What a provider says about a token, in microseconds since 1970; ``more`` is what else it said."""

    active: bool
    scopes: tuple[str, ...] | None = None
    expires_us: int | None = None
    issued_us: int | None = None
    not_before_us: int | None = None
    client_id: str | None = None
    username: str | None = None
    subject: str | None = None
    audience: tuple[str, ...] = ()
    issuer: str | None = None
    token_type: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def read_introspection(facts: Mapping[str, Any]) -> Introspection:
    """Read what a provider says (section 2.2), also where a list stands for a text."""
    if facts.get("active") is not True:
        return Introspection(active=False)
    return Introspection(
        active=True,
        scopes=_words(facts.get("scope", facts.get("scopes"))),
        expires_us=ends_at(facts.get("exp")),
        issued_us=ends_at(facts.get("iat")),
        not_before_us=ends_at(facts.get("nbf")),
        client_id=_text(facts.get("client_id")),
        username=_text(facts.get("username")),
        subject=_text(facts.get("sub")),
        audience=_words(facts.get("aud")) or (),
        issuer=_text(facts.get("iss")),
        token_type=_text(facts.get("token_type")),
        more={name: value for name, value in facts.items() if name not in _KNOWN | _TOKENS},
    )


def _words(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    return tuple(str(one) for one in value) if isinstance(value, list) else None


def _text(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def introspect(client: Client, held: TokenSet, kind: TokenKind = "access_token") -> Asking[dict[str, Any]]:
    """Give what the provider says about a token; ``active`` says whether it works.

    Raises:
        ConfigError: the provider has no place for it.
        ConnectError: it refused; says why.
    """
    endpoints = yield from find_endpoints(client, held)
    url = endpoints.needed("introspect_url", client)
    token = held.values.get(kind)
    if token is None:
        return {"active": False}
    client.keep_secret(token)
    answer = yield from ask(
        client, url, {"token": token, "token_type_hint": kind}, audience=endpoints.token_url
    )
    if not answer.is_good:
        raise refusal(client, answer, f"the question about the token of {client.name}", verb="introspect")
    return dict(answer.body or {})
