"""Read the connections as rows of the list."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from .connections import ConnectionRow

if TYPE_CHECKING:
    from storage.reading import ConnectionRow as KeptConnection
    from storage.reading import Reading

_SIGNED_IN: Final = frozenset({"oauth2", "oauth1"})
"""The kinds with methods to which a person signs in."""

Attended = Mapping[tuple[str, str], bool]
"""Whether a person signs in, by connector and method, as far as connectors were asked."""


def read_rows(
    reading: "Reading", project_id: str, now_us: int, attended: Attended | None = None
) -> list[ConnectionRow]:
    """Give every connection of a project that is not deleted."""
    return [_row(kept, attended or {}) for kept in reading.connections(project_id, now_us=now_us)]


def methods_to_ask(rows: Iterable[ConnectionRow], attended: Attended) -> list[tuple[str, str]]:
    """Give connector and method of what may wait for somebody to sign in, where that is not known yet."""
    waiting = {
        (row.connector, row.method)
        for row in rows
        if row.method is not None and row.auth in _SIGNED_IN and not row.has_tokens
    }
    return sorted(waiting - attended.keys())


def _row(kept: "KeptConnection", attended: Attended) -> ConnectionRow:
    connection, method = kept.connection, kept.authentication_method
    return ConnectionRow(
        id=connection.id,
        name=connection.name,
        connector=connection.connector,
        revision=connection.connector_revision,
        state=connection.state,
        auth=kept.authentication_kind,
        authentication=kept.authentication_name,
        expires_us=kept.authentication_expires_us,
        last_us=kept.last_operation_us,
        calls=kept.calls,
        errors=kept.errors,
        verdict=connection.last_test_verdict,
        tested_us=connection.last_test_us,
        stages=connection.last_test_stages,
        locked=connection.locked_reason,
        base_url=str(connection.variables.get("base_url") or ""),
        variables=connection.variables,
        time_zone=connection.time_zone,
        resumes_at=connection.wizard_page,
        method=method,
        has_tokens=kept.authentication_has_tokens,
        is_attended=attended.get((connection.connector, method)) if method is not None else None,
    )
