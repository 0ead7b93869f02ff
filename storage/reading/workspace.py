"""Read what is set up: projects, connections with their recent traffic, and what they stand on."""

import time
from dataclasses import dataclass
from typing import Any, Final

from ..plain_rows import (
    AUTHENTICATION,
    CERTIFICATE,
    CONNECTION,
    PROVIDER_APP,
    authentication_of,
    certificate_of,
    columns,
    connection_of,
    provider_app_of,
)
from ..records import Authentication, Certificate, Connection, Project, ProviderApp
from ..schema import SLOT_US
from .source import Source

BUCKETS: Final = 12


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """A connection as a list shows it.

    ``calls`` and ``errors`` count the operations that ended, in twelve slots of two hours, the newest last.
    """

    connection: Connection
    authentication_name: str | None
    authentication_kind: str | None
    authentication_state: str | None
    authentication_expires_us: int | None
    authentication_method: str | None
    authentication_has_tokens: bool
    last_operation: str | None
    last_operation_state: str | None
    last_operation_us: int | None
    calls: tuple[int, ...]
    errors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeptRevision:
    """A kept revision of a connector, without its content; ``used_by`` counts connections."""

    hash: str
    handle: str
    revision: int
    name: str
    type: str
    source: str
    created_us: int
    used_by: int


def projects(source: Source) -> tuple[Project, ...]:
    """Give all projects by name."""
    rows = source.rows("SELECT id, name, production, created_us FROM project ORDER BY name_key")
    return tuple(Project(id_, name, bool(production), made) for id_, name, production, made in rows)


def connections(
    source: Source, project_id: str | None, now_us: int | None = None
) -> tuple[ConnectionRow, ...]:
    """Give the connections of one project, or of all, by name."""
    now = time.time_ns() // 1000 if now_us is None else now_us
    traffic = _traffic(source, now // SLOT_US)
    quiet = ((0,) * BUCKETS, (0,) * BUCKETS)
    width = len(CONNECTION)
    found = []
    for row in source.rows(_CONNECTIONS, (project_id, project_id)):
        connection = connection_of(row[:width])
        calls, errors = traffic.get(connection.id, quiet)
        facts: list[Any] = [*row[width:], calls, errors]
        facts[5] = bool(facts[5])
        found.append(ConnectionRow(connection, *facts))
    return tuple(found)


def authentications(source: Source, project_id: str | None) -> tuple[Authentication, ...]:
    """Give the authentications of one project, or of all, by name."""
    rows = source.rows(_AUTHENTICATIONS, (project_id, project_id))
    return tuple(authentication_of(row) for row in rows)


def apps(source: Source, project_id: str | None) -> tuple[ProviderApp, ...]:
    """Give the provider apps of one project, or of all, by name."""
    return tuple(provider_app_of(row) for row in source.rows(_APPS, (project_id, project_id)))


def certificates(source: Source, project_id: str | None) -> tuple[Certificate, ...]:
    """Give the certificates of one project, or of all, by name."""
    return tuple(certificate_of(row) for row in source.rows(_CERTIFICATES, (project_id, project_id)))


def kept_revisions(source: Source) -> tuple[KeptRevision, ...]:
    """Give the kept revisions of connectors by handle, the newest of each first."""
    rows = source.rows(
        "SELECT hash, handle, revision, name, type, source, created_us, (SELECT count(*) FROM connection"
        "  WHERE connector_hash = hash AND deleted_us IS NULL) FROM connector_revision"
        " ORDER BY handle, revision DESC, created_us DESC"
    )
    return tuple(KeptRevision(*row) for row in rows)


def _traffic(source: Source, now_slot: int) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    counted: dict[str, tuple[list[int], list[int]]] = {}
    first = now_slot - BUCKETS + 1
    query = "SELECT connection_id, slot, calls, errors FROM tally WHERE slot BETWEEN ? AND ?"
    for connection_id, slot, calls, errors in source.rows(query, (first, now_slot)):
        counts = counted.setdefault(connection_id, ([0] * BUCKETS, [0] * BUCKETS))
        counts[0][slot - first] = calls
        counts[1][slot - first] = errors
    return {key: (tuple(calls), tuple(errors)) for key, (calls, errors) in counted.items()}


# A connection names its authentication by id or by name.
_CONNECTIONS = f"""
SELECT {columns(CONNECTION, "c")}, a.name, a.kind, a.state, a.expires_us,
  a.method, a.tokens IS NOT NULL, o.id, o.state, o.started_us
FROM connection c
LEFT JOIN authentication a ON a.id = coalesce(
  (SELECT id FROM authentication WHERE id = c.authentication),
  (SELECT id FROM authentication WHERE project_id = c.project_id AND name = c.authentication))
LEFT JOIN operation o ON o.seq = (
  SELECT seq FROM operation WHERE connection_id = c.id ORDER BY seq DESC LIMIT 1)
WHERE c.deleted_us IS NULL AND (? IS NULL OR c.project_id = ?)
ORDER BY c.name_key, c.id
"""  # noqa: S608 - our own names
_OF_PROJECT = "WHERE ? IS NULL OR t.project_id = ? ORDER BY t.name_key"
_APPS = f"SELECT {columns(PROVIDER_APP, 't')} FROM provider_app t {_OF_PROJECT}"  # noqa: S608 - our own names
_CERTIFICATES = f"SELECT {columns(CERTIFICATE, 't')} FROM certificate t {_OF_PROJECT}"  # noqa: S608 - our own
_AUTHENTICATIONS = f"""
SELECT {columns(AUTHENTICATION, "a")} FROM authentication a
WHERE ? IS NULL OR a.project_id = ? ORDER BY a.name_key
"""  # noqa: S608 - our own names
