"""The grant for an assertion that is signed here (RFC 7523): service accounts and the like."""

from ..tokens import TokenSet
from .asking import ask_token
from .assertions import grant_assertion
from .client import Asking, Client
from .dpop import new_key
from .endpoints import find_endpoints
from .reading import read_tokens

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def jwt_bearer(client: Client, held: TokenSet | None = None) -> Asking[TokenSet]:
    """Give new tokens; a refresh token has no use here and is not kept."""
    endpoints = yield from find_endpoints(client, held)
    url, scopes = endpoints.needed("token_url", client), client.scopes()
    scope = client.scope_text(scopes)
    dpop_key = new_key() if client.method.dpop else None
    client.keep_secret(dpop_key)
    fields = {"grant_type": GRANT, "scope": scope}

    def sign() -> dict[str, str]:
        return {"assertion": grant_assertion(client, url, scope)}

    answer = yield from ask_token(client, url, fields, dpop_key=dpop_key, sign=sign)
    return read_tokens(
        client, answer, f"the sign-in of {client.name}", endpoints, scopes=scopes, dpop_key=dpop_key,
        keeps_refresh=False,
    )  # fmt: skip
