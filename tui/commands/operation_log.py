"""Read the operation log without the engine, and give its rows as the contract promises."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from storage.reading import parse_filter, quoted

from .kept import own_project
from .shapes import counts_shape
from .times import rfc3339

if TYPE_CHECKING:
    from storage.reading import Filter, Reading
    from storage.records import Operation

    from .call import Call


def read_filter(call: "Call", reading: "Reading", text: str) -> "Filter":
    """Read a filter; unless it names a project itself, it is meant for the one of this call.

    Raises:
        FilterError: names the place and the nearest key.
        NotKnownError: there is no such project.
    """
    wanted = parse_filter(text)
    if any(term.field is not None and term.field.key == "project" for term in wanted.terms):
        return wanted
    own_project(call, reading)
    mine = parse_filter(f"project:{quoted(call.project)}")
    return replace(wanted, terms=(*wanted.terms, *mine.terms))


def settle(call: "Call", reading: "Reading") -> None:
    """Let what died processes left as running become interrupted, which opening the engine does."""
    if reading.count(parse_filter("is:running"), cap=1):
        with call.engine(ask=False):
            pass


def project_names(reading: "Reading") -> dict[str, str]:
    """Give the name of each project by its id."""
    return {project.id: project.name for project in reading.projects()}


def operation_shape(row: "Operation", projects: dict[str, str]) -> dict[str, Any]:
    """One operation of the log."""
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "state": row.state,
        "connection": row.connection,
        "connector": row.connector,
        "revision": row.connector_revision,
        "hash": row.connector_hash,
        "project": projects.get(row.project_id),
        "actor": row.actor,
        "started_at": rfc3339(row.started_us),
        "ended_at": rfc3339(row.ended_us),
        "took_ms": took_ms(row),
        "counts": counts_shape(row.counts),
        "result": row.result,
        "error": _error_shape(row),
    }


def took_ms(row: "Operation") -> int | None:
    """Give how long an operation took, in milliseconds; nothing while it runs."""
    return None if row.ended_us is None else (row.ended_us - row.started_us) // 1000


def _error_shape(row: "Operation") -> dict[str, Any] | None:
    if row.error_class is None:
        return None
    return {
        "class": row.error_class,
        "message": row.error_message,
        "remedy": row.error_remedy or "",
        "retryable": bool(row.error_retryable),
        "status": row.error_status,
        "rule": row.error_rule,
    }
