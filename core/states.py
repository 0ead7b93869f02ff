"""Say which state a connection is in after its test."""

from typing import Literal

from storage.records import Connection, ConnectionState


def state_for(error_class: str | None) -> Literal["authorization_required", "error"]:
    """Give the state of a connection whose test failed with this class."""
    return "authorization_required" if error_class == "auth" else "error"


def state_after(row: Connection) -> ConnectionState:
    """Give the state that the last test of a connection leaves it in; active without one."""
    failed = next((stage for stage in row.last_test_stages if stage.get("verdict") == "failed"), None)
    if row.last_test_verdict != "failed" or failed is None:
        return "active"
    return state_for(failed.get("error_class"))
