"""Ask a provider something as an operation of its own: begun, recorded exchange by exchange, and ended."""

import asyncio
from collections.abc import Callable, Generator
from typing import TypeVar

from ..call import Transport
from ..errors import ConnectError, failure_of, note_operation
from ..events import Emit
from ..keeper import Keeper
from ..provider_caller import ProviderCaller
from ..record import Recorder
from ..request import Request, Response
from ..resolve import Target
from ..unseal import Unsealed, unseal

T = TypeVar("T")


class Errands:
    """Runs flows that need nobody's part."""

    def __init__(self, keeper: Keeper, recorder: Recorder, transport: Transport) -> None:
        self._keeper = keeper
        self._recorder = recorder
        self._transport = transport

    async def run(
        self,
        name: str,
        target: Target,
        flow: Callable[[Unsealed], Generator[Request, Response, T]],
        emit: Emit,
        say: Callable[[T], str],
        given: Unsealed | None = None,
    ) -> T:
        """Give what a flow brings; ``say`` words it for the log, ``given`` are values already unsealed.

        Raises:
            ConnectError: it failed, and why; it is in the log.
        """
        unsealed = given if given is not None else await asyncio.to_thread(unseal, target, self._keeper)
        connection = target.kept_connection
        recording = self._recorder.begin("auth", name, connection, unsealed.redactor, emit)
        provider = ProviderCaller(self._transport, target, unsealed, recording)
        try:
            found = await provider.carry(flow(unsealed))
        except asyncio.CancelledError:
            recording.end("cancelled", "cancelled")
            raise
        except Exception as error:
            failure = failure_of(error)
            recording.keep_bug(error, failure)
            recording.end("failed", failure.message, failure)
            note_operation(error, recording.id)
            if isinstance(error, ConnectError):
                raise error.redacted(unsealed.redactor.text) from None
            raise
        recording.end("success", say(found))
        return found
