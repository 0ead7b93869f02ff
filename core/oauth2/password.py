"""The grant for a user name and a password (RFC 6749, section 4.3), where a vendor has nothing better."""

from ..tokens import TokenSet
from .asking import ask_token
from .client import Asking, Client
from .dpop import new_key
from .endpoints import find_endpoints
from .reading import read_tokens


def password(client: Client, held: TokenSet | None = None) -> Asking[TokenSet]:
    """Give new tokens."""
    method = client.method
    endpoints = yield from find_endpoints(client, held)
    scopes = client.scopes()
    secret = client.needed(method.password, "password")
    dpop_key = new_key() if method.dpop else None
    client.keep_secret(secret, dpop_key)
    fields = {
        "grant_type": "password",
        "username": client.needed(method.username, "user name"),
        "password": secret,
        "scope": client.scope_text(scopes),
    }
    url = endpoints.needed("token_url", client)
    answer = yield from ask_token(client, url, fields, dpop_key=dpop_key)
    return read_tokens(
        client, answer, f"the sign-in of {client.name}", endpoints, scopes=scopes, dpop_key=dpop_key,
    )  # fmt: skip
