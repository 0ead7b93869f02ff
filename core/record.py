"""Record an operation while it happens: the row first, each exchange redacted, the end with its counts."""

import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from storage.ids import new_id
from storage.records import (
    Body,
    Connection,
    Counts,
    Exchange,
    LogLevel,
    LogLine,
    Operation,
    OperationKind,
    OperationState,
)

from .errors import ConnectError, Failure
from .events import (
    Emit,
    Event,
    LineLogged,
    OperationEnded,
    OperationStarted,
    RequestSent,
    ResponseReceived,
)
from .redact import Redactor
from .request import Request, Response

BODY_CAP = 64 * 1024


def now_us() -> int:
    """Give the time in microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


class Journal(Protocol):
    """Where a recording goes: the log of the store, or nowhere."""

    def begin(self, operation: Operation, /) -> object:
        """Keep the row of an operation before anything happens."""

    def add_exchange(self, exchange: Exchange, /) -> None:
        """Keep one exchange."""

    def add_line(self, line: LogLine, /) -> None:
        """Keep one message."""

    def finish(self, operation: Operation, /) -> None:
        """Keep how it ended."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Begins the recordings of one process; ``process`` is the name of its claim."""

    journal: Journal
    project_id: str
    actor: str
    process: str

    def of(self, project_id: str) -> "Recorder":
        """Give one that records what is done for another project."""
        return self if project_id == self.project_id else replace(self, project_id=project_id)

    def begin(
        self,
        kind: OperationKind,
        name: str,
        connection: Connection | None,
        redactor: Redactor,
        emit: Emit,
        *,
        given: Mapping[str, Any] | None = None,
        writes: bool = False,
    ) -> "Recording":
        """Commit the row of a new operation, tell that it started, and give its recording."""
        row = Operation(
            id=new_id("op_"),
            project_id=self.project_id,
            kind=kind,
            name=redactor.text(name),
            state="running",
            actor=self.actor,
            started_us=now_us(),
            process=self.process,
            connection_id=connection.id if connection else None,
            connection=connection.name if connection else None,
            connection_revision=connection.revision if connection else None,
            connector=connection.connector if connection else None,
            connector_revision=connection.connector_revision if connection else None,
            connector_hash=connection.connector_hash if connection else None,
            input=redactor.json(dict(given)) if given is not None else None,
            writes=writes,
        )
        self.journal.begin(row)
        recording = Recording(self.journal, row, redactor, emit)
        recording.tell(OperationStarted(row.id, kind, row.name, row.connection, row.started_us))
        return recording


