"""Run the tests of a connector, one after another."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from connectors import Connector, OfflineTest, Operation

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
    with _input_of(test, definition.operations[test.operation]) as given:
        ended = await _ended(target, test.operation, given, unsealed, answers)
    return OfflineResult(definition.handle, test.name, tuple(judge(test.expect, ended, answers)))


@contextmanager
def _input_of(test: OfflineTest, operation: Operation) -> Iterator[dict[str, Any]]:
    """Give the input of a test; its files are there, under the paths in it, as long as the block lasts."""
    files = test.given.files
    if not files:
        yield test.given.input
        return
    taken = _file_inputs(operation)
    with TemporaryDirectory(prefix="connect-tui-test-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="")
        yield {
            key: _placed(value, Path(folder), files) if key in taken else value
            for key, value in test.given.input.items()
        }


def _file_inputs(operation: Operation) -> frozenset[str]:
    fields = operation.input_schema().get("properties", {})
    return frozenset(key for key, field in fields.items() if _is_file(field))


def _is_file(field: Any) -> bool:
    if not isinstance(field, Mapping):
        return False
    return field.get("format") == "file" or _is_file(field.get("items"))


def _placed(value: Any, folder: Path, files: Mapping[str, str]) -> Any:
    """Give the path of a file of the test for its name, also in a list."""
    if isinstance(value, list):
        return [_placed(one, folder, files) for one in value]
    return str(folder / value) if isinstance(value, str) and value in files else value


async def _ended(
    target: Target, name: str, given: Mapping[str, Any], unsealed: Unsealed, answers: RecordedAnswers
) -> Ended:
    try:
        plan = _plan(target, name, given)
    except ConnectError as error:
        return Ended(error.failure)

    async def unseal() -> Unsealed:
        return unsealed

    runner = Runner(Recorder(NoJournal(), "test", "test", "test"), answers)
    outcome = await runner.run(plan, unseal, _ignore)
    return Ended(outcome.error, outcome.records, outcome.result)


def _plan(target: Target, name: str, given: Mapping[str, Any]) -> Plan:
    operation = resolve_operation(target, name)
    checked = check_input(operation.input_schema(), given)
    return plan_operation(target, name, operation, checked)


def _ignore(event: Event) -> None:
    """Listen to nothing."""
