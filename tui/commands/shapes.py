"""Turn records into the JSON that the contract promises."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .times import rfc3339

if TYPE_CHECKING:
    from core import CatalogEntry, Outcome, Stage, TestReport, Workspace
    from core.catalog import CatalogConnector
    from storage.reading import CatalogRow
    from storage.records import Authentication, Connection, Counts


def entry_shape(entry: "CatalogEntry") -> dict[str, Any]:
    """One connector of a list."""
    return {
        "handle": entry.handle,
        "name": entry.name,
        "revision": entry.revision,
        "type": entry.type,
        "categories": list(entry.categories),
        "summary": entry.summary,
        "status": entry.status,
        "source": entry.source,
        "auth": list(entry.auth),
        "operations": entry.operations,
        "entities": entry.entities,
        "events": entry.events,
        "can": list(entry.can),
    }


def catalog_row_shape(row: "CatalogRow") -> dict[str, Any]:
    """One connector of a list, as the index has it; a file that cannot be used has no revision."""
    return {
        "handle": row.handle,
        "name": row.name,
        "revision": row.revision or None,
        "type": row.type or None,
        "categories": list(row.category),
        "summary": row.summary,
        "status": row.status,
        "source": row.source,
        "auth": list(row.auth),
        "operations": row.operations,
        "entities": row.entities,
        "events": row.events,
        "can": list(row.can),
        "tags": list(row.tag),
        "updated_at": rfc3339(row.updated_us),
    }


def used_by_shape(workspace: "Workspace", handle: str) -> dict[str, list[dict[str, Any]]]:
    """What this project has set up with a connector."""
    return {
        "connections": [
            {"name": row.name, "state": row.state, "revision": row.connector_revision}
            for row in workspace.connections()
            if row.connector == handle
        ],
        "authentications": [
            {"name": row.name, "method": row.method, "kind": row.kind, "state": row.state}
            for row in workspace.authentications.list(handle)
        ],
    }


def authentication_shape(
    row: "Authentication", used_by: Sequence[str], app: str | None = None
) -> dict[str, Any]:
    """One authentication, and the name of its app; of its secrets only where each one is."""
    return {
        "name": row.name,
        "id": row.id,
        "connector": row.connector,
        "method": row.method,
        "kind": row.kind,
        "state": row.state,
        "app": app or row.provider_app,
        "expires_at": rfc3339(row.expires_us),
        "refresh_expires_at": rfc3339(row.refresh_expires_us),
        "refresh_ends_unused_at": rfc3339(row.idle_expires_us),
        "refreshed_at": rfc3339(row.refreshed_us),
        "refresh_failed_at": rfc3339(row.refresh_failed_us),
        "refresh_failures": row.refresh_failures,
        "refresh_error": row.refresh_error,
        "refresh_cut_off_at": rfc3339(row.rotation_us),
        "scopes": list(row.scopes) if row.scopes is not None else None,
        "captured": dict(row.captured),
        "used_by": list(used_by),
        "values": dict(row.values),
        "secrets": {key: place_of(where) for key, where in row.secrets.items()},
        "created_at": rfc3339(row.created_us),
        "updated_at": rfc3339(row.updated_us),
        "last_used_at": rfc3339(row.last_used_us),
    }


def place_of(where: str) -> str:
    """Say where a secret is; the name it has inside the vault is nobody's business."""
    return "vault" if where.startswith("vault:") else where


def connection_shape(row: "Connection", project: str, certificate: str | None = None) -> dict[str, Any]:
    """One connection, and the name of the certificate that it shows."""
    return {
        "name": row.name,
        "id": row.id,
        "project": project,
        "connector": row.connector,
        "revision": row.connector_revision,
        "hash": row.connector_hash,
        "auth": row.authentication,
        "certificate": certificate or row.certificate,
        "state": row.state,
        "locked": row.locked_reason,
        "variables": dict(row.variables),
        "secrets": {key: place_of(where) for key, where in row.secrets.items()},
        "time_zone": row.time_zone,
        "date_format": row.date_format,
        "log_level": row.log_level,
        "last_test": _last_test(row),
        "created_at": rfc3339(row.created_us),
        "updated_at": rfc3339(row.updated_us),
        "deleted_at": rfc3339(row.deleted_us),
    }


