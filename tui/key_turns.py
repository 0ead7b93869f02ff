"""Keys take turns: the next one is handed on when the one before has done all that it does."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump

# What a key sets off is a message of the widget that took it, and what that sets off is one more.
_PASSES = 3
_LONGEST_S = 0.5


class KeyTurns:
    """Holds keys back that come in one burst, so that each goes where the one before put the focus.

    Textual gives a key to the focused widget as soon as it arrives; what it does follows in messages. Here a
    mark follows each key through the queues it goes through, and the next key waits until the mark is back.
    """

    def __init__(self, app: "App[int]", hand_on: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[events.Event] = deque()
        self._turn = 0
        self._is_taken = False
        self._timer: asyncio.TimerHandle | None = None

    def holds(self, event: events.Event) -> bool:
        """Tell whether an event has to wait; it is handed on by and by."""
        if not self._is_taken or event.is_forwarded or not _is_typed(event):
            return False
        self._waiting.append(event)
        return True

    def follow(self, event: events.Event) -> None:
        """Send a mark behind a key that was handed on just now."""
        if not _is_typed(event):
            return
        self._turn += 1
        self._is_taken = True
        self._timer = asyncio.get_running_loop().call_later(_LONGEST_S, self._end, self._turn)
        self._send(self._turn, _PASSES)

    def _send(self, turn: int, passes: int) -> None:
        if turn != self._turn:
            return
        if not passes:
            self._end(turn)
            return
        begin = self._app.focused or self._app.screen
        self._step(turn, [*begin.ancestors_with_self], passes)

    def _step(self, turn: int, way: "Sequence[MessagePump]", passes: int) -> None:
        if not way:
            self._send(turn, passes - 1)
        elif not way[0].call_later(self._step, turn, way[1:], passes):
            # It is being removed: the mark goes on from where its messages go.
            self._step(turn, way[1:], passes)

    def _end(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._turn += 1
        if self._timer is not None:
            self._timer.cancel()
        if self._waiting:
            self._app.call_later(self._hand_on, self._waiting.popleft())
        else:
            self._is_taken = False


def _is_typed(event: events.Event) -> bool:
    return isinstance(event, events.Key | events.Paste)
