"""Test a connection in stages: inputs, dns, tcp, tls, clock, auth, then each probe."""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import asdict, replace
from urllib.parse import urlsplit

from connectors import AuthTest, MtlsAuth

from .call import Caller
from .certificates import CertificateFacts, read_facts
from .errors import ConnectError, Failure, failure_of
from .events import Emit
from .hosts import host_of, origin_of
from .looking_up import lacks_facts
from .outcome import Stage, TestReport, Verdict
from .prepare import base_url, build_route
from .record import Recorder, took_ms
from .redact import Redactor
from .resolve import Target
from .send import HttpTransport, Route
from .stages import clock, dns, inputs, obtaining, probes, tcp, tls
from .stages.finding import Finding, failed, skipped, undefined
from .stages.progress import STAGE_S, WHOLE_S, Progress, limited
from .states import state_for
from .unseal import Unsealed
from .workspace import Workspace


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
        progress = Progress(recording, wanted, time.monotonic() + WHOLE_S, [])
        try:
            if unsealed is None or locked is not None:
                await progress.given("inputs", locked or undefined("nothing was unsealed"))
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

    async def _stages(self, target: Target, unsealed: Unsealed, progress: Progress) -> None:
        try:
            await _learn_address(target, unsealed)
        except ConnectError as error:
            finding = failed(error.failure)
            # What the provider refuses is a matter of the credentials, though it is asked before all else.
            is_refused = error.failure.error_class == "auth"
            before = undefined("only a sign-in tells the address") if is_refused else finding
            await progress.given("inputs", before)
            await self._skip_all(target, progress, finding if is_refused else None)
            return
        try:
            route = build_route(target.definition, unsealed, target.connection.id, target.method)
            url = base_url(target.definition, unsealed)
        except Exception as error:  # noqa: BLE001 - it is the finding of the first stage
            await progress.given("inputs", failed(replace(failure_of(error), error_class="config")))
            await self._skip_all(target, progress)
            return
        host, port, scheme = host_of(url), origin_of(url)[2], urlsplit(url).scheme
        caller = Caller(self._transport, target, route, unsealed, progress.recording)
        await progress.given("inputs", inputs.check(target, unsealed, route))
        addresses: tuple[str, ...] = ()
        address: str | None = None

        async def resolve() -> Finding:
            nonlocal addresses
            finding, addresses = await dns.check(host, port, route)
            return finding

        async def connect() -> Finding:
            nonlocal address
            finding, address = await tcp.check(addresses, port)
            return finding

        async def shake_hands() -> Finding:
            if scheme == "http":
                return tls.without_tls(host)
            reached = address or next(iter(addresses), None)
            if reached is None:
                return skipped("the host has no address")
            try:
                context, shown = await self._ready_for_tls(target, route)
            except ConnectError as error:
                return failed(error.failure)
            return await tls.check(reached, port, host, context, shown)

        await progress.stage("dns", resolve)
        if not addresses and progress.blocked is None:
            # A stage that is repeated alone needs the address all the same.
            await limited(resolve, STAGE_S)
        await progress.stage("tcp", connect)
        await progress.stage("tls", shake_hands)
        await progress.stage("clock", lambda: clock.check(caller, url))
        await self._probe(target, unsealed, caller, progress)

    async def _ready_for_tls(
        self, target: Target, route: Route
    ) -> tuple[ssl.SSLContext, CertificateFacts | None]:
        """Give the TLS context of requests, and what the certificate says that they show."""
        context, certificate = await self._transport.context(route.tls), route.tls.certificate
        if certificate is None:
            return context, None
        facts = await asyncio.to_thread(read_facts, certificate)
        if isinstance(target.method, MtlsAuth) and target.authentication is not None:
            self._workspace.note_end(target.authentication, int(facts.not_after.timestamp()) * 1_000_000)
        return context, facts

    async def _probe(self, target: Target, unsealed: Unsealed, caller: Caller, progress: Progress) -> None:
        first, rest = auth_tests(target)
        if target.authentication is None:
            await progress.given("auth", skipped("no credentials are needed"))
        elif first is None and (renewing := unsealed.renewing) is not None:
            await progress.stage("auth", lambda: obtaining.check(target.method, renewing, unsealed))
        elif first is None:
            await progress.given("auth", undefined("no test is defined for this method"))
        named = [("auth", first)] if first is not None else []
        for name, test in [*named, *((f"probe:{test.name}", test) for test in rest)]:

            async def probe(limit_s: float, test: AuthTest = test) -> Finding:
                return await probes.check(test, target, unsealed, caller, limit_s)

            await progress.call(name, probe, test.timeout or STAGE_S)

    async def _skip_all(self, target: Target, progress: Progress, auth: Finding | None = None) -> None:
        for name in ("dns", "tcp", "tls", "clock"):
            await progress.given(name, skipped("not reached"))
        await progress.given("auth", auth or skipped("not reached"))
        for test in auth_tests(target)[1]:
            await progress.given(f"probe:{test.name}", skipped("not reached"))

    def _report(self, target: Target, progress: Progress) -> TestReport:
        verdict, recording = verdict_of(progress.stages, progress.failure), progress.recording
        failure = progress.failure
        result = _result(verdict, progress.stages)
        recording.end("failed" if failure else "success", result, failure)
        if progress.wanted is None:
            state = state_for(failure.error_class) if failure else "active"
            kept = [asdict(stage) for stage in progress.stages]
            self._workspace.note_test(
                target.connection, target.authentication, recording.id, verdict, kept, state
            )
        return TestReport(
            recording.id,
            target.connection.name,
            verdict,
            took_ms(recording.operation),
            tuple(progress.stages),
            recording.safe_failure(failure),
        )


async def _learn_address(target: Target, unsealed: Unsealed) -> None:
    """Sign in first where only the provider says the base URL."""
    is_told = "captured." in target.definition.http.base_url
    is_known = unsealed.tokens is not None and not lacks_facts(target.method, unsealed.tokens)
    if is_told and unsealed.renewing is not None and not is_known:
        await unsealed.renewing.ready(unsealed)


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
    passed = sum(stage.verdict == "passed" for stage in stages)
    left_out = [stage.stage for stage in stages if stage.verdict == "skipped"]
    return f"{verdict}: {passed} stages" + (f", without {' and '.join(left_out)}" if left_out else "")
