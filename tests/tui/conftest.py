"""A home with a workspace and a log in it, and a way to wait for a screen without sleeping."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from core.home import Home
from storage import open_store
from storage.ids import new_id
from storage.records import (
    Authentication,
    Body,
    Connection,
    ConnectorRevision,
    Counts,
    Exchange,
    LogLine,
    Operation,
)

SECOND = 1_000_000
PASSED = (
    {"stage": "inputs", "verdict": "passed", "took_ms": 0, "evidence": ""},
    {"stage": "dns", "verdict": "passed", "took_ms": 4, "evidence": "127.0.0.1"},
)
FAILED = (
    *PASSED,
    {
        "stage": "probe:tickets",
        "verdict": "failed",
        "took_ms": 60,
        "evidence": "403 scope tickets not granted",
        "hint": "sign in again with the scope tickets",
        "error_class": "permission",
    },
)


class Workspace:
    """Writes what the screens show, through storage alone."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.store = open_store(home.database)
        self.project = self.store.projects.default()
        self.now = time.time_ns() // 1_000
        self.store.connectors.keep(
            ConnectorRevision("sha256:0", "practice", 1, "Practice", "api", "library", b"{}", self.now)
        )

    def add_connection(self, name: str, **changes: Any) -> Connection:
        """Add a connection with an authentication of its own."""
        authentication = Authentication(
            id=new_id("aut"), project_id=self.project.id, name=f"{name}-key", connector="practice",
            method="token", kind="bearer", state="ready", values={}, secrets={}, created_us=self.now,
            updated_us=self.now, expires_us=changes.pop("expires_us", None),
        )  # fmt: skip
        self.store.authentications.add(authentication)
        connection = Connection(
            id=new_id("con"), project_id=self.project.id, name=name, connector="practice", connector_revision=1,
            connector_hash="sha256:0", authentication=authentication.id, state="active",
            variables={"base_url": "http://127.0.0.1:1"}, created_us=self.now, updated_us=self.now,
        )  # fmt: skip
        connection = replace(connection, **changes)
        self.store.connections.add(connection)
        return connection

    def begin(
        self, connection: Connection, name: str = "list-tickets", ago_s: int = 0, **changes: Any
    ) -> Operation:
        """Add an operation that runs."""
        operation = Operation(
            id=new_id("op"), project_id=self.project.id, kind="read", name=name, state="running",
            actor="me@box", started_us=self.now - ago_s * SECOND, process="p", connection_id=connection.id,
            connection=connection.name, connection_revision=1, connector="practice", connector_revision=1,
            connector_hash="sha256:0", input={"limit": 5},
        )  # fmt: skip
        operation = replace(operation, **changes)
        self.store.log.begin(operation)
        return operation

    def finish(
        self,
        operation: Operation,
        *,
        failed: bool = False,
        body: bytes = b'{"ok": true}',
        took_us: int = 9_000,
        **changes: Any,
    ) -> Operation:
        """End an operation, with one exchange and one line."""
        status = 403 if failed else 200
        self.store.log.add_exchange(
            Exchange(
                operation.id, 1, "GET", "http://127.0.0.1:1/tickets?api_key=•••", operation.started_us, 9_000,
                (("authorization", "•••"), ("accept", "application/json")),
                (("content-type", "application/json"),), status,
                response_body=Body(body, len(body), "application/json"),
            )
        )  # fmt: skip
        self.store.log.add_line(LogLine(operation.id, operation.started_us, "info", "page 1 read"))
        ended = replace(
            operation, ended_us=operation.started_us + took_us, counts=Counts(3, 1, 1, 0, len(body))
        )
        if failed:
            ended = replace(
                ended, state="failed", error_class="permission", error_message="the scope tickets is missing",
                error_remedy="sign in again", error_retryable=False, error_status=403,
            )  # fmt: skip
        else:
            ended = replace(ended, state="success", result="3 tickets")
        ended = replace(ended, **changes)
        self.store.log.finish(ended)
        return ended

    def log(
        self, connection: Connection, count: int, *, failed: frozenset[int] = frozenset()
    ) -> list[Operation]:
        """Add finished operations, a minute apart, those numbered in ``failed`` with an error."""
        done = []
        for number in range(count):
            operation = self.begin(connection, f"op-{number}", ago_s=60 * (count - number))
            done.append(self.finish(operation, failed=number in failed))
        self.store.log.flush()
        return done


@pytest.fixture
def workspace(home: Home) -> Iterator[Workspace]:
    """A database of its own to write rows into."""
    made = Workspace(home)
    yield made
    made.store.close()


Until = Callable[[Pilot[Any], Callable[[], object]], Any]


@pytest.fixture
def until() -> Until:
    """Wait until something is true of the app, letting it work meanwhile; fails after ten seconds."""

    async def wait(pilot: Pilot[Any], true: Callable[[], object]) -> None:
        deadline = time.monotonic() + 10
        while not true():
            assert time.monotonic() < deadline, f"never true; the screen says:\n{screen_text(pilot)}"
            await pilot.pause(0.01)

    return wait


def screen_text(pilot: Pilot[Any]) -> str:
    """Give what the pilot's screen shows."""
    from tui.terminal import screen_text as text_of

    return text_of(pilot.app)


@pytest.fixture
def text() -> Callable[[Pilot[Any]], str]:
    """Give what is on the screen."""
    return screen_text
