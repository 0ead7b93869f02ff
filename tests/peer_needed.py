"""Skip a test whose peer is not installed; fail it where peers are wanted."""

import os

import pytest


def need(present: object, reason: str) -> None:
    """End the test here unless its peer is present; ``CONNECT_TUI_REQUIRE_PEERS=1`` makes that a failure."""
    if present:
        return
    if os.environ.get("CONNECT_TUI_REQUIRE_PEERS") == "1":
        pytest.fail(f"{reason}, and CONNECT_TUI_REQUIRE_PEERS=1 wants it", pytrace=False)
    pytest.skip(reason)
