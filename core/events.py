"""What the engine tells while it works: frozen events, in the past tense, safe to show (already redacted)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from storage.records import Counts, OperationKind, OperationState

from .errors import Failure


@dataclass(frozen=True, slots=True)
class OperationStarted:
    """An operation began; its row is already in the log."""

    operation: str
    kind: OperationKind
    name: str
    connection: str | None
    started_us: int


@dataclass(frozen=True, slots=True)
class RequestSent:
    """A request left."""

    operation: str
    attempt: int
    method: str
    url: str


@dataclass(frozen=True, slots=True)
class ResponseReceived:
    """A whole response arrived; ``took_ms`` from the first byte sent to the last received."""

    operation: str
    attempt: int
    status: int
    took_ms: int
    bytes: int


@dataclass(frozen=True, slots=True)
class RecordsRead:
    """Records of one page were selected; ``total`` counts all so far."""

    operation: str
    records: tuple[Any, ...]
    total: int


@dataclass(frozen=True, slots=True)
class StageEnded:
    """One stage of a connection test has its verdict (passed, warned, failed, skipped, undefined)."""

    operation: str
    stage: str
    verdict: str
    took_ms: int
    evidence: str
    hint: str | None = None
    error_class: str | None = None


@dataclass(frozen=True, slots=True)
class LineLogged:
    """A message for people."""

    operation: str
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class OperationEnded:
    """An operation is over; its row has the same facts."""

    operation: str
    state: OperationState
    took_ms: int
    counts: Counts
    result: str
    error: Failure | None


Event = (
    OperationStarted | RequestSent | ResponseReceived | RecordsRead | StageEnded | LineLogged | OperationEnded
)
Emit = Callable[[Event], None]
