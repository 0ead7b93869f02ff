"""Read the authentications as rows of the list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from .authentication_facts import MethodFacts
from .authentications import AuthenticationRow

if TYPE_CHECKING:
    from storage.reading import Reading
    from storage.records import Authentication, Certificate, Connection

Facts = Mapping[tuple[str, str], MethodFacts]


def read_rows(reading: "Reading", project_id: str, facts: Facts | None = None) -> list[AuthenticationRow]:
    """Give every authentication of a project with who uses it, its app and the certificates beside it."""
    users = users_by_key(row.connection for row in reading.connections(project_id))
    apps = {app.id: app.name for app in reading.apps(project_id)}
    certificates = {one.id: one for one in reading.certificates(project_id)}
    rows = reading.authentications(project_id)
    return [authentication_row(row, users, apps, certificates, facts or {}) for row in rows]


def users_by_key(connections: "Iterable[Connection]") -> "dict[str, list[Connection]]":
    """Give the connections by what they name their authentication by: its id, or its name."""
    users: dict[str, list[Connection]] = {}
    for one in connections:
        if one.authentication is not None:
            users.setdefault(one.authentication, []).append(one)
    return users


def authentication_row(
    kept: "Authentication",
    users: "Mapping[str, Sequence[Connection]]",
    apps: Mapping[str, str],
    certificates: "Mapping[str, Certificate]",
    facts: Facts,
) -> AuthenticationRow:
    """Give one as a row; ``users`` as of `users_by_key`, names of ``apps`` and ``certificates`` by id."""
    own = [*users.get(kept.id, ()), *users.get(kept.name, ())]
    shown = [found for one in own if (found := certificates.get(one.certificate or ""))]
    first = min(shown, key=lambda one: one.not_after_us, default=None)
    known = facts.get((kept.connector, kept.method))
    return AuthenticationRow(
        id=kept.id,
        name=kept.name,
        connector=kept.connector,
        method=kept.method,
        kind=kept.kind,
        state=kept.state,
        app=apps.get(kept.provider_app or ""),
        used_by=tuple(one.name for one in own),
        has_tokens=kept.tokens is not None,
        is_attended=known.is_attended if known is not None else None,
        # What a test saw of the client certificate of the kind mtls stands as the end of the credentials.
        expires_us=None if kept.kind == "mtls" else kept.expires_us,
        refresh_expires_us=kept.refresh_expires_us,
        idle_expires_us=kept.idle_expires_us,
        certificate=first.name if first is not None else None,
        certificate_us=_sooner(
            first.not_after_us if first is not None else None,
            kept.expires_us if kept.kind == "mtls" else None,
        ),
        refreshed_us=kept.refreshed_us,
        failed_us=kept.refresh_failed_us,
        failures=kept.refresh_failures,
        error=kept.refresh_error,
        rotation_us=kept.rotation_us,
        scopes=kept.scopes,
        captured=kept.captured,
        values=kept.values,
        secrets={
            key: "vault" if where.startswith("vault:") else where for key, where in kept.secrets.items()
        },
        created_us=kept.created_us,
        updated_us=kept.updated_us,
        last_used_us=kept.last_used_us,
    )


def _sooner(*ends: int | None) -> int | None:
    return min((end for end in ends if end is not None), default=None)
