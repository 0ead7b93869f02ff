"""A store on a temporary file, and records to put into it."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import Store, new_id, open_store
from storage.process import ProcessClaim, claim_process
from storage.reading import Reading, open_reading
from storage.records import Authentication, Connection, ConnectorRevision, Operation

Make = Callable[..., Any]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "connect.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def reading(store: Store, path: Path) -> Iterator[Reading]:
    with open_reading(path) as opened:
        yield opened


@pytest.fixture
def processes(tmp_path: Path) -> Path:
    return tmp_path / "processes"


@pytest.fixture
def claim(processes: Path) -> Iterator[ProcessClaim]:
    with claim_process(processes) as held:
        yield held


@pytest.fixture
def make_operation(store: Store) -> Make:
    project = store.projects.default().id
    clock = itertools.count(time.time_ns() // 1000)

    def make(**changes: Any) -> Operation:
        plain = Operation(
            id=new_id("op_"),
            project_id=project,
            kind="action",
            name="list-tickets",
            state="running",
            actor="root@box",
            started_us=next(clock),
            process="nobody",
            connection="desk",
            connector="practice",
        )
        return replace(plain, **changes)

    return make


@pytest.fixture
def make_authentication(store: Store) -> Make:
    project = store.projects.default().id

    def make(**changes: Any) -> Authentication:
        plain = Authentication(
            id=new_id("aut_"),
            project_id=project,
            name="agent",
            connector="practice",
            method="token",
            kind="bearer",
            state="ready",
            values={"region": "eu"},
            secrets={"token": "vault:aut/token"},
            created_us=1,
            updated_us=2,
        )
        return replace(plain, **changes)

    return make


@pytest.fixture
def make_connection(store: Store) -> Make:
    project = store.projects.default().id

    def make(**changes: Any) -> Connection:
        plain = Connection(
            id=new_id("con_"),
            project_id=project,
            name="desk",
            connector="practice",
            connector_revision=1,
            connector_hash="sha256:1",
            authentication=None,
            state="draft",
            variables={"base_url": "http://127.0.0.1:8734"},
            created_us=1,
            updated_us=2,
        )
        return replace(plain, **changes)

    return make


@pytest.fixture
def make_revision() -> Make:
    def make(**changes: Any) -> ConnectorRevision:
        plain = ConnectorRevision("sha256:1", "practice", 1, "Practice desk", "api", "library", b"{}", 1)
        return replace(plain, **changes)

    return make
