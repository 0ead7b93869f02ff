"""What the wizard asks of the engine: plain functions that run in the engine's thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...state.wizard import AuthPick

if TYPE_CHECKING:
    from core import CatalogEntry, Engine
    from storage.records import Authentication, Connection


@dataclass(frozen=True, slots=True)
class Method:
    """One way to authenticate, with its inputs (`connectors.Input`) and the names of its probes."""

    method: str
    kind: str
    title: str
    help: str
    inputs: tuple[Any, ...]
    probes: tuple[str, ...]
    docs: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorFacts:
    """What the pages need to know of a connector, and the names of the kept certificates by their ids."""

    handle: str
    name: str
    inputs: tuple[Any, ...]
    methods: tuple[Method, ...]
    docs: str = ""
    certificates: Mapping[str, str] = field(default_factory=dict)

    def method(self, name: str) -> Method | None:
        """Give a method by its name."""
        return next((one for one in self.methods if one.method == name), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be kept after the inputs page; ``existing`` is the connection's name when it is there.

    ``made`` is an authentication of this wizard that goes when it is not used any more. An empty
    ``certificate`` takes one away, None leaves it as it is.
    """

    connector: str
    name: str
    existing: str
    pick: AuthPick | None
    auth_name: str
    auth_app: str
    auth_values: Mapping[str, Any]
    auth_secrets: Mapping[str, str]
    variables: Mapping[str, Any]
    secrets: Mapping[str, str]
    settings: Mapping[str, Any]
    certificate: str | None = None
    made: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: the connection's name, its authentication, and whether that was made just now."""

    name: str
    authentication: str
    made: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What worked before the wizard changed it, with its secrets in clear: kept in memory, never shown."""

    authentication: "Authentication | None"
    auth_secrets: Mapping[str, str] = field(repr=False)
    connection: "Connection | None"
    secrets: Mapping[str, str] = field(repr=False)
    auth_app: str | None = None
    certificate: str = ""


def list_catalog(engine: "Engine") -> tuple["CatalogEntry", ...]:
    """Give the connectors by handle; the practice one first while there is no connection."""
    entries = engine.catalog.entries()
    if engine.workspace.connections():
        return entries
    return tuple(sorted(entries, key=lambda entry: entry.handle != "practice"))


def read_connector(engine: "Engine", handle: str) -> ConnectorFacts:
    """Give the facts of a connector.

    Raises:
        NotKnownError: there is no such connector.
    """
    definition = engine.catalog.get(handle).definition
    methods = tuple(
        Method(
            name,
            method.kind,
            method.title or name,
            _help(method),
            tuple(method.inputs),
            tuple(test.name for test in method.test[1:]),
            str(method.docs or ""),
        )
        for name, method in definition.auth.items()
    )
    links = definition.links
    docs = str((links and (links.docs or links.home)) or "")
    certificates = {row.id: row.name for row in engine.workspace.certificates.list()}
    return ConnectorFacts(
        definition.handle, definition.name, tuple(definition.inputs), methods, docs, certificates
    )


def _help(method: Any) -> str:
    """Say where credentials are found, and what the provider must be told to give them."""
    from core.sign_in.here import known_redirect

    redirect = known_redirect(method)
    if redirect is None or redirect in method.help:
        return str(method.help)
    return f"{method.help} The app at the provider needs the redirect address {redirect}".lstrip()


def list_picks(engine: "Engine", facts: ConnectorFacts) -> tuple[AuthPick, ...]:
    """Give the lines of the authentication page: what exists for the connector, then each method anew."""
    known = {one.method: one for one in facts.methods}
    apps = {one.method: _fitting_apps(engine, facts.handle, one.method) for one in facts.methods}
    names = {app.id: app.name for app in engine.workspace.apps.list()}
    existing = tuple(
        AuthPick(
            row.method,
            row.kind,
            known[row.method].title,
            name=row.name,
            help=known[row.method].help,
            state=row.state,
            users=engine.workspace.authentications.used_by(row.name),
            values=row.values,
            kept=frozenset(row.secrets),
            app=names.get(row.provider_app or "", ""),
            apps=apps[row.method],
        )
        for row in engine.workspace.authentications.list(facts.handle)
        if row.method in known
    )
    return existing + tuple(
        AuthPick(one.method, one.kind, one.title, help=one.help, apps=apps[one.method])
        for one in facts.methods
    )


def _fitting_apps(engine: "Engine", handle: str, method: str) -> dict[str, frozenset[str]]:
    """Give the provider apps that fit a method by name, each with the keys of what it has."""
    from core.provider_apps import fits, plain_values

    rows = engine.workspace.apps.list()
    if not rows:
        return {}
    definition = engine.catalog.get(handle).definition
    option = definition.auth[method]
    return {
        row.name: frozenset((*plain_values(row), *row.secrets))
        for row in rows
        if fits(row, definition, option)
    }


def taken_names(engine: "Engine") -> tuple[frozenset[str], frozenset[str]]:
    """Give the names of connections and of authentications that are in use."""
    return (
        frozenset(row.name for row in engine.workspace.connections()),
        frozenset(row.name for row in engine.workspace.authentications.list()),
    )


def read_connection(engine: "Engine", name: str) -> "Connection":
    """Give a connection by its name.

    Raises:
        NotKnownError: there is none.
    """
    return engine.workspace.connection(name)


def read_before(engine: "Engine", draft: Draft) -> Before | None:
    """Give what keeping the draft changes although it may be in use; nothing where all of it is new.

    Raises:
        VaultError: a secret that would have to be put back cannot be read.
    """
    workspace, pick = engine.workspace, draft.pick
    connection = workspace.connection(draft.existing) if draft.existing else None
    if connection is not None and connection.state == "draft":
        connection = None
    authentication = None
    if pick is not None and not pick.is_new and _is_edited(draft, pick):
        others = [name for name in workspace.authentications.used_by(pick.name) if name != draft.existing]
        if connection is not None or others:
            authentication = workspace.authentications.get(pick.name)
    if connection is None and authentication is None:
        return None
    shown = workspace.certificates.of(connection) if connection is not None else None
    return Before(
        authentication,
        _in_clear(engine, authentication.secrets if authentication else {}, draft.auth_secrets),
        connection,
        _in_clear(engine, connection.secrets if connection else {}, draft.secrets),
        auth_app=pick.app or None if pick is not None else None,
        certificate=shown.name if shown is not None else "",
    )


def put_back(engine: "Engine", before: Before, draft: str, made: str) -> str:
    """Let what worked before be in force again; gives the name of the connection.

    ``draft`` is what the connection is called now, ``made`` an authentication that was made for it.
    """
    workspace, was = engine.workspace, before.connection
    if before.authentication is not None:
        old = before.authentication
        workspace.authentications.edit(old.name, old.values, before.auth_secrets, app=before.auth_app)
    if was is None:
        return draft
    now = workspace.connection(draft)
    gone = {key: None for key in now.variables if key not in was.variables}
    now = workspace.edit_connection(
        draft,
        authentication=was.authentication,
        variables={**was.variables, **gone},
        secrets=before.secrets,
        certificate=before.certificate,
        name=was.name,
        time_zone=was.time_zone,
        date_format=was.date_format,
    )
    if made and not workspace.authentications.used_by(made):
        workspace.authentications.delete(made)
    authentication = workspace.authentications.get(was.authentication) if was.authentication else None
    if was.last_test_verdict is not None:
        workspace.note_test(
            now,
            authentication,
            was.last_test_operation or "",
            was.last_test_verdict,
            was.last_test_stages,
            was.state,
            was.last_test_us,
        )
    elif was.state == "active":
        workspace.note_outcome(now, authentication, None)
    return was.name


def _is_edited(draft: Draft, pick: AuthPick) -> bool:
    is_other_app = bool(draft.auth_app) and draft.auth_app != pick.app
    return is_other_app or bool(draft.auth_secrets) or dict(draft.auth_values) != dict(pick.values)


def _in_clear(engine: "Engine", places: Mapping[str, str], changed: Mapping[str, str]) -> dict[str, str]:
    """Give the secrets that would be replaced as they can be given again: a reference stays one."""
    return {
        key: engine.keeper.resolve(where) if where.startswith("vault:") else where
        for key, where in places.items()
        if key in changed
    }


def keep_draft(engine: "Engine", draft: Draft, before: Before | None = None) -> Kept:
    """Keep the authentication and the connection; when the second fails, the first is taken back.

    ``before`` is what `read_before` gave.

    Raises:
        ConnectError: a name is taken, a field is wrong, the vault stays locked.
    """
    authentication, made = _keep_authentication(engine, draft)
    try:
        _keep_connection(engine, draft, authentication)
    except Exception:
        if made:
            engine.workspace.authentications.delete(authentication)
        elif before is not None and before.authentication is not None:
            old = before.authentication
            engine.workspace.authentications.edit(
                old.name, old.values, before.auth_secrets, app=before.auth_app
            )
        raise
    if (
        draft.made
        and draft.made != authentication
        and not engine.workspace.authentications.used_by(draft.made)
    ):
        engine.workspace.authentications.delete(draft.made)
    return Kept(draft.name, authentication, made)


def _keep_authentication(engine: "Engine", draft: Draft) -> tuple[str, bool]:
    pick = draft.pick
    if pick is None or pick.kind == "none":
        return "", False
    if pick.is_new:
        row = engine.workspace.authentications.add(
            draft.connector,
            pick.method,
            draft.auth_name,
            draft.auth_values,
            draft.auth_secrets,
            app=draft.auth_app or None,
        )
        return row.name, True
    if _is_edited(draft, pick):
        engine.workspace.authentications.edit(
            pick.name, draft.auth_values, draft.auth_secrets, app=draft.auth_app or None
        )
    return pick.name, False


def _keep_connection(engine: "Engine", draft: Draft, authentication: str) -> None:
    workspace = engine.workspace
    if not draft.existing:
        workspace.create_connection(
            draft.connector,
            draft.name,
            authentication=authentication or None,
            variables=draft.variables,
            secrets=draft.secrets,
            certificate=draft.certificate,
            wizard_page="test",
            **draft.settings,
        )
        return
    row = workspace.connection(draft.existing)
    gone = {key: None for key in row.variables if key not in draft.variables}
    settings = dict(draft.settings)
    if draft.name != row.name:
        settings["name"] = draft.name
    if row.state == "draft":
        settings["wizard_page"] = "test"
    workspace.edit_connection(
        row.name,
        authentication=authentication or None,
        variables={**draft.variables, **gone},
        secrets=draft.secrets,
        certificate=draft.certificate,
        **settings,
    )
