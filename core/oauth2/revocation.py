"""Tell a provider that tokens are used no more (RFC 7009)."""

from ..tokens import TokenSet
from .asking import ask
from .client import Asking, Client
from .endpoints import find_endpoints
from .refusals import refusal


def revoke(client: Client, held: TokenSet) -> Asking[None]:
    """Revoke the refresh token, then the access token; one that is dead already is no failure.

    Raises:
        ConfigError: the provider has no place for it.
        ConnectError: it refused; says why.
    """
    endpoints = yield from find_endpoints(client, held)
    url = endpoints.needed("revoke_url", client)
    for kind in ("refresh_token", "access_token"):
        token = held.values.get(kind)
        if token is None:
            continue
        client.keep_secret(token)
        fields = {"token": token, "token_type_hint": kind, **client.fields(client.method.params.revoke)}
        answer = yield from ask(client, url, fields, audience=endpoints.token_url)
        ignored = answer.error in {"unsupported_token_type", "invalid_token", "invalid_grant"}
        if not ignored and (answer.error is not None or answer.response.status >= 300):
            raise refusal(client, answer, f"the revocation of the tokens of {client.name}", verb="revoke")
