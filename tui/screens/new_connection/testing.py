"""The staged test of one connection as the wizard sees it: started, followed stage by stage, ended."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.errors import Failure, failure_of
from core.events import Event, OperationStarted, StageEnded

from ...state.stages import TestRun, begin_test, end_test, take_stage, wait_again

if TYPE_CHECKING:
    from ...services import Services

# A stage that was not asked for ends with this evidence, and keeps what it showed before.
_LEFT_OUT = "not asked for"


class Testing:
    """Tests a connection, whole or one stage; ``shown`` is called whenever ``run`` changed."""

    __test__ = False  # pytest would collect a class of this name

    def __init__(
        self, services: "Services", connection: str, probes: Sequence[str], shown: Callable[[], None]
    ) -> None:
        self._services = services
        self.connection = connection
        self._probes = probes
        self._shown = shown
        self.operation = ""
        self.run: TestRun = begin_test(probes)

    async def start(self, only: str = "") -> Failure | None:
        """Test from the first stage, or one stage again; gives why it could not be done at all."""
        name = self.connection
        self.run = wait_again(self.run, only) if only else begin_test(self._probes)
        self._shown()
        try:
            report = await self._services.submit(
                lambda engine: engine.test(name, stages={only} if only else None)
            )
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            self.stop()
            return failure_of(error)
        self.operation = report.operation
        failure = report.error if not only else self.run.failure
        self.run = end_test(self.run, report.stages, failure, only=only)
        self._shown()
        return None

    def stop(self) -> None:
        """Take the test as ended where it is."""
        self.run = end_test(self.run, (), self.run.failure)
        self._shown()

    def take(self, event: Event) -> None:
        """Show a stage as it ends."""
        if not self.run.is_running:
            return
        if isinstance(event, OperationStarted) and (event.kind, event.connection) == (
            "test",
            self.connection,
        ):
            self.operation = event.operation
        elif (
            isinstance(event, StageEnded)
            and event.operation == self.operation
            and event.evidence != _LEFT_OUT
        ):
            self.run = take_stage(self.run, event)
            self._shown()
