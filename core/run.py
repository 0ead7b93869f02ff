"""Run one operation, or one request that a person wrote, from its row in the log to its outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors import ErrorRule, Operation
from connectors import Response as ResponseSpec
from connectors.templates import MISSING, TemplateError
from storage.records import OperationKind

from .bodies.aside import aside
from .call import Caller, Transport
from .decide import NOT_MODIFIED, decide, decide_break, named_rules, status_phrase
from .errors import ConnectError, Failure, TransportError, VendorError, failure_of
from .events import Emit, RecordsRead
from .modules import in_module, module_rules
from .outcome import Outcome, RequestPreview
from .prepare import build_route, prepare_request
from .read import Decoded, decode_aside, select_records
from .record import Recorder, Recording, took_ms
from .redact import MARKER, Redactor
from .request import Request
from .resolve import Target
from .shown import one_line
from .unseal import Unsealed

Rules = Sequence[tuple[str, ErrorRule]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done: ``build`` writes the request once the credentials are unsealed.

    ``secret`` names the inputs that nothing may show.
    """

    target: Target
    name: str
    kind: OperationKind
    given: Mapping[str, Any]
    build: Callable[[Unsealed], Request]
    rules: Rules
    response: ResponseSpec | None = None
    records: str | None = None
    result: str | None = None
    read_only: bool = True
    timeout_s: float | None = None
    secret: frozenset[str] = frozenset()

    @property
    def shown(self) -> dict[str, Any]:
        """The input as it may be kept: without what is secret in it."""
        return {**self.given, **dict.fromkeys(self.secret & self.given.keys(), MARKER)}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What is secret in the input."""
        return tuple(str(self.given[key]) for key in sorted(self.secret & self.given.keys()))


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation brought: the vendor's value, the records in it, and the line for people."""

    value: Any
    records: tuple[Any, ...]
    result: str
    saved_to: Path | None = None


def plan_operation(target: Target, name: str, operation: Operation, given: Mapping[str, Any]) -> Plan:
    """Plan an operation of the connector."""
    led = in_module(target, operation)
    return Plan(
        target=led,
        name=name,
        kind="action",
        given=given,
        build=lambda unsealed: prepare_request(led.definition, operation.request, unsealed, given),
        rules=named_rules(
            (f"operations.{name}.errors", operation.errors),
            module_rules(target, operation),
            ("errors", target.definition.errors),
        ),
        response=operation.response,
        records=operation.records,
        result=operation.result,
        read_only=operation.read_only,
        timeout_s=operation.timeout,
        secret=operation.secret_inputs(),
    )


class Runner:
    """Runs plans: each becomes one operation in the log, whatever happens."""

    def __init__(self, recorder: Recorder, transport: Transport) -> None:
        self._recorder = recorder
        self._transport = transport

    async def run(
        self, plan: Plan, unseal: Callable[[], Awaitable[Unsealed]], emit: Emit, save_to: Path | None = None
    ) -> Outcome:
        """Run a plan to its outcome; a failure is in the outcome, a cancellation is recorded and goes on."""
        try:
            unsealed = (await unseal()).with_input(plan.secret, plan.secrets)
        except Exception as error:  # noqa: BLE001 - what stops it is recorded
            recording = self._begin(plan, Redactor(plan.secrets), emit)
            return self._failed(plan, recording, failure_of(error))
        recording = self._begin(plan, unsealed.redactor, emit)
        try:
            async with asyncio.timeout(plan.timeout_s):
                answer = await self._answer(plan, unsealed, recording, save_to)
        except asyncio.CancelledError:
            recording.end("cancelled", "cancelled")
            raise
        except TimeoutError:
            limit = f"it took longer than {plan.timeout_s:g} s"
            late = Failure("timeout", limit, "raise its `timeout`, or ask for less")
            return self._failed(plan, recording, decide_break(plan.rules, late, unsealed, recording.warn))
        except TransportError as error:
            told = decide_break(plan.rules, error.failure, unsealed, recording.warn)
            return self._failed(plan, recording, told)
        except Exception as error:  # noqa: BLE001 - a bug is recorded as one
            failure = failure_of(error)
            recording.keep_bug(error, failure)
            return self._failed(plan, recording, failure)
        recording.end("success", answer.result)
        return self._outcome(
            plan,
            recording,
            records=answer.records,
            value=answer.value,
            saved_to=answer.saved_to,
        )

    def _begin(self, plan: Plan, redactor: Redactor, emit: Emit) -> Recording:
        return self._recorder.begin(
            plan.kind,
            plan.name,
            plan.target.connection,
            redactor,
            emit,
            given=plan.shown,
            writes=not plan.read_only,
        )

    async def _answer(
        self, plan: Plan, unsealed: Unsealed, recording: Recording, save_to: Path | None
    ) -> Answer:
        definition = plan.target.definition
        if unsealed.renewing is not None:
            # What was captured with the tokens may be part of the request.
            await unsealed.renewing.ready(unsealed)
        request = plan.build(unsealed)
        route = build_route(definition, unsealed, plan.target.connection.id, plan.target.method)
        caller = Caller(self._transport, plan.target, route, unsealed, recording)
        response = await caller.call(request, save_to=save_to)
        decoded = await decode_aside(response, plan.response, structured=plan.kind != "proxy")
        decision = decide(plan.rules, decoded, request, plan.given, unsealed, recording.warn)
        if decision.failure is not None:
            raise DecidedError(decision.failure)
        records = () if decision.do == "ignore" else _records(plan, decoded)
        value = decoded.value
        # A vendor that sends our own secrets back would bring them to a screen or into an export.
        if unsealed.redactor.holds(response.body):
            value, records = await aside(
                response.size, lambda _stop: _without_secrets(decoded.value, records, unsealed)
            )
        recording.counts = replace(recording.counts, records=len(records), pages=1)
        recording.tell(RecordsRead(recording.id, records, len(records)))
        line = "nothing to do" if decision.do == "ignore" else result_line(plan, decoded, records, unsealed)
        for note in decoded.notes:
            recording.warn(note)
        return Answer(value, records, " · ".join((line, *decoded.notes)), response.saved_to)

    def _failed(self, plan: Plan, recording: Recording, failure: Failure) -> Outcome:
        recording.line("error", failure.message)
        recording.end("failed", failure.message, failure)
        return self._outcome(plan, recording, error=recording.safe_failure(failure))

    def _outcome(self, plan: Plan, recording: Recording, **answer: Any) -> Outcome:
        row = recording.operation
        return Outcome(
            operation=row.id,
            state=row.state,
            kind=row.kind,
            connection=plan.target.connection.name,
            name=plan.name,
            started_us=row.started_us,
            took_ms=took_ms(row),
            counts=row.counts,
            result=row.result or "",
            **answer,
        )


