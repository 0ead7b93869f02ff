"""The clients that are registered at providers: kept for one project, used by its authentications."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from connectors import AuthMethod, Connector, Input
from storage import NotFoundError, Store
from storage.ids import new_id
from storage.records import Authentication, Project, ProviderApp

from .errors import ConfigError, InputError, PolicyError
from .fields import check_name, unknown
from .hosts import host_of
from .keeper import Keeper
from .placing import forget_all, placed, replaced
from .record import now_us
from .redact.names import SecretNames
from .tokens import WITHOUT_FAILURE

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"https?://[^\s/?#{}\\]+(?=[/?#]|$)")
_ADDRESSES = ("_url", "issuer", "discovery")


class ProviderApps:
    """The provider apps of one project."""

    def __init__(self, project: Project, store: Store, keeper: Keeper) -> None:
        self._project = project
        self._store = store
        self._keeper = keeper

    def list(self) -> tuple[ProviderApp, ...]:
        """List the apps by name."""
        return self._store.apps.list(self._project.id)

    def get(self, name: str) -> ProviderApp:
        """Give an app by name.

        Raises:
            NotKnownError: names the nearest one.
        """
        try:
            return self._store.apps.get(self._project.id, name)
        except NotFoundError:
            raise unknown("provider app", name, (row.name for row in self.list())) from None

    def of(self, authentication: Authentication | None) -> ProviderApp | None:
        """Give the app that an authentication was made with.

        Raises:
            ConfigError: it is gone.
        """
        if authentication is None or authentication.provider_app is None:
            return None
        try:
            row = self._store.apps.get_by_id(authentication.provider_app)
        except NotFoundError:
            row = None
        if row is None or row.project_id != self._project.id:
            raise ConfigError(
                f"the provider app of {authentication.name} is gone",
                f"give it another one: `connect-tui auth edit {authentication.name} --app NAME`",
            )
        return row

    def add(
        self,
        name: str,
        provider: str,
        client_id: str,
        values: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> ProviderApp:
        """Keep an app; plain secrets go to the vault, references (``ref:…``) are noted.

        Raises:
            InputError: a field is missing or wrong, or an app has this name.
        """
        self.check_new(name)
        made = now_us()
        row = ProviderApp(
            id=new_id("app_"),
            project_id=self._project.id,
            name=name,
            provider=_checked_provider(provider),
            client_id=_checked_client(client_id),
            values=_checked_values(values or {}),
            secrets={},
            created_us=made,
            updated_us=made,
        )
        with placed(self._keeper, row.id, _checked_keys(secrets or {})) as places:
            row = replace(row, secrets=places)
            self._store.apps.add(row)
        return row

    def edit(
        self,
        name: str,
        *,
        client_id: str | None = None,
        values: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
    ) -> ProviderApp:
        """Replace what is given of an app, as when its secret was rotated; everything goes on using it."""
        row = self.get(name)
        merged = {**row.values, **_checked_values(values or {})}
        with placed(self._keeper, row.id, _checked_keys(secrets or {})) as places:
            changed = replace(
                row,
                client_id=row.client_id if client_id is None else _checked_client(client_id),
                values={key: value for key, value in merged.items() if value is not None},
                secrets={**row.secrets, **places},
                updated_us=now_us(),
            )
            self._store.apps.save(changed)
        forget_all(self._keeper, replaced(row.secrets, changed.secrets))
        for user in self._store.authentications.list(self._project.id):
            if user.provider_app == row.id and user.refresh_failures:
                # It failed with what was replaced just now.
                self._store.authentications.note(user.id, **WITHOUT_FAILURE, state="ready")
        return changed

    def used_by(self, name: str) -> tuple[str, ...]:
        """List the names of the authentications that were made with an app."""
        return self._store.apps.used_by(self.get(name))

    def delete(self, name: str) -> None:
        """Remove an app and its secrets.

        Raises:
            PolicyError: an authentication uses it.
        """
        row = self.get(name)
        self.check_unused(name)
        self._store.apps.delete(row)
        forget_all(self._keeper, row.secrets)

    def check_unused(self, name: str) -> None:
        """Refuse to remove an app that something uses.

        Raises:
            PolicyError: names what does.
        """
        if users := self.used_by(name):
            raise PolicyError(
                f"{name} is used by {', '.join(users)}",
                "delete those authentications or give them another app first",
            )

    def check_new(self, name: str) -> None:
        """Refuse a name that cannot be used or is taken.

        Raises:
            InputError: says which.
        """
        check_name(name)
        if any(row.name.lower() == name.lower() for row in self.list()):
            raise InputError(
                f"a provider app called {name} exists", "choose another name", error_class="conflict"
            )


def offered(app: ProviderApp | None, inputs: Iterable[Input]) -> dict[str, Any]:
    """Give those of an app's values that a method asks for."""
    keys = {one.key for one in inputs}
    return {key: value for key, value in plain_values(app).items() if key in keys}


