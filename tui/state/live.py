"""What a running operation has done so far, folded from the engine's events."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from core.events import (
    Event,
    LineLogged,
    OperationEnded,
    OperationStarted,
    RecordsRead,
    RequestSent,
    ResponseReceived,
)

_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the operation, with its answer once there is one."""

    attempt: int
    method: str
    url: str
    status: int | None = None
    took_ms: int | None = None
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What the vendor said about its limit: calls allowed, calls left."""

    allowed: int
    left: int


@dataclass(frozen=True, slots=True)
class Live:
    """One operation as it goes on; ``state`` is empty before anything was run."""

    operation: str | None = None
    state: str = ""
    name: str = ""
    started_us: int = 0
    took_ms: int | None = None
    calls: tuple[Call, ...] = ()
    requests: int = 0
    retries: int = 0
    pages: int = 0
    records: int = 0
    bytes: int = 0
    notes: tuple[tuple[str, str], ...] = ()
    result: str = ""
    limit: RateLimit | None = None

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.state in ("queued", "running")


def fold(live: Live, event: Event) -> Live:
    """Give what is known once an event is taken in; events of another operation change nothing."""
    if isinstance(event, OperationStarted):
        return Live(event.operation, "running", event.name, event.started_us)
    return replace(live, **_changes(live, event)) if event.operation == live.operation else live


def _changes(live: Live, event: Event) -> dict[str, Any]:
    match event:
        case RequestSent():
            return {
                "calls": (*live.calls[-_KEPT:], Call(event.attempt, event.method, event.url)),
                "requests": live.requests + 1,
                "retries": live.retries + (event.attempt > 1),
            }
        case ResponseReceived():
            return {"calls": _answered(live.calls, event), "bytes": live.bytes + event.bytes}
        case RecordsRead():
            return {"records": event.total, "pages": live.pages + 1}
        case LineLogged():
            return {"notes": (*live.notes[-_KEPT:], (event.level, event.text))}
        case OperationEnded():
            facts = {"state": event.state, "took_ms": event.took_ms, "result": event.result}
            return {**facts, **asdict(event.counts)}
        case _:
            return {}


def find_limit(headers: tuple[tuple[str, str], ...]) -> RateLimit | None:
    """Give the limit that response headers speak of, under any of their usual names."""
    known = {name.lower().removeprefix("x-"): value for name, value in headers}
    allowed = _count(known.get("ratelimit-limit") or known.get("rate-limit-limit"))
    left = _count(known.get("ratelimit-remaining") or known.get("rate-limit-remaining"))
    return RateLimit(allowed, left) if allowed and left is not None else None


def _answered(calls: tuple[Call, ...], event: ResponseReceived) -> tuple[Call, ...]:
    """Give the calls with the answer beside the newest request that waits for one."""
    for index in range(len(calls) - 1, -1, -1):
        if calls[index].status is None:
            done = replace(calls[index], status=event.status, took_ms=event.took_ms, bytes=event.bytes)
            return (*calls[:index], done, *calls[index + 1 :])
    return calls


def _count(text: str | None) -> int | None:
    first = (text or "").split(",")[0].split(";")[0].strip()
    return int(first) if first.isdecimal() else None
