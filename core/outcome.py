"""What an operation gives back when it is over."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from storage.records import Counts, OperationKind, OperationState

from .errors import Failure

Verdict = Literal["passed", "warned", "failed", "skipped", "undefined"]


@dataclass(frozen=True, slots=True)
class RequestPreview:
    """The request as it would leave, with every secret redacted."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one operation ended.

    ``records`` and ``value`` hold the vendor's answer as it came, but for secrets of this connection in it.
    ``operation`` is None for a dry run, which leaves no row. ``saved_to`` names the file of a download.
    """

    operation: str | None
    state: OperationState
    kind: OperationKind
    connection: str
    name: str
    started_us: int
    took_ms: int
    counts: Counts
    result: str
    records: tuple[Any, ...] = ()
    value: Any = None
    error: Failure | None = None
    request: RequestPreview | None = None
    saved_to: Path | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a connection test."""

    stage: str
    verdict: Verdict
    took_ms: int
    evidence: str
    hint: str | None = None
    error_class: str | None = None


@dataclass(frozen=True, slots=True)
class TestReport:
    """A staged connection test; ``error`` is the failure of the first stage that failed."""

    __test__ = False  # pytest would collect a class of this name

    operation: str
    connection: str
    verdict: Verdict
    took_ms: int
    stages: tuple[Stage, ...]
    error: Failure | None = None