def plain_values(app: ProviderApp | None) -> dict[str, Any]:
    """Give what templates see of an app beside its secrets."""
    if app is None:
        return {}
    # OAuth 1.0a calls the same thing a consumer key.
    return {"client_id": app.client_id, "consumer_key": app.client_id, **app.values}


def check_fits(app: ProviderApp, definition: Connector, method: AuthMethod) -> None:
    """Refuse to hand a client's secret to somebody else's provider.

    Raises:
        InputError: names the provider of the app, and where the method signs in.
    """
    if app.provider.lower() == definition.handle:
        return
    hosts = _hosts(method)
    if not hosts or not all(_is_at(host, app.provider.lower()) for host in hosts):
        where = f", which signs in at {', '.join(sorted(hosts))}" if hosts else ""
        raise InputError(
            f"the provider app {app.name} is for {app.provider}, not for {definition.handle}{where}",
            f"make one for it: `connect-tui app add {definition.handle} --name … --client-id …`",
        )


def fits(app: ProviderApp, definition: Connector, method: AuthMethod) -> bool:
    """Tell whether an app is for the provider of a method, and has something that the method asks for."""
    keys = {one.key for one in method.inputs}
    if not keys & {*plain_values(app), *app.secrets}:
        return False
    try:
        check_fits(app, definition, method)
    except InputError:
        return False
    return True


def _hosts(method: AuthMethod) -> set[str]:
    """Give the hosts of every address of a method; one that a person fills in may be anywhere."""
    plain = method.model_dump(mode="json", exclude={"help", "docs", "inputs", "test"})
    addresses = (value for key, value in plain.items() if value and key.endswith(_ADDRESSES))
    return {_host(value) for value in addresses if isinstance(value, str)}


def _host(address: str) -> str:
    found = _ADDRESS.match(address)
    return host_of(found[0]) if found is not None else "an address that is entered"


def _is_at(host: str, provider: str) -> bool:
    return host == provider or host.endswith(f".{provider}")


def _checked_provider(provider: str) -> str:
    text = provider.strip()
    host = urlsplit(text).hostname if "://" in text else text
    if not host or any(char.isspace() or char in "/{}" for char in host):
        raise InputError(
            f"{provider!r} is no provider", "give the handle of a connector, or the host where people sign in"
        )
    return host


def _checked_client(client_id: str) -> str:
    if not client_id.strip():
        raise InputError(
            "a provider app needs its client id", "the provider shows it where apps are registered"
        )
    return client_id.strip()


def _checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    names = SecretNames((), ())
    for key in values:
        if key == "client_id":
            raise InputError("client_id has an option of its own", "give it with --client-id")
        if names.has_field(key):
            raise InputError(
                f"{key} is secret", "give it with --secret, from a file, a variable, a command or a reference"
            )
    return dict(_checked_keys(values))


def _checked_keys(given: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in given:
        if not _KEY.fullmatch(key):
            raise InputError(f"{key!r} cannot be a field", "use letters, digits and underscores")
    return given
