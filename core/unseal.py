"""Unseal a connection for one operation: its values in clear, and the redactor that knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from connectors.templates import fill, fill_path, has_template
from storage.records import Connection

from .keeper import Keeper
from .provider_apps import plain_values
from .redact import Redactor
from .resolve import Target
from .tokens import TokenSet, load_tokens

Mentions = frozenset[tuple[str, ...]]


class Renewing(Protocol):
    """What keeps the tokens of an authentication fresh."""

    async def ready(self, unsealed: "Unsealed") -> None:
        """Let ``unsealed`` hold tokens that work as far as anybody knows."""

    async def renew(self, unsealed: "Unsealed") -> bool:
        """Let ``unsealed`` hold other tokens than those that were refused; tell whether there are others."""


@dataclass(slots=True)
class Unsealed:
    """What templates of one operation see. It lives as long as the operation and is never kept.

    In its ``memory`` an authentication kind finds what it put there at an earlier request of the operation.
    """

    scope: dict[str, Any]
    secret_paths: set[tuple[str, str]]
    redactor: Redactor
    tokens: TokenSet | None = None
    renewing: Renewing | None = None
    memory: dict[object, Any] = field(default_factory=dict)

    def learn(self, tokens: TokenSet) -> None:
        """Let templates see tokens, in place of those before; the redactor goes on knowing both."""
        self.tokens = tokens
        self.scope["auth"] = {**self.scope["auth"], **tokens.values}
        self.scope["captured"] = dict(tokens.captured)
        self.secret_paths |= {("auth", name) for name in tokens.values}
        for value in tokens.values.values():
            self.redactor.add(value)

    def hold_certificate(self, parts: Mapping[str, str]) -> None:
        """Hold the client certificate of the connection itself, for TLS."""
        self.scope["certificate"] = parts
        self.secret_paths |= {("certificate", name) for name in parts}
        for value in parts.values():
            self.redactor.add(value)

    def with_input(self, names: Iterable[str], secrets: Iterable[str]) -> "Unsealed":
        """Give the same for an operation of whose input these names are secret, with these values."""
        paths = self.secret_paths | {("input", name) for name in names}
        if paths == self.secret_paths:
            return self
        for secret in secrets:
            self.redactor.add(secret)
        return replace(self, secret_paths=paths)

    def fill(self, value: Any, more: Mapping[str, Any] | None = None) -> Any:
        """Fill the templates in ``value``; the redactor learns every result that touched a secret."""
        if value is None or (isinstance(value, str) and not has_template(value)):
            return value
        if value == {}:
            return {}
        return fill(value, {**self.scope, **(more or {})}, on_filled=self._filled)

    def fill_path(self, path: str, more: Mapping[str, Any]) -> str:
        """Fill the path of a request; a value in it can neither climb nor start a query."""
        return fill_path(path, {**self.scope, **more}, on_filled=self._filled)

    def _filled(self, mentions: Mentions, result: str) -> None:
        if any(self._is_secret(path) for path in mentions):
            self.redactor.add(result)

    def _is_secret(self, path: tuple[str, ...]) -> bool:
        if not path:
            return bool(self.secret_paths)
        if len(path) == 1:
            return any(root == path[0] for root, _ in self.secret_paths)
        return (path[0], path[1]) in self.secret_paths


def places(target: Target) -> tuple[str, ...]:
    """Give where the secrets of a connection and of what it stands on are."""
    stands_on = (target.connection, target.authentication, target.app, target.certificate)
    found = [where for one in stands_on if one is not None for where in one.secrets.values()]
    tokens = target.authentication.tokens if target.authentication is not None else None
    return *found, *((tokens,) if tokens else ())


def unseal(target: Target, keeper: Keeper) -> Unsealed:
    """Resolve every secret of a connection and of what it stands on, and the tokens that were obtained.

    What an authentication has of its own comes before what the app has that it was made with.

    Raises:
        VaultError: the vault stays locked, or a secret or what a reference names is not there.
    """
    connection, authentication = target.connection, target.authentication
    variables = dict(connection.variables)
    variables |= {key: keeper.resolve(where) for key, where in connection.secrets.items()}
    credentials: dict[str, Any] = plain_values(target.app)
    secret_paths = {("var", key) for key in connection.secrets}
    if target.app is not None:
        credentials |= {key: keeper.resolve(where) for key, where in target.app.secrets.items()}
        secret_paths |= {("auth", key) for key in target.app.secrets}
    if authentication is not None:
        credentials |= authentication.values
        credentials |= {key: keeper.resolve(where) for key, where in authentication.secrets.items()}
        secret_paths |= {("auth", key) for key in authentication.secrets}
    unsealed = build_unsealed(connection, variables, credentials, secret_paths)
    if target.certificate is not None:
        shown = {key: keeper.resolve(where) for key, where in target.certificate.secrets.items()}
        unsealed.hold_certificate(shown)
    if authentication is not None and authentication.tokens is not None:
        # Tokens that are gone, as with an older copy of the vault, are obtained anew.
        text, _ = keeper.held(authentication.tokens.removeprefix("vault:"))
        if text is not None:
            unsealed.learn(load_tokens(text))
    return unsealed


def build_unsealed(
    connection: Connection,
    variables: Mapping[str, Any],
    credentials: Mapping[str, Any],
    secret_paths: Iterable[tuple[str, str]],
) -> Unsealed:
    """Give the values of a connection to its templates, with a redactor that knows the secret ones."""
    secret_paths = set(secret_paths)
    redactor = Redactor()
    for root, key in secret_paths:
        redactor.add(str((variables if root == "var" else credentials)[key]))
    scope = {
        "var": variables,
        "auth": credentials,
        "captured": {},
        "connection": {"name": connection.name, "id": connection.id, "time_zone": connection.time_zone},
    }
    return Unsealed(scope, secret_paths, redactor)
