"""Renew tokens with a refresh token (RFC 6749, section 6), whether the provider replaces it or not."""

from typing import Final

from ..tokens import TokenSet
from .asking import ask_token
from .client import Asking, Client
from .dpop import KEY, new_key
from .endpoints import find_endpoints
from .reading import read_tokens

ROTATES: Final = "the next request uses up a refresh token"


def refresh(client: Client, refresh_token: str, held: TokenSet | None = None) -> Asking[TokenSet]:
    """Give new tokens; what the answer does not say again, as a refresh token, stays as it was ``held``.

    Raises:
        SignInNeededError: the provider said that the refresh token is dead.
        ConnectError: it gave no tokens for another reason; says what helps.
    """
    method = client.method
    endpoints = yield from find_endpoints(client, held)
    asked = held.scopes if held is not None and held.scopes is not None else client.scopes()
    dpop_key = held.values.get(KEY) if held is not None else None
    if method.dpop and dpop_key is None:
        dpop_key = new_key()
    client.keep_secret(refresh_token, dpop_key)
    fields = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "scope": client.scope_text(asked) if method.refresh.send_scope else None,
    }
    url = endpoints.needed("refresh_url" if endpoints.refresh_url else "token_url", client)
    client.unsealed.memory[ROTATES] = True
    answer = yield from ask_token(client, url, fields, dpop_key=dpop_key, renews=True)
    held = held or TokenSet({"refresh_token": refresh_token}, 0)
    return read_tokens(
        client, answer, f"the refresh of {client.name}", endpoints, scopes=asked, held=held,
        dpop_key=dpop_key, renews=True,
    )  # fmt: skip
