"""Test a connection in stages: inputs, dns, tcp, tls, clock, auth, then each probe."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlsplit

from connectors import AuthTest

from .call import Caller
from .errors import Failure, failure_of
from .events import Emit, StageEnded
from .hosts import host_of, origin_of
from .outcome import Stage, TestReport, Verdict
from .prepare import base_url, build_route
from .record import Recorder, Recording, took_ms
from .redact import Redactor
from .resolve import Target
from .send import HttpTransport
from .stages import clock, dns, inputs, probes, tcp, tls
from .stages.finding import Finding, broken, failed, skipped, undefined
from .states import state_for
from .unseal import Unsealed
from .workspace import Workspace

STAGE_S = 3.0
WHOLE_S = 10.0


@dataclass(slots=True)
class _Progress:
    """What one test has found so far."""

    recording: Recording
    wanted: Collection[str] | None
    ends: float
    stages: list[Stage]
    failure: Failure | None = None
    blocked: str | None = None

    async def stage(
        self, name: str, check: Callable[[], Awaitable[Finding]], limit_s: float | None = None
    ) -> Finding:
        """Run one stage within its time, unless an earlier one failed or it was not asked for."""
        started = time.perf_counter()
        finding = self._unreached(name) or await self._checked(
            check, min(limit_s or STAGE_S, self.ends - time.monotonic())
        )
        self._note(name, finding, round((time.perf_counter() - started) * 1000))
        return finding

    def _unreached(self, name: str) -> Finding | None:
        if self.wanted is not None and name not in self.wanted:
            return skipped("not asked for")
        if self.blocked is not None:
            return skipped(f"not reached: {self.blocked} failed")
        if time.monotonic() >= self.ends:
            return skipped(f"not reached: the test's {WHOLE_S:g} s were used up")
        return None

    async def _checked(self, check: Callable[[], Awaitable[Finding]], limit_s: float) -> Finding:
        try:
            async with asyncio.timeout(limit_s):
                return await check()
        except TimeoutError:
            return broken(
                "timeout",
                f"no result within {limit_s:.0f} s",
                "is the host right, and reachable?",
                retryable=True,
            )

    def _note(self, name: str, finding: Finding, ms: int) -> None:
        text = self.recording.redactor.text
        hint = text(finding.hint) if finding.hint else None
        stage = Stage(name, finding.verdict, ms, text(finding.evidence), hint, finding.error_class)
        self.stages.append(stage)
        if finding.verdict == "failed":
            self.failure = self.failure or finding.failure
            # A probe that fails says nothing about the next one.
            self.blocked = self.blocked if name.startswith("probe:") else name
        level = {"failed": "error", "warned": "warning"}.get(finding.verdict, "info")
        self.recording.line(
            "error" if level == "error" else "warning" if level == "warning" else "info",
            f"{name}: {finding.verdict}: {stage.evidence}",
            asdict(stage),
        )
        self.recording.emit(
            StageEnded(
                self.recording.id, name, finding.verdict, ms, stage.evidence, hint, finding.error_class
            )
        )


class StagedTest:
    """Runs connection tests; each is one operation in the log."""

    def __init__(self, recorder: Recorder, transport: HttpTransport, workspace: Workspace) -> None:
        self._recorder = recorder
        self._transport = transport
        self._workspace = workspace

    async def run(
        self,
        target: Target,
        unseal: Callable[[], Awaitable[Unsealed]],
        emit: Emit,
        wanted: Collection[str] | None = None,
    ) -> TestReport:
        """Run the stages in order; after a failure the later ones are skipped and say so."""
        unsealed, locked = None, None
        try:
            unsealed = await unseal()
        except Exception as error:  # noqa: BLE001 - it is the finding of the first stage
            locked = failed(failure_of(error))
        redactor = unsealed.redactor if unsealed else Redactor()
        connection = target.connection
        recording = self._recorder.begin("test", f"test {connection.name}", connection, redactor, emit)
        progress = _Progress(recording, wanted, time.monotonic() + WHOLE_S, [])
        try:
            if unsealed is None or locked is not None:
                await progress.stage("inputs", _given(locked or undefined("nothing was unsealed")))
                await self._skip_all(target, progress)
            else:
                await self._stages(target, unsealed, progress)
        except asyncio.CancelledError:
            recording.end("cancelled", "cancelled")
            raise
        except Exception as error:  # noqa: BLE001 - a bug ends the test and is recorded as one
            progress.failure = failure_of(error)
            recording.keep_bug(error, progress.failure)
        return self._report(target, progress)

    async def _stages(self, target: Target, unsealed: Unsealed, progress: _Progress) -> None:
        try:
            route = build_route(target.definition, unsealed, target.connection.id)
            url = base_url(target.definition, unsealed)
        except Exception as error:  # noqa: BLE001 - it is the finding of the first stage
            await progress.stage("inputs", _given(failed(replace(failure_of(error), error_class="config"))))
            await self._skip_all(target, progress)
            return
        host, port, scheme = host_of(url), origin_of(url)[2], urlsplit(url).scheme
        caller = Caller(self._transport, target, route, unsealed, progress.recording)
        await progress.stage("inputs", _given(inputs.check(target, unsealed, route)))
        addresses: list[str] = []

        async def resolve() -> Finding:
            finding, address = await dns.check(host, port, route)
            addresses.extend([address] if address else [])
            return finding

        async def shake_hands() -> Finding:
            if scheme == "http":
                return tls.without_tls(host)
            return await tls.check(addresses[0], port, host, await self._transport.context(route.tls))

        await progress.stage("dns", resolve)
        if not addresses and progress.blocked is None:
            await resolve()
        await progress.stage("tcp", lambda: tcp.check(addresses[0], port))
        await progress.stage("tls", shake_hands)
        await progress.stage("clock", lambda: clock.check(caller, url))
        await self._probe(target, unsealed, caller, progress)

    async def _probe(self, target: Target, unsealed: Unsealed, caller: Caller, progress: _Progress) -> None:
        first, rest = auth_tests(target)
        if target.authentication is None:
            await progress.stage("auth", _given(skipped("no credentials are needed")))
        elif first is None:
            await progress.stage("auth", _given(undefined("no test is defined for this method")))
        else:
            await progress.stage("auth", lambda: probes.check(first, target, unsealed, caller), first.timeout)
        for test in rest:

            async def probe(test: AuthTest = test) -> Finding:
                return await probes.check(test, target, unsealed, caller)

            await progress.stage(f"probe:{test.name}", probe, test.timeout)

    async def _skip_all(self, target: Target, progress: _Progress) -> None:
        for name in (
            *("dns", "tcp", "tls", "clock", "auth"),
            *(f"probe:{test.name}" for test in auth_tests(target)[1]),
        ):
            await progress.stage(name, _given(skipped("not reached")))

    def _report(self, target: Target, progress: _Progress) -> TestReport:
        verdict, recording = verdict_of(progress.stages, progress.failure), progress.recording
        failure = progress.failure
        result = _result(verdict, progress.stages)
        recording.end("failed" if failure else "success", result, failure)
        if progress.wanted is None:
            state = state_for(failure.error_class) if failure else "active"
            stages = [asdict(stage) for stage in progress.stages]
            self._workspace.note_test(target.connection, recording.id, verdict, stages, state)
        return TestReport(
            recording.id,
            target.connection.name,
            verdict,
            took_ms(recording.operation),
            tuple(progress.stages),
            recording.safe_failure(failure),
        )


def auth_tests(target: Target) -> tuple[AuthTest | None, tuple[AuthTest, ...]]:
    """Give the test of the credentials, and the probes; without credentials all are probes."""
    tests = tuple(target.method.test) if target.method else ()
    if target.authentication is None:
        return None, tests
    return (tests[0], tests[1:]) if tests else (None, ())


def verdict_of(stages: Iterable[Stage], failure: Failure | None) -> Verdict:
    """Give the verdict of the whole test; what is undefined or skipped does not spoil it."""
    if failure is not None:
        return "failed"
    return "warned" if any(stage.verdict == "warned" for stage in stages) else "passed"


def _result(verdict: Verdict, stages: list[Stage]) -> str:
    for wanted in ("failed", "warned"):
        found = [stage for stage in stages if stage.verdict == wanted]
        if found:
            return f"{found[0].stage}: {found[0].evidence}"
    done = sum(stage.verdict == "passed" for stage in stages)
    return f"{verdict}: {done} stages"


def _given(finding: Finding) -> Callable[[], Awaitable[Finding]]:
    async def give() -> Finding:
        return finding

    return give
