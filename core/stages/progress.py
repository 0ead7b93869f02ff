"""How far one connection test has come: runs each stage within its time, and keeps what it found."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict, dataclass

from storage.records import LogLevel

from ..errors import Failure
from ..events import StageEnded
from ..outcome import Stage
from ..record import Recording
from .finding import Finding, broken, skipped

STAGE_S = 3.0
WHOLE_S = 10.0

Check = Callable[[], Awaitable[Finding]]


@dataclass(slots=True)
class Progress:
    """What one test has found so far; ``ends`` is when its time is over, by the monotonic clock."""

    recording: Recording
    wanted: Collection[str] | None
    ends: float
    stages: list[Stage]
    failure: Failure | None = None
    blocked: str | None = None

    async def stage(self, name: str, check: Check) -> None:
        """Run one stage, unless an earlier one failed or it was not asked for."""
        await self.call(name, lambda limit_s: limited(check, limit_s), STAGE_S)

    async def call(self, name: str, check: Callable[[float], Awaitable[Finding]], limit_s: float) -> None:
        """Run one stage that keeps to its limit in seconds by itself."""
        started = time.perf_counter()
        finding = self._unreached(name) or await check(min(limit_s, self.ends - time.monotonic()))
        self._note(name, finding, round((time.perf_counter() - started) * 1000))

    async def given(self, name: str, finding: Finding) -> None:
        """Note the finding of a stage that is known already."""

        async def give() -> Finding:
            return finding

        await self.stage(name, give)

    def _unreached(self, name: str) -> Finding | None:
        if self.wanted is not None and name not in self.wanted:
            return skipped("not asked for")
        if self.blocked is not None:
            return skipped(f"not reached: {self.blocked} failed")
        if time.monotonic() >= self.ends:
            return skipped(f"not reached: the test's {WHOLE_S:g} s were used up")
        return None

    def _note(self, name: str, finding: Finding, ms: int) -> None:
        text = self.recording.redactor.text
        hint = text(finding.hint) if finding.hint else None
        stage = Stage(name, finding.verdict, ms, text(finding.evidence), hint, finding.error_class)
        self.stages.append(stage)
        if finding.verdict == "failed":
            self.failure = self.failure or finding.failure
            # A probe that fails says nothing about the next one.
            self.blocked = self.blocked if name.startswith("probe:") else name
        self.recording.line(
            _LEVELS.get(finding.verdict, "info"),
            f"{name}: {finding.verdict}: {stage.evidence}",
            asdict(stage),
        )
        self.recording.tell(
            StageEnded(self.recording.id, name, stage.verdict, ms, stage.evidence, hint, stage.error_class)
        )


_LEVELS: dict[str, LogLevel] = {"failed": "error", "warned": "warning"}


async def limited(check: Check, limit_s: float) -> Finding:
    """Give what a check finds within its time, else that it took too long."""
    try:
        async with asyncio.timeout(limit_s):
            return await check()
    except TimeoutError:
        evidence = f"no result within {limit_s:.3g} s"
        return broken("timeout", evidence, "is the host right, and reachable?", retryable=True)
