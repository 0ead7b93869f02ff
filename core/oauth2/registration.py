"""Let a client register itself at a provider (RFC 7591), and be removed there (RFC 7592)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..bodies.json_body import write_json
from ..errors import VendorError
from ..expiry import ends_at
from ..hosts import origin_of
from ..prepare import USER_AGENT
from ..request import Request
from .answers import read_answer
from .bounds import check_token, is_plain
from .client import Asking, Client
from .endpoints import find_endpoints, is_web
from .refusals import refusal, refused_registration

_AUTH: Final = {
    "basic": "client_secret_basic",
    "post": "client_secret_post",
    "private_key_jwt": "private_key_jwt",
    "client_secret_jwt": "client_secret_jwt",
    "tls": "tls_client_auth",
    "none": "none",
}
_LOOPBACKS: Final = ("http://127.0.0.1", "http://localhost", "http://[::1]")
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
    # A client that is not registered for it is given no refresh token.
    wanted = dict.fromkeys((*method.grants, *(("refresh_token",) if method.is_attended else ())))
    grants = [_GRANTS.get(grant, grant) for grant in wanted]
    facts: dict[str, Any] = {
        "client_name": "connect-tui",
        "grant_types": grants,
        "response_types": ["code"] if "authorization_code" in grants else [],
        "redirect_uris": list(redirect_uris),
        # OpenID Connect lets only native clients come back to the machine itself.
        "application_type": "native" if any(uri.startswith(_LOOPBACKS) for uri in redirect_uris) else None,
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
        raise refused_registration(client, answer, redirect_uris)
    return _read(client, url, answer.body or {})


def unregister(client: Client, url: str, access_token: str) -> Asking[bool]:
    """Remove a client at its own address (RFC 7592, section 2.3); gives False where it was gone already.

    Raises:
        ConnectError: the provider refused; says why.
    """
    client.keep_secret(access_token)
    headers = (
        ("User-Agent", USER_AGENT),
        ("Accept", "application/json"),
        ("Authorization", f"Bearer {access_token}"),
    )
    answer = read_answer(client.method, (yield Request("DELETE", url, headers)))
    # A provider forgets the token together with the client.
    if answer.response.status in {401, 404, 410}:
        return False
    if answer.response.status >= 300:
        raise refusal(client, answer, "the removal of a client")
    return True


def _read(client: Client, asked_url: str, body: Mapping[str, Any]) -> Registered:
    if not body.get("client_id"):
        raise VendorError("the registration was answered without a client id", "register it by hand")
    if not is_plain(str(body["client_id"])):
        raise VendorError(
            "the registration was answered with a client id that nobody could read", "register it by hand"
        )
    secret, token = _secret(body, "client_secret"), _secret(body, "registration_access_token")
    client.keep_secret(secret, token)
    own_url = _text(body.get("registration_client_uri"))
    # What changes the client is given to nobody but who gave it.
    is_theirs = own_url is not None and is_web(own_url) and origin_of(own_url) == origin_of(asked_url)
    return Registered(
        id=str(body["client_id"]),
        secret=secret,
        secret_expires_us=ends_at(body.get("client_secret_expires_at")),
        access_token=token if is_theirs else None,
        url=own_url if is_theirs else None,
        facts=dict(body),
    )


def _secret(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    return check_token(name, value, "the registration") if value else None


def _text(value: Any) -> str | None:
    return str(value) if value else None
