"""The tests of connections that run now, with the stages that ended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.events import Event, OperationEnded, OperationStarted, StageEnded

if TYPE_CHECKING:
    from core import TestReport

    from ...services import Services

_TONES = {"passed": "good", "warned": "warn", "failed": "bad"}


class RunningTests:
    """Tests connections by name, and keeps the stages of each until it ended."""

    def __init__(self, services: "Services") -> None:
        self._services = services
        self._stages: dict[str, list[Mapping[str, Any]]] = {}
        self._connections: dict[str, str] = {}

    def __contains__(self, connection: str) -> bool:
        return connection in self._stages

    def stages(self, connection: str) -> Sequence[Mapping[str, Any]] | None:
        """Give the stages that ended; nothing where no test runs."""
        return self._stages.get(connection)

    def begin(self, connection: str) -> None:
        """Take a connection as being tested, with no stage ended."""
        self._stages[connection] = []

    async def run(self, connection: str) -> "TestReport":
        """Test a connection to the end."""
        try:
            return await self._services.submit(lambda engine: engine.test(connection))
        finally:
            self._stages.pop(connection, None)

    def take(self, event: Event) -> bool:
        """Take in an event of the engine; tell whether a stage ended."""
        match event:
            case OperationStarted(kind="test", connection=str(connection)):
                self._connections[event.operation] = connection
            case OperationEnded():
                self._connections.pop(event.operation, None)
            case StageEnded():
                stages = self._stages.get(self._connections.get(event.operation, ""))
                if stages is not None:
                    stages.append(asdict(event))
                    return True
        return False


def verdict_said(connection: str, report: "TestReport") -> tuple[str, str]:
    """Give how a test ended in one line, and its tone."""
    said = report.error.message if report.error else f"{report.verdict} in {report.took_ms} ms"
    return f"{connection}: {said}", _TONES.get(report.verdict, "quiet")
