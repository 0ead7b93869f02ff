"""Make a provider app by asking for a client (RFC 7591), and remove that at the provider again (RFC 7592)."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from connectors import OAuth2Auth
from storage import StorageError, VaultError
from storage.records import ProviderApp
from storage.vault import is_reference

from ..call import Transport
from ..catalog import Catalog
from ..errors import ConfigError, ConnectError, InputError
from ..events import Emit
from ..fields import unknown
from ..keeper import Keeper
from ..oauth2 import Client, Registered, register, unregister
from ..record import Recorder
from ..request import Request, Response
from ..resolve import Target, resolve_connection
from ..unseal import Unsealed, build_unsealed
from ..workspace import Workspace
from .client_place import (
    Wish,
    check_filled,
    registering_method,
    stand_in,
    stand_in_connector,
    stand_in_method,
)
from .errand import Errands
from .here import leads_back, redirect_uri

TOKEN: Final = "registration_access_token"  # noqa: S105 - the name of a secret
PLACE: Final = "registration_client_uri"
# What cannot be made up here: keys of the client that the provider must know.
_WITH_KEYS: Final = frozenset({"private_key_jwt", "tls"})
_KEYS: Final = frozenset({"jwks", "jwks_uri", "tls_client_auth_subject_dn"})


class Registering:
    """Registers clients for the provider apps of a project."""

    def __init__(
        self,
        workspace: Workspace,
        catalog: Catalog,
        keeper: Keeper,
        recorder: Recorder,
        transport: Transport,
    ) -> None:
        self._workspace = workspace
        self._catalog = catalog
        self._keeper = keeper
        self._errands = Errands(keeper, recorder, transport)

    async def register(self, wish: Wish, emit: Emit) -> tuple[ProviderApp, tuple[str, ...]]:
        """Register a client and keep it as an app; gives it with what the provider made otherwise than asked.

        Raises:
            InputError: the name is taken, or something is missing or unknown.
            ConnectError: the provider has no place for it, or refused; says why.
        """
        self._workspace.apps.check_new(wish.name)
        target, method, provider = self._resolve(wish)
        # What is registered must be kept; a provider cannot wait for a passphrase.
        await asyncio.to_thread(self._keeper.open, "to keep the client's secret")
        unsealed = await asyncio.to_thread(self._unsealed, target, wish)
        check_filled(method, unsealed, wish)
        _check_keys(method, wish)
        asked = _redirects(method, unsealed, wish)
        token = wish.initial_token
        if token is not None and is_reference(token):
            token = await asyncio.to_thread(self._keeper.resolve, token)
        more = {"client_name": f"connect-tui {wish.name}", **(wish.metadata or {})}
        flow = partial(_registered, method, wish.name, asked, more, token)
        made = await self._errands.run(
            f"register client {wish.name}", target, flow, emit, lambda found: f"the client is {found.id}",
            given=unsealed,
        )  # fmt: skip
        try:
            app = await asyncio.to_thread(self._keep, wish.name, provider, made)
        except Exception:
            await self._take_back(wish.name, made, emit)
            raise
        return app, _differences(made, method, asked)

    async def unregister(self, name: str, emit: Emit) -> bool:
        """Remove the client of an app at its provider; gives whether it was still there.

        Raises:
            ConfigError: it was not registered from here.
            ConnectError: the provider refused; says why.
        """
        app = self._workspace.apps.get(name)
        place, where = app.values.get(PLACE), app.secrets.get(TOKEN)
        if not isinstance(place, str) or where is None:
            raise ConfigError(
                f"{app.name} was not registered from here, so it cannot be removed at {app.provider} either",
                "remove it on the provider's own pages; without --unregister it is only forgotten here",
            )
        token = await asyncio.to_thread(self._keeper.resolve, where)
        return await self._remove(app.name, place, token, emit)

    def _keep(self, name: str, provider: str, made: Registered) -> ProviderApp:
        values: dict[str, Any] = {PLACE: made.url} if made.url else {}
        if made.secret_expires_us is not None:
            values["client_secret_expires_at"] = made.secret_expires_us // 1_000_000
        secrets = {"client_secret": made.secret, TOKEN: made.access_token}
        known = {key: value for key, value in secrets.items() if value is not None}
        return self._workspace.apps.add(name, provider, made.id, values, known)

    async def _take_back(self, name: str, made: Registered, emit: Emit) -> None:
        """Leave no client behind that nobody here knows."""
        if made.url is not None and made.access_token is not None:
            # It is in the log; what went wrong before is told.
            with suppress(ConnectError, StorageError, VaultError):
                await self._remove(name, made.url, made.access_token, emit)

    async def _remove(self, name: str, place: str, token: str, emit: Emit) -> bool:
        method = stand_in_method({"register_url": "{{ var.provider }}"})
        target = stand_in(stand_in_connector(method), method, {"provider": place}, name)
        unsealed = build_unsealed(target.connection, target.connection.variables, {}, ())

        def flow(given: Unsealed) -> Generator[Request, Response, bool]:
            return unregister(Client(method, given, name), place, token)

        return await self._errands.run(
            f"remove client {name}", target, flow, emit,
            lambda was_there: "the client is removed" if was_there else "the client was gone already",
            given=unsealed,
        )  # fmt: skip

    def _resolve(self, wish: Wish) -> tuple[Target, OAuth2Auth, str]:
        if "://" in wish.provider:
            method = stand_in_method({"issuer": "{{ var.issuer }}"})
            host = urlsplit(wish.provider).hostname or ""
            variables = {"issuer": wish.provider}
            return stand_in(stand_in_connector(method), method, variables, wish.name), method, host
        if wish.connection is not None:
            target = resolve_connection(self._workspace, self._catalog, wish.connection)
            definition = target.definition
            if definition.handle != wish.provider:
                raise InputError(
                    f"{wish.connection} is a connection to {definition.handle}, not to {wish.provider}",
                    "name one that is",
                )
            method = registering_method(definition, wish.method)
            return replace(target, authentication=None, app=None, method=method), method, definition.handle
        definition = self._catalog.get(wish.provider).definition
        method = registering_method(definition, wish.method)
        return stand_in(definition, method, {}, wish.name), method, definition.handle

    def _unsealed(self, target: Target, wish: Wish) -> Unsealed:
        connection, given = target.connection, dict(wish.values or {})
        keys = {one.key for one in target.definition.inputs}
        fields = {one.key for one in target.method.inputs} if target.method is not None else set()
        for name in given:
            if name not in keys | fields:
                raise unknown("input", name, sorted(keys | fields))
        variables = {**connection.variables, **{key: given[key] for key in given if key in keys}}
        secrets = {key: self._keeper.resolve(where) for key, where in connection.secrets.items()}
        credentials = {key: given[key] for key in given if key in fields}
        secret_paths = {("var", key) for key in secrets}
        return build_unsealed(connection, {**variables, **secrets}, credentials, secret_paths)


def _registered(
    method: OAuth2Auth,
    name: str,
    redirects: tuple[str, ...],
    more: Mapping[str, Any],
    token: str | None,
    unsealed: Unsealed,
) -> Generator[Request, Response, Registered]:
    return register(Client(method, unsealed, name), redirects, more=more, initial_token=token)


def _check_keys(method: OAuth2Auth, wish: Wish) -> None:
    if method.client_auth in _WITH_KEYS and _KEYS.isdisjoint(wish.metadata or {}):
        raise InputError(
            f"a client of {wish.provider} proves itself by a key, and its provider must get the public one",
            "give --metadata jwks:=JSON, --metadata jwks_uri=URL, or for a certificate "
            "--metadata tls_client_auth_subject_dn=NAME",
        )


def _redirects(method: OAuth2Auth, unsealed: Unsealed, wish: Wish) -> tuple[str, ...]:
    if "authorization_code" not in method.grants:
        return ()
    usual = redirect_uri(method, unsealed)
    return wish.redirect_uris or ((usual,) if leads_back(usual) else ())


def _differences(made: Registered, method: OAuth2Auth, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Say what the provider registered otherwise (RFC 7591, section 3.2.1), where it matters here."""
    found = []
    proof = made.facts.get("token_endpoint_auth_method")
    wanted = {"basic": "client_secret_basic", "post": "client_secret_post"}.get(
        method.client_auth, method.client_auth
    )
    if isinstance(proof, str) and proof != wanted and wanted.startswith("client_secret"):
        found.append(f"the client proves itself by {proof}, and the connector uses {wanted}")
    known = made.facts.get("redirect_uris")
    if asked and isinstance(known, list) and (missing := [uri for uri in asked if uri not in known]):
        found.append(f"the provider did not take the redirect address {', '.join(missing)}")
    if made.access_token is None:
        found.append("the provider gave nothing that changes or removes the client from here")
    return tuple(found)
