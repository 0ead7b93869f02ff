"""Run the tests of a connector, one after another."""

from dataclasses import dataclass
from typing import Literal

from connectors import Connector, OfflineTest

from ..errors import ConnectError
from ..events import Event
from ..inputs import check_input
from ..record import Recorder
from ..resolve import Target, resolve_operation
from ..run import Plan, Runner, plan_operation
from ..unseal import Unsealed
from .answers import RecordedAnswers
from .difference import Difference
from .judging import Ended, judge
from .stand_ins import NoJournal, stand_in_target, stand_in_values


@dataclass(frozen=True, slots=True)
class OfflineResult:
    """How one test went; it passed when nothing differs."""

    connector: str
    test: str
    differences: tuple[Difference, ...]

    @property
    def state(self) -> Literal["passed", "failed"]:
        """The verdict."""
        return "failed" if self.differences else "passed"


async def run_offline_tests(definition: Connector) -> tuple[OfflineResult, ...]:
    """Run every test of a connector."""
    return tuple([await _run(definition, test) for test in definition.tests])


async def _run(definition: Connector, test: OfflineTest) -> OfflineResult:
    target = stand_in_target(definition, test)
    try:
        unsealed = stand_in_values(target, test)
    except ConnectError as error:
        wrong = Difference("given.variables", "variables that can be used", error.failure.message)
        return OfflineResult(definition.handle, test.name, (wrong,))
    answers = RecordedAnswers(test.given.responses)
    ended = await _ended(target, test, unsealed, answers)
    return OfflineResult(definition.handle, test.name, tuple(judge(test.expect, ended, answers)))


async def _ended(target: Target, test: OfflineTest, unsealed: Unsealed, answers: RecordedAnswers) -> Ended:
    try:
        plan = _plan(target, test)
    except ConnectError as error:
        return Ended(error.failure)

    async def unseal() -> Unsealed:
        return unsealed

    runner = Runner(Recorder(NoJournal(), "test", "test", "test"), answers)
    outcome = await runner.run(plan, unseal, _ignore)
    return Ended(outcome.error, outcome.records, outcome.result)


def _plan(target: Target, test: OfflineTest) -> Plan:
    operation = resolve_operation(target, test.operation)
    given = check_input(operation.input_schema(), test.given.input)
    return plan_operation(target, test.operation, operation, given)


def _ignore(event: Event) -> None:
    """Listen to nothing."""
