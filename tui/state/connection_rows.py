"""Read the connections as rows of the list."""

from typing import TYPE_CHECKING

from .connections import ConnectionRow

if TYPE_CHECKING:
    from storage.reading import ConnectionRow as KeptConnection
    from storage.reading import Reading


def read_rows(reading: "Reading", project_id: str, now_us: int) -> list[ConnectionRow]:
    """Give every connection of a project that is not deleted."""
    return [_row(kept) for kept in reading.connections(project_id, now_us=now_us)]


def _row(kept: "KeptConnection") -> ConnectionRow:
    connection = kept.connection
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
    )