def _last_test(row: "Connection") -> dict[str, Any] | None:
    if row.last_test_operation is None:
        return None
    return {
        "operation": row.last_test_operation,
        "verdict": row.last_test_verdict,
        "at": rfc3339(row.last_test_us),
    }


def stage_shape(stage: "Stage") -> dict[str, Any]:
    """One stage of a test."""
    return {
        "stage": stage.stage,
        "verdict": stage.verdict,
        "took_ms": stage.took_ms,
        "evidence": stage.evidence,
        "hint": stage.hint,
        "class": stage.error_class,
    }


def report_shape(report: "TestReport") -> dict[str, Any]:
    """A whole test."""
    return {
        "operation": report.operation,
        "state": "failed" if report.verdict == "failed" else "success",
        "connection": report.connection,
        "verdict": report.verdict,
        "took_ms": report.took_ms,
        "stages": [stage_shape(stage) for stage in report.stages],
        "error": report.error.as_json() if report.error else None,
    }


def counts_shape(counts: "Counts") -> dict[str, int]:
    """How much an operation did."""
    return {
        "records": counts.records,
        "pages": counts.pages,
        "requests": counts.requests,
        "retries": counts.retries,
        "bytes": counts.bytes,
    }


def outcome_shape(outcome: "Outcome") -> dict[str, Any]:
    """How an operation ended, without its records."""
    return {
        "operation": outcome.operation,
        "state": outcome.state,
        "kind": outcome.kind,
        "connection": outcome.connection,
        "name": outcome.name,
        "started_at": rfc3339(outcome.started_us),
        "took_ms": outcome.took_ms,
        "counts": counts_shape(outcome.counts),
        "result": outcome.result,
        "error": outcome.error.as_json() if outcome.error else None,
    }


def connector_shape(found: "CatalogConnector") -> dict[str, Any]:
    """One connector in full."""
    definition = found.definition
    plain: Mapping[str, Any] = definition.model_dump(mode="json", by_alias=True)
    header = (
        "handle",
        "name",
        "revision",
        "type",
        "summary",
        "description",
        "categories",
        "tags",
        "author",
        "links",
    )
    return {
        **{key: plain[key] for key in header},
        "hash": found.hash,
        "source": found.source,
        "status": "deprecated" if definition.deprecation else "published",
        "deprecation": plain["deprecation"],
        "lineage": plain["lineage"],
        "modules": [_module_shape(name, module) for name, module in definition.modules.items()],
        "can": list(found.can),
        "file": str(found.path) if found.path else None,
        "inputs": plain["inputs"],
        "auth": [_method_shape(name, method) for name, method in definition.auth.items()],
        "operations": [_operation_shape(name, item) for name, item in definition.operations.items()],
        "entities": [],
        "events": [],
        "limits": [],
        "permissions": [],
    }


def _method_shape(name: str, method: Any) -> dict[str, Any]:
    from core.sign_in.here import known_redirect

    return {
        "method": name,
        "kind": method.kind,
        "title": method.title or name,
        "help": method.help,
        "redirect_uri": known_redirect(method),
        "inputs": [item.model_dump(mode="json", by_alias=True) for item in method.inputs],
    }


def _module_shape(name: str, module: Any) -> dict[str, Any]:
    return {
        "name": name,
        "title": module.title or name,
        "summary": module.summary,
        "base_url": module.base_url,
    }


def _operation_shape(name: str, item: Any) -> dict[str, Any]:
    return {
        "name": name,
        "title": item.title or name.replace("-", " ").capitalize(),
        "summary": item.summary,
        "read_only": item.read_only,
        "idempotent": item.idempotent,
        "danger": item.danger,
        "irreversible": item.irreversible,
        "deprecated": item.deprecated,
        "module": item.module,
        "input": item.input_schema(),
        "output": item.output_schema(),
        "examples": [{"name": one.name, "summary": one.summary, "input": one.input} for one in item.examples],
    }
