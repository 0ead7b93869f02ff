"""Keys take turns: the next one is handed on when the one before has done all that it does."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual import events

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump

_LOOK_AGAIN_S = 0.001
_LONGEST_S = 0.5


class KeyTurns:
    """Holds keys back that come in one burst, so that each goes where the one before put the focus.

    Textual gives a key to the focused widget as soon as it arrives; what it does follows in messages. A key
    that comes while the app is still at work with messages waits until it is at rest. A lone key costs no
    more than the look whether it is.
    """

    def __init__(self, app: "App[int]", hand_on: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[events.Event] = deque()
        self._waits_until = 0.0

    def holds(self, event: events.Event) -> bool:
        """Tell whether an event has to wait; it is handed on by and by."""
        if event.is_forwarded or not isinstance(event, events.Key | events.Paste):
            return False
        if not self._waiting:
            # The app itself is at work with this event.
            if not self._app.message_queue_size and self._widgets_rest():
                return False
            self._wait()
        self._waiting.append(event)
        return True

    def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        self._waits_until = loop.time() + _LONGEST_S
        loop.call_later(_LOOK_AGAIN_S, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._waits_until and not (_rests(self._app) and self._widgets_rest()):
            loop.call_later(_LOOK_AGAIN_S, self._look)
            return
        self._app.call_later(self._hand_on, self._waiting.popleft())
        if self._waiting:
            self._wait()

    def _widgets_rest(self) -> bool:
        screen = self._app.screen
        return not screen._callbacks and all(map(_rests, screen.walk_children(with_self=True)))  # noqa: SLF001


def _rests(pump: "MessagePump") -> bool:
    """Tell whether it waits for its next message, with nothing left to do.

    Neither Textual nor asyncio say it in a public way.
    """
    queue: Any = pump._message_queue  # noqa: SLF001
    return queue.empty() and bool(queue.ready_event._waiters)  # noqa: SLF001