class DecidedError(ConnectError):
    """The answer is a failure; carries what a rule or the status said about it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def preview(unsealed: Unsealed, authorized: Request) -> RequestPreview:
    """Show a request as it would leave, redacted."""
    redactor = unsealed.redactor
    body = authorized.upload.shown if authorized.upload else authorized.body
    shown = redactor.body(body, authorized.header("content-type") or "") if body is not None else None
    return RequestPreview(
        authorized.method,
        redactor.url(authorized.url),
        redactor.headers(authorized.headers),
        None if shown is None else shown.decode("utf-8", errors="replace"),
    )


def result_line(plan: Plan, decoded: Decoded, records: tuple[Any, ...], unsealed: Unsealed) -> str:
    """Give the one line for people: the operation's own, else what was counted, saved or answered."""
    if plan.result is not None:
        with suppress(TemplateError):
            text = unsealed.fill(plan.result, {"response": decoded.scope(), "input": plan.given})
            if text is not MISSING and text is not None:
                return str(text)
    response = decoded.response
    if response.saved_to is not None:
        return f"{response.size:,} bytes saved to {one_line(response.saved_to.name)}"
    if plan.kind == "action" and (plan.records is not None or isinstance(decoded.value, list)):
        return f"{len(records):,} {record_noun(plan.name, len(records))}"
    return f"{response.status} {status_phrase(response.status)}, {response.size:,} bytes"


def record_noun(operation: str, count: int) -> str:
    """Give what an operation's records are called: `list-open-tickets` gives tickets."""
    verb, _, noun = operation.rpartition("-")
    if not verb:
        noun = "records"
    if count == 1 and noun.endswith("s") and not noun.endswith(("ss", "us", "series", "news")):
        return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
    return noun


def _without_secrets(value: Any, records: tuple[Any, ...], unsealed: Unsealed) -> tuple[Any, tuple[Any, ...]]:
    redactor = unsealed.redactor
    safe = redactor.body(value) if isinstance(value, bytes) else redactor.values(value)
    return safe, tuple(redactor.values(records))


def _records(plan: Plan, decoded: Decoded) -> tuple[Any, ...]:
    if decoded.response.status == NOT_MODIFIED:
        return ()
    if plan.kind == "proxy":
        return () if decoded.problem is not None else select_records(decoded, None)
    is_text = isinstance(decoded.value, str) and decoded.problem is None
    if is_text and (plan.response is None or plan.response.type == "auto") and plan.records is not None:
        said = decoded.response.content_type or "no content type"
        raise VendorError(
            f"the answer is {said}, where JSON was expected",
            "check the base URL: another server may answer",
            status=decoded.response.status,
        )
    return select_records(decoded, plan.records)
