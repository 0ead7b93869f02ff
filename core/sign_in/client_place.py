"""Find where a client is registered: by a connector's method, or at an address that a person gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors import Connector, OAuth2Auth
from connectors.templates import mentions_of
from storage.records import Connection

from ..errors import ConfigError, InputError
from ..fields import unknown
from ..record import now_us
from ..resolve import Target
from ..unseal import Unsealed


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants registered, and where.

    ``provider`` is a connector or the address of an issuer. ``values`` fill the addresses of the connector;
    ``metadata`` stands beside what is usual; ``redirect_uris`` replace the one of the method.
    """

    provider: str
    name: str
    method: str | None = None
    connection: str | None = None
    values: Mapping[str, Any] | None = None
    metadata: Mapping[str, Any] | None = None
    redirect_uris: tuple[str, ...] = ()
    initial_token: str | None = None


def registering_method(definition: Connector, name: str | None) -> OAuth2Auth:
    """Give the method whose provider registers clients.

    Raises:
        NotKnownError: there is no method of this name.
        InputError: there are several, and none was named.
        ConfigError: there is none.
    """
    able = {key: one for key, one in definition.auth.items() if isinstance(one, OAuth2Auth)
            and (one.register_url or one.issuer or one.discovery)}  # fmt: skip
    if name is not None and name not in definition.auth:
        raise unknown("method", name, definition.auth)
    chosen = [able[name]] if name in able else list(able.values()) if name is None else []
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        what = f"the method {name} of {definition.handle}" if name else definition.handle
        raise ConfigError(
            f"nothing says where {what} registers clients",
            "register one on the provider's own pages, then "
            f"`connect-tui app add {definition.handle} --name … --client-id …`",
        )
    raise InputError(
        f"{definition.handle} has {len(chosen)} methods that may register clients",
        f"--method {' or '.join(able)}",
    )


def check_filled(method: OAuth2Auth, unsealed: Unsealed, wish: Wish) -> None:
    """Say which value is missing, before an address without it is."""
    places = [one for one in (method.register_url, method.issuer, method.discovery) if one is not None]
    for path in sorted({path for place in places for path in mentions_of(place)}):
        root, *names = path
        if root in ("var", "auth") and names and unsealed.scope[root].get(names[0]) is None:
            raise InputError(
                f"{names[0]} is needed to find where {wish.provider} registers clients",
                f"give it with --set {names[0]}=…, or a connection that has it with --connection",
            )


def stand_in_method(addresses: Mapping[str, str]) -> OAuth2Auth:
    """Give a method that knows nothing but addresses of its provider."""
    grants = ("authorization_code", "device_code", "refresh_token")
    return OAuth2Auth.model_validate({"kind": "oauth2", "grants": grants, **addresses})


def stand_in_connector(method: OAuth2Auth) -> Connector:
    """Give a connector for a provider that no connector is for."""
    said = {"schema": "connect/1", "handle": "provider", "name": "Provider", "summary": "A provider.",
            "revision": 1, "type": "api", "http": {"base_url": "https://provider.invalid"}}  # fmt: skip
    return Connector.model_validate(said).model_copy(update={"auth": {"provider": method}})


def stand_in(definition: Connector, method: OAuth2Auth, variables: Mapping[str, Any], name: str) -> Target:
    """Give the target of a method without an authentication, with the defaults of its connector."""
    made = now_us()
    defaults = {one.key: one.default for one in definition.inputs if one.default is not None}
    connection = Connection(
        id=f"app_{name}", project_id="", name=name, connector=definition.handle,
        connector_revision=definition.revision, connector_hash="", authentication=None, state="draft",
        variables={**defaults, **variables}, created_us=made, updated_us=made,
    )  # fmt: skip
    return Target(connection, definition, None, method, is_kept=False)
