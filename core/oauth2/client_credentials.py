"""The grant for a client that acts for itself (RFC 6749, section 4.4)."""

from ..tokens import TokenSet
from .asking import ask_token
from .client import Asking, Client
from .dpop import KEY, new_key
from .endpoints import find_endpoints
from .reading import read_tokens


def client_credentials(client: Client, held: TokenSet | None = None) -> Asking[TokenSet]:
    """Give new tokens; a refresh token has no use here and is not kept."""
    endpoints = yield from find_endpoints(client, held)
    scopes = client.scopes()
    dpop_key = _key(held) if client.method.dpop else None
    client.keep_secret(dpop_key)
    fields = {"grant_type": "client_credentials", "scope": client.scope_text(scopes)}
    url = endpoints.needed("token_url", client)
    answer = yield from ask_token(client, url, fields, dpop_key=dpop_key)
    return read_tokens(
        client, answer, f"the sign-in of {client.name}", endpoints, scopes=scopes, dpop_key=dpop_key,
        keeps_refresh=False,
    )  # fmt: skip


def _key(held: TokenSet | None) -> str:
    return (held.values.get(KEY) if held is not None else None) or new_key()
