"""What Run asks of the engine before anything is run."""

from typing import TYPE_CHECKING

from ...state.labels import connection_state
from ...state.run import OperationFacts, RunTarget
from ...state.spans import Span

if TYPE_CHECKING:
    from core import Engine


def list_connections(engine: "Engine") -> tuple[tuple[str, str, Span], ...]:
    """Give name, connector and state of each connection."""
    rows = []
    for row in engine.workspace.connections():
        glyph, word, tone = connection_state(row.state, row.last_test_verdict)
        rows.append((row.name, row.connector, (f"{glyph} {word}", tone)))
    return tuple(rows)


def read_target(engine: "Engine", name: str) -> RunTarget:
    """Give a connection with the operations of the revision it is pinned to.

    Raises:
        NotKnownError: there is no such connection.
    """
    row = engine.workspace.connection(name)
    definition = engine.catalog.pinned(row.connector_hash)
    operations = tuple(
        OperationFacts(
            name,
            one.title,
            one.summary,
            one.description,
            tuple(one.tags),
            one.read_only,
            one.danger,
            one.deprecated,
            one.input_schema(),
            one.irreversible,
        )
        for name, one in definition.operations.items()
    )
    project = engine.workspace.project
    return RunTarget(
        row.name,
        f"{row.connector}@{row.connector_revision}",
        row.state,
        row.locked_reason or "",
        project.production,
        project.name,
        operations,
    )