@dataclass(slots=True)
class Recording:
    """One operation that is being recorded."""

    journal: Journal
    operation: Operation
    redactor: Redactor
    listener: Emit
    counts: Counts = field(default_factory=Counts)
    _attempt: int = 0
    _url: str = ""
    _is_heard: bool = True

    @property
    def id(self) -> str:
        """The operation's id."""
        return self.operation.id

    def tell(self, event: Event) -> None:
        """Tell the listener; one that fails is told no more, and costs the operation nothing."""
        if not self._is_heard:
            return
        try:
            self.listener(event)
        except Exception as error:  # noqa: BLE001 - a listener may be anything
            self._is_heard = False
            text = f"a listener failed: {type(error).__name__}: {error}"
            self.journal.add_line(LogLine(self.id, now_us(), "warning", self.redactor.text(text)))

    def sending(self, request: Request) -> int:
        """Tell that a request leaves; give the time it left."""
        self._attempt += 1
        self.counts = replace(self.counts, requests=self.counts.requests + 1)
        self._url = self.redactor.url(request.url)
        self.tell(RequestSent(self.id, self._attempt, request.method, self._url))
        return now_us()

    def received(self, request: Request, response: Response, started_us: int, reason: str | None) -> None:
        """Keep an exchange that has its answer."""
        self.counts = replace(self.counts, bytes=self.counts.bytes + response.size)
        self._keep(
            request,
            started_us,
            response.took_us,
            reason,
            status=response.status,
            response_headers=self.redactor.headers(response.headers),
            response_body=self._body(response.body, response.size, response.header("content-type") or ""),
            http_version=response.http_version,
            peer=response.peer,
        )
        took_ms = response.took_us // 1000
        self.tell(ResponseReceived(self.id, self._attempt, response.status, took_ms, response.size))

    def broke(
        self, request: Request, error: ConnectError | None, started_us: int, reason: str | None
    ) -> None:
        """Keep an exchange that has no answer; without an error nobody waited for it."""
        failure = error.failure if error else None
        self._keep(
            request,
            started_us,
            now_us() - started_us,
            reason,
            status=failure.status if failure else None,
            error_class=failure.error_class if failure else None,
            error_message=self.redactor.text(failure.message)
            if failure
            else "it was not waited for any longer",
        )

    def _keep(
        self, request: Request, started_us: int, took_us: int, reason: str | None, **answer: Any
    ) -> None:
        content_type = request.header("content-type") or ""
        body = self._body(request.body, len(request.body), content_type) if request.body else None
        if request.upload is not None:
            body = self._body(request.upload.shown, request.upload.size, content_type)
        exchange = Exchange(
            operation_id=self.id,
            attempt=self._attempt,
            method=request.method,
            url=self._url,
            started_us=started_us,
            took_us=took_us,
            request_headers=self.redactor.headers(request.headers),
            request_body=body,
            reason=self.redactor.text(reason) if reason else None,
            **answer,
        )
        self.journal.add_exchange(exchange)

    def _body(self, content: bytes, size: int, content_type: str) -> Body | None:
        if not content and not size:
            return None
        # A secret that the cap would cut in two is still found whole.
        seen = content[: BODY_CAP + self.redactor.longest]
        kept = self.redactor.body(seen, content_type)[:BODY_CAP]
        media = self.redactor.text(content_type).split(";")[0].strip().lower()
        return Body(kept, size, media, truncated=size > len(kept) and size > BODY_CAP)

    def line(self, level: LogLevel, text: str, fields: Mapping[str, Any] | None = None) -> None:
        """Keep a message for people."""
        safe = self.redactor.text(text)
        kept = self.redactor.json(dict(fields)) if fields else {}
        self.journal.add_line(LogLine(self.id, now_us(), level, safe, kept))
        self.tell(LineLogged(self.id, level, safe))

    def warn(self, text: str) -> None:
        """Keep a message about something odd."""
        self.line("warning", text)

    def keep_bug(self, error: Exception, failure: Failure) -> None:
        """Keep the traceback of what nobody foresaw in the operation's log, where it does not shout."""
        if failure.error_class == "bug":
            self.line("debug", "".join(traceback.format_exception(error)))

    def end(self, state: OperationState, result: str, error: Failure | None = None) -> Operation:
        """Write how it ended, tell it, and give the finished row."""
        safe = self.safe_failure(error)
        row = replace(
            self.operation,
            state=state,
            ended_us=now_us(),
            counts=self.counts,
            result=self.redactor.text(result),
            error_class=safe.error_class if safe else None,
            error_message=safe.message if safe else None,
            error_remedy=safe.remedy if safe else None,
            error_retryable=safe.retryable if safe else None,
            error_status=safe.status if safe else None,
            error_rule=safe.rule if safe else None,
        )
        self.operation = row
        self.journal.finish(row)
        self.tell(OperationEnded(row.id, state, took_ms(row), self.counts, row.result or "", safe))
        return row

    def safe_failure(self, error: Failure | None) -> Failure | None:
        """Give the failure with every known secret redacted, and with this operation."""
        if error is None:
            return None
        text = self.redactor.text
        return replace(error, message=text(error.message), remedy=text(error.remedy), operation=self.id)


def took_ms(row: Operation) -> int:
    """Give how long a finished operation took, in milliseconds."""
    return ((row.ended_us or row.started_us) - row.started_us) // 1000
