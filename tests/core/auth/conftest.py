"""What an authentication kind gets to see, without a home or a vault."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import Engine
from core.unseal import Unsealed, build_unsealed
from storage.records import Connection

from .session_vendor import HEAD, PASSWORD, Vendor

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


@pytest.fixture
def vendor(serve: Callable[[], Any]) -> Vendor:
    return Vendor(serve())


@pytest.fixture
def connect(engine: Engine, tmp_path: Path, vendor: Vendor) -> Callable[..., None]:
    """Add a connector with this method and make an active connection called ``it``."""

    def add(auth: str, base_url: str = "", head: str = HEAD) -> None:
        path = tmp_path / "vendor.yaml"
        path.write_text(head + "auth:\n  login:\n    kind: session\n" + auth)
        engine.catalog.add(path)
        engine.workspace.authentications.add(
            "vendor", "login", "me", {"username": "ann"}, {"password": PASSWORD}
        )
        engine.workspace.create_connection(
            "vendor", "it", authentication="me", variables={"base_url": base_url or vendor.server.url}
        )
        engine.workspace.activate("it")

    return add
