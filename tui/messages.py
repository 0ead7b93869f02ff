"""What the engine's thread tells the app."""

from concurrent.futures import Future
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from core import UnlockChoice, UnlockRequest
    from core.errors import Failure
    from core.events import Event


class EngineEvent(Message, bubble=False):
    """The engine told something; every open view gets it (``on_engine_event``)."""

    def __init__(self, event: "Event") -> None:
        super().__init__()
        self.event = event


class KeptChanged(Message, bubble=False):
    """Somebody wrote to the database, this process or another (``on_kept_changed`` of every open view)."""


class ArmingChanged(Message, bubble=False):
    """The project was armed or disarmed; every open view gets it (``on_arming_changed``)."""


class EngineOpened(Message, bubble=False):
    """The engine is ready; every open view gets it (``on_engine_opened``)."""


class EngineFailed(Message, bubble=False):
    """The engine could not be opened."""

    def __init__(self, failure: "Failure") -> None:
        super().__init__()
        self.failure = failure


class UnlockAsked(Message, bubble=False):
    """The engine waits for a choice how to unlock the vault."""

    def __init__(self, request: "UnlockRequest", answer: "Future[UnlockChoice | None]") -> None:
        super().__init__()
        self.request = request
        self.answer = answer
