"""Let a client register itself at a provider (RFC 7591)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..bodies.json_body import write_json
from ..errors import VendorError
from ..prepare import USER_AGENT
from ..request import Request
from .answers import read_answer
from .client import Asking, Client
from .endpoints import find_endpoints
from .refusals import refusal

_AUTH: Final = {
    "basic": "client_secret_basic",
    "post": "client_secret_post",
    "private_key_jwt": "private_key_jwt",
    "client_secret_jwt": "client_secret_jwt",
    "tls": "tls_client_auth",
    "none": "none",
}
_GRANTS: Final = {
    "device_code": "urn:ietf:params:oauth:grant-type:device_code",
    "jwt_bearer": "urn:ietf:params:oauth:grant-type:jwt-bearer",
}


@dataclass(frozen=True, slots=True)
class Registered:
    """A client that a provider made; ``access_token`` is what changes it, and secret like ``secret``."""

    id: str
    secret: str | None = field(default=None, repr=False)
    secret_expires_us: int | None = None
    access_token: str | None = field(default=None, repr=False)
    url: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)


def register(
    client: Client,
    redirect_uris: tuple[str, ...] = (),
    *,
    more: Mapping[str, Any] | None = None,
    initial_token: str | None = None,
) -> Asking[Registered]:
    """Register a client for the grants of the method; ``more`` is put beside what is usual.

    Raises:
        ConfigError: the provider has no place for it.
        ConnectError: it refused; says why.
    """
    method = client.method
    endpoints = yield from find_endpoints(client)
    url = endpoints.needed("register_url", client)
    grants = [_GRANTS.get(grant, grant) for grant in method.grants]
    facts: dict[str, Any] = {
        "client_name": "connect-tui",
        "grant_types": grants,
        "response_types": ["code"] if "authorization_code" in grants else [],
        "redirect_uris": list(redirect_uris),
        "token_endpoint_auth_method": _AUTH[method.client_auth],
        "scope": client.scope_text(client.scopes()),
        **(more or {}),
    }
    body = write_json({name: value for name, value in facts.items() if value is not None})
    headers = [
        ("User-Agent", USER_AGENT),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
    ]
    if initial_token:
        client.keep_secret(initial_token)
        headers.append(("Authorization", f"Bearer {initial_token}"))
    answer = read_answer(method, (yield Request("POST", url, tuple(headers), body)))
    if not answer.is_good:
        raise refusal(client, answer, "the registration of a client")
    return _read(client, answer.body or {})


def _read(client: Client, body: Mapping[str, Any]) -> Registered:
    if not body.get("client_id"):
        raise VendorError("the registration was answered without a client id", "register it by hand")
    secret, token = body.get("client_secret"), body.get("registration_access_token")
    client.keep_secret(secret, token)
    expires = body.get("client_secret_expires_at") or 0
    return Registered(
        id=str(body["client_id"]),
        secret=secret,
        secret_expires_us=int(expires) * 1_000_000 or None,
        access_token=token,
        url=body.get("registration_client_uri"),
        facts=dict(body),
    )
