"""The authentications of a project: made once, used by many connections, their secrets in the vault."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from connectors import AuthMethod, Connector
from storage import NotFoundError, Store
from storage.ids import new_id
from storage.records import Authentication, Project, ProviderApp

from .catalog import Catalog
from .errors import InputError, PolicyError
from .fields import by_key, check_fields, check_name, method_of, unknown
from .keeper import Keeper
from .placing import forget_all, left_by, placed, places_of, replaced
from .provider_apps import ProviderApps, check_fits, offered
from .record import now_us
from .refresh_lease import RefreshLeases
from .tokens import WITHOUT_FAILURE, WITHOUT_TOKENS, gets_new_tokens


class KeptAuthentications:
    """The authentications of one project."""

    def __init__(
        self,
        project: Project,
        store: Store,
        catalog: Catalog,
        keeper: Keeper,
        apps: ProviderApps,
        leases: RefreshLeases,
    ) -> None:
        self._project = project
        self._store = store
        self._catalog = catalog
        self._keeper = keeper
        self._apps = apps
        self._leases = leases

    def list(self, connector: str | None = None) -> tuple[Authentication, ...]:
        """List the authentications, of one connector or of all."""
        return tuple(self._store.authentications.list(self._project.id, connector))

    def get(self, name: str) -> Authentication:
        """Give an authentication by name.

        Raises:
            NotKnownError: names the nearest one.
        """
        try:
            return self._store.authentications.get(self._project.id, name)
        except NotFoundError:
            raise unknown("authentication", name, (item.name for item in self.list())) from None

    def add(
        self,
        connector: str,
        method: str,
        name: str,
        values: Mapping[str, Any],
        secrets: Mapping[str, str],
        *,
        app: str | None = None,
    ) -> Authentication:
        """Check and keep credentials; plain secrets go to the vault, references (``ref:…``) are noted.

        What the provider ``app`` has need not be given.

        Raises:
            InputError: names every field that is missing or wrong.
            NameTakenError: an authentication has this name.
        """
        found = self._catalog.get(connector)
        option = method_of(found, method)
        check_name(name)
        secrets = by_key(option.inputs, secrets)
        chosen = self._app_for(found.definition, option, app)
        checked = _checked_beside(chosen, option, values, secrets)
        made = now_us()
        row = Authentication(
            id=new_id("aut_"),
            project_id=self._project.id,
            name=name,
            connector=found.definition.handle,
            method=method,
            kind=option.kind,
            state="ready",
            values=checked,
            secrets={},
            created_us=made,
            updated_us=made,
            provider_app=chosen.id if chosen is not None else None,
        )
        if any(item.name.lower() == name.lower() for item in self.list()):
            raise InputError(
                f"an authentication called {name} exists", "choose another name", error_class="conflict"
            )
        with placed(self._keeper, row.id, secrets) as places:
            row = replace(row, secrets=places)
            self._store.authentications.add(row)
        return row

    def edit(
        self, name: str, values: Mapping[str, Any], secrets: Mapping[str, str], *, app: str | None = None
    ) -> Authentication:
        """Replace values, secrets or the app of an authentication; everything that uses it keeps using it.

        A login or refresh that is under way comes to its end first, so that what it brings is not taken for
        what the new credentials bring.
        """
        row = self.get(name)
        with self._leases.editing(row):
            return self._edit(self.get(row.name), values, secrets, app)

    def _edit(
        self, row: Authentication, values: Mapping[str, Any], secrets: Mapping[str, str], app: str | None
    ) -> Authentication:
        found = self._catalog.get(row.connector)
        option = method_of(found, row.method)
        chosen = self._app_for(found.definition, option, app) if app else self._apps.of(row)
        secrets = by_key(option.inputs, secrets)
        merged = {**row.values, **by_key(option.inputs, values)}
        checked = _checked_beside(chosen, option, merged, secrets, row.secrets)
        with placed(self._keeper, row.id, secrets) as places:
            is_other = (chosen.id if chosen else None) != row.provider_app
            changes: dict[str, Any] = {
                "values": checked,
                "secrets": {**row.secrets, **places},
                "provider_app": chosen.id if chosen is not None else None,
                "updated_us": now_us(),
                "state": "ready",
                **self._given_up(row, option, is_new=is_other or bool(secrets), is_other=is_other),
            }
            self._store.authentications.note(row.id, **changes)
            changed = replace(row, **changes)
        forget_all(self._keeper, replaced(places_of(row), places_of(changed)))
        return changed

    def _given_up(
        self, row: Authentication, method: AuthMethod, *, is_new: bool, is_other: bool
    ) -> Mapping[str, Any]:
        """Give what the row says no more: another user's session, what a mistyped password failed with.

        What ``is_new`` may go elsewhere, unless tokens are kept that it did not bring.
        """
        if not (is_other or gets_new_tokens(method)):
            return WITHOUT_FAILURE
        # Whoever died between the vault and the row may have left tokens that the row does not name.
        if row.tokens is None:
            self._keeper.forget(f"vault:{row.id}/tokens")
        return {**WITHOUT_TOKENS, **({"origins": None} if is_new else {})}

    def _app_for(self, definition: Connector, method: AuthMethod, name: str | None) -> ProviderApp | None:
        if name is None:
            return None
        app = self._apps.get(name)
        check_fits(app, definition, method)
        return app

    def used_by(self, name: str) -> tuple[str, ...]:
        """List the names of the connections that use an authentication."""
        return tuple(self._store.authentications.used_by(self.get(name).id))

    def delete(self, name: str) -> None:
        """Remove an authentication and its secrets; refused while a connection uses it."""
        row = self.get(name)
        if users := self.used_by(name):
            raise PolicyError(
                f"{name} is used by {', '.join(users)}", "delete those connections or give them another first"
            )
        with self._leases.editing(row):
            row = self.get(row.name)
            self._store.authentications.delete(row.id)
        forget_all(self._keeper, left_by(row))


def _checked_beside(
    app: ProviderApp | None,
    method: AuthMethod,
    values: Mapping[str, Any],
    secrets: Mapping[str, str],
    kept: Collection[str] = (),
) -> dict[str, Any]:
    """Check what is given beside an app, and give what is the authentication's own."""
    theirs = offered(app, method.inputs)
    there = {*kept, *(app.secrets if app is not None else ())}
    checked = check_fields(method.inputs, {**theirs, **values}, secrets, there)
    return {key: value for key, value in checked.items() if key in values or key not in theirs}
