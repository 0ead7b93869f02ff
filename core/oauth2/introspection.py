"""Ask a provider what a token is good for (RFC 7662)."""

from typing import Any, Literal

from ..tokens import TokenSet
from .asking import ask
from .client import Asking, Client
from .endpoints import find_endpoints
from .refusals import refusal


def introspect(
    client: Client, held: TokenSet, kind: Literal["access_token", "refresh_token"] = "access_token"
) -> Asking[dict[str, Any]]:
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
        raise refusal(client, answer, f"the question about the token of {client.name}")
    return dict(answer.body or {})
