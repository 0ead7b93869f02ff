"""What an authentication kind gets to see, without a home or a vault."""

from collections.abc import Callable
from typing import Any

import pytest

from core.unseal import Unsealed, build_unsealed
from storage.records import Connection

CONNECTION = Connection(
    id="con_test", project_id="test", name="test", connector="test", connector_revision=1, connector_hash="",
    authentication=None, state="active", variables={}, created_us=0, updated_us=0, time_zone="UTC",
)  # fmt: skip


@pytest.fixture
def unsealed() -> Callable[..., Unsealed]:
    """Give the values of an authentication to templates: those named ``secrets`` are secret."""

    def build(secrets: tuple[str, ...] = (), **values: Any) -> Unsealed:
        return build_unsealed(CONNECTION, {}, values, {("auth", name) for name in secrets})

    return build
