"""The lists from which Run begins: connections, and the operations of one."""

from collections.abc import Sequence

from ...state.run import CONNECTION_COLUMNS, OPERATION_COLUMNS, RunTarget, connection_rows, operation_rows
from ...state.spans import Span
from ...widgets.picker import Picker


def build_connection_picker(rows: Sequence[tuple[str, str, Span]]) -> Picker:
    """Give the list of connections."""
    empty = [[], [("   There is no connection yet. ", ""), ("4", "key"), (" sets one up.", "")]]
    return Picker(
        CONNECTION_COLUMNS, connection_rows(rows), hint="a connection", empty=empty, id="connections"
    )


def build_operation_picker(target: RunTarget, chosen: str) -> Picker:
    """Give the list of operations, with the cursor on the one that was chosen before."""
    return Picker(
        OPERATION_COLUMNS,
        operation_rows(target.operations),
        hint="what do you want to do?",
        chosen=chosen,
        empty=[[], [("   This connector has no operation.", "quiet")]],
        id="operations",
    )
