"""Find where a provider is asked: what the connector says, else the provider's own metadata (RFC 8414)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from ..errors import ConfigError, TransportError, VendorError
from ..tokens import TokenSet
from .answers import read_answer
from .asking import plain_request
from .bounds import is_plain, is_plain_address
from .client import Asking, Client

DISCOVERED: Final = "_discovered"
PROVIDER_URLS: Final = "addresses of the provider"
_GOOD_FOR_US: Final = 24 * 3600 * 1_000_000
_SHOWN: Final = 200
_NAMES: Final = {
    "authorize_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "device_url": "device_authorization_endpoint",
    "revoke_url": "revocation_endpoint",
    "introspect_url": "introspection_endpoint",
    "userinfo_url": "userinfo_endpoint",
    "par_url": "pushed_authorization_request_endpoint",
    "register_url": "registration_endpoint",
}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses of a provider; ``found`` is what its metadata said, to be kept with the tokens."""

    authorize_url: str | None = None
    token_url: str | None = None
    refresh_url: str | None = None
    device_url: str | None = None
    revoke_url: str | None = None
    introspect_url: str | None = None
    userinfo_url: str | None = None
    par_url: str | None = None
    register_url: str | None = None
    issuer: str | None = None
    must_push: bool = False
    names_issuer: bool = False
    found: Mapping[str, Any] | None = None

    def needed(self, name: str, client: Client) -> str:
        """Give an address that must be there.

        Raises:
            ConfigError: neither the connector nor the provider says it.
        """
        url: str | None = getattr(self, name)
        if url is None:
            raise ConfigError(
                f"nothing says the {name} of {client.name}",
                f"the connector's method names it as `{name}`, where the provider has one",
            )
        if not is_web(url):
            raise ConfigError(f"the {name} of {client.name} is no http or https address: {url[:_SHOWN]!r}")
        return url


def is_web(url: str) -> bool:
    """Tell whether an address is one that people may open and we may ask."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        return is_address and is_plain(url)
    except ValueError:
        return False


def find_endpoints(client: Client, held: TokenSet | None = None) -> Asking[Endpoints]:
    """Give the addresses; the metadata is asked for once a day where the connector leaves it to it.

    Raises:
        ConfigError: the metadata is that of somebody else.
        VendorError: there is none to be had.
    """
    method = client.method
    said = {item.name: client.optional(getattr(method, item.name, None)) for item in fields(Endpoints)
            if item.name.endswith("_url") or item.name == "issuer"}  # fmt: skip
    urls: dict[str, Any] = {name: url for name, url in said.items() if url is not None}
    must_push = method.par_url is not None
    if method.discovery is None and (method.issuer is None or method.token_url is not None):
        return Endpoints(**urls, must_push=must_push)
    metadata = yield from _metadata(client, held)
    _let_through(client, metadata)
    known = {name: metadata[name] for name in (*_NAMES, "issuer") if metadata.get(name)}
    must_push = must_push or bool(metadata.get("must_push"))
    names_issuer = bool(metadata.get("names_issuer"))
    return Endpoints(**{**known, **urls}, must_push=must_push, names_issuer=names_issuer, found=metadata)


def _metadata(client: Client, held: TokenSet | None) -> Asking[Mapping[str, Any]]:
    """Give the metadata; that of yesterday does when no other can be had."""
    kept = held.captured.get(DISCOVERED) if held is not None else None
    if not isinstance(kept, Mapping):
        return (yield from _discover(client))
    if 0 <= client.now() * 1e6 - float(kept.get("found_us", 0)) < _GOOD_FOR_US:
        return kept
    try:
        return (yield from _discover(client))
    except (VendorError, TransportError):
        return kept


def _discover(client: Client) -> Asking[Mapping[str, Any]]:
    issuer, places = client.optional(client.method.issuer), _places(client)
    for number, url in enumerate(places, start=1):
        response = yield plain_request(client, url)
        if response.status == 404 and number < len(places):
            continue
        body = read_answer(client.method, response).body
        if response.status != 200 or not body or "issuer" not in body:
            raise VendorError(
                f"{url} gives no metadata of a provider (status {response.status})",
                "check the issuer; or let the connector name the endpoints themselves",
                status=response.status,
                retryable=response.status >= 500,
            )
        if issuer is not None and str(body["issuer"]).rstrip("/") != issuer.rstrip("/"):
            raise ConfigError(
                f"the metadata at {url} is that of {str(body['issuer'])[:_SHOWN]}, not of {issuer}",
                "give the issuer as the provider writes it",
            )
        return _taken(client, url, body)
    raise AssertionError("there is always one place")  # pragma: no cover


def _taken(client: Client, url: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep of the metadata what is used.

    Raises:
        ConfigError: it would lead from TLS to a place without.
        VendorError: one of its addresses is none.
    """
    if client.method.client_auth == "tls" and isinstance(
        aliases := body.get("mtls_endpoint_aliases"), Mapping
    ):
        body = {**body, **aliases}  # where a certificate is looked at (RFC 8705, section 5)
    if not is_plain(str(body["issuer"])):
        raise VendorError(
            f"the metadata at {url} names an issuer that nobody could read: {str(body['issuer'])[:_SHOWN]!r}",
            "tell those who run the provider",
        )
    found = {name: str(body[theirs]) for name, theirs in _NAMES.items() if body.get(theirs)}
    for name, place in found.items():
        if not (is_web(place) and is_plain_address(place)):
            raise VendorError(
                f"the metadata at {url} names no plain http or https address as its {_NAMES[name]}: "
                f"{place[:_SHOWN]!r}",
                "tell those who run the provider; or let the connector name the endpoints itself",
            )
        if url.startswith("https://") and not place.startswith("https://"):
            raise ConfigError(
                f"the metadata at {url} leads out of TLS: its {name} is {place}",
                "tell those who run the provider",
            )
    return {
        **found,
        "issuer": str(body["issuer"]),
        "must_push": bool(body.get("require_pushed_authorization_requests")),
        "names_issuer": bool(body.get("authorization_response_iss_parameter_supported")),
        "found_us": int(client.now() * 1e6),
    }


def _places(client: Client) -> tuple[str, ...]:
    """Give where the metadata may be: OpenID Connect's behind the issuer, RFC 8414's before its path."""
    if client.method.discovery is not None:
        return (_web(client, client.method.discovery, "address of the provider's metadata"),)
    issuer = _web(client, client.method.issuer, "issuer")
    parts = urlsplit(issuer)
    inserted = f"/.well-known/oauth-authorization-server{parts.path.rstrip('/')}"
    return (
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        urlunsplit(parts._replace(path=inserted, query="", fragment="")),
    )


def _web(client: Client, template: str | None, what: str) -> str:
    url = client.needed(template, what)
    if not is_web(url):
        raise ConfigError(f"the {what} of {client.name} is no http or https address: {url[:_SHOWN]!r}")
    return url


def _let_through(client: Client, metadata: Mapping[str, Any]) -> None:
    """Let requests go to the addresses that the provider named for itself."""
    urls = {url for name in _NAMES if metadata.get(name) and is_web(url := str(metadata[name]))}
    client.unsealed.memory[PROVIDER_URLS] = urls
