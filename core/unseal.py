"""Unseal a connection for one operation: its values in clear, and the redactor that knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.templates import fill, fill_path, has_template
from storage.records import Connection

from .keeper import Keeper
from .redact import Redactor
from .resolve import Target

Mentions = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What templates of one operation see. It lives as long as the operation and is never kept."""

    scope: Mapping[str, Any]
    secret_paths: frozenset[tuple[str, str]]
    redactor: Redactor

    def with_input(self, names: Iterable[str], secrets: Iterable[str]) -> "Unsealed":
        """Give the same for an operation of whose input these names are secret, with these values."""
        paths = self.secret_paths | {("input", name) for name in names}
        if paths == self.secret_paths:
            return self
        for secret in secrets:
            self.redactor.add(secret)
        return Unsealed(self.scope, paths, self.redactor)

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
    """Give where the secrets of a connection and its authentication are."""
    theirs = target.authentication.secrets.values() if target.authentication is not None else ()
    return *target.connection.secrets.values(), *theirs


def unseal(target: Target, keeper: Keeper) -> Unsealed:
    """Resolve every secret of a connection and its authentication.

    Raises:
        VaultError: the vault stays locked, or a secret or what a reference names is not there.
    """
    connection, authentication = target.connection, target.authentication
    variables = dict(connection.variables)
    variables |= {key: keeper.resolve(where) for key, where in connection.secrets.items()}
    credentials: dict[str, Any] = {}
    secret_paths = {("var", key) for key in connection.secrets}
    if authentication is not None:
        credentials |= authentication.values
        credentials |= {key: keeper.resolve(where) for key, where in authentication.secrets.items()}
        secret_paths |= {("auth", key) for key in authentication.secrets}
    return build_unsealed(connection, variables, credentials, secret_paths)


def build_unsealed(
    connection: Connection,
    variables: Mapping[str, Any],
    credentials: Mapping[str, Any],
    secret_paths: Iterable[tuple[str, str]],
) -> Unsealed:
    """Give the values of a connection to its templates, with a redactor that knows the secret ones."""
    secret_paths = frozenset(secret_paths)
    redactor = Redactor()
    for root, key in secret_paths:
        redactor.add(str((variables if root == "var" else credentials)[key]))
    scope = {
        "var": variables,
        "auth": credentials,
        "connection": {"name": connection.name, "id": connection.id, "time_zone": connection.time_zone},
    }
    return Unsealed(scope, secret_paths, redactor)
