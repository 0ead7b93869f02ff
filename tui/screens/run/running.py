"""One operation being run: asking first where it changes something, following it, and how it ended."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.errors import Failure, failure_of
from core.events import Event, OperationStarted

from ...state.live import Live, fold
from ...state.run import OperationFacts, RunTarget
from .permission import ask_permission

if TYPE_CHECKING:
    from core import Outcome

    from ...shell import Shell


class Running:
    """Runs one operation of one connection, again and again; ``live`` says how the newest run goes."""

    def __init__(self, shell: "Shell", target: RunTarget, operation: OperationFacts) -> None:
        self._shell = shell
        self.target = target
        self.operation = operation
        self.live = Live()
        self.is_running = False
        self._awaits_start = False

    async def send(self, values: Mapping[str, Any]) -> "Outcome | Failure | None":
        """Run it and give how it ended, a failure that came before there was an operation, or nothing.

        Nothing means that the person did not agree. Cancelling ends the operation as cancelled.
        """
        target, operation = self.target, self.operation
        self.is_running = True
        try:
            if not operation.read_only and not await self._permitted(values):
                return None
            services = self._shell.services
            self._awaits_start = True
            return await services.submit(
                lambda engine: engine.run(target.connection, operation.name, values, armed=services.is_armed)
            )
        except Exception as error:  # noqa: BLE001 - shown to the person, whatever it is
            return failure_of(error)
        finally:
            self.is_running = False

    def take(self, event: Event) -> bool:
        """Take in an event of the engine; tell whether it was about this run.

        The events of a quick run may come when its outcome is known already.
        """
        if isinstance(event, OperationStarted):
            if not self._is_mine(event):
                return False
            self._awaits_start = False
        before = self.live
        self.live = fold(before, event)
        return self.live is not before

    def _is_mine(self, event: OperationStarted) -> bool:
        return self._awaits_start and (event.connection, event.name) == (
            self.target.connection,
            self.operation.name,
        )

    async def _permitted(self, values: Mapping[str, Any]) -> bool:
        target, operation = self.target, self.operation
        preview = await self._shell.services.submit(
            lambda engine: engine.run(target.connection, operation.name, values, dry_run=True)
        )
        return preview.request is not None and await ask_permission(
            self._shell, target, operation, preview.request
        )
