"""When keys came: a key that others follow at once is a part of a paste."""

from textual import events


class KeyTimes:
    """The times of the newest key and of the one whose binding runs now."""

    def __init__(self) -> None:
        self._newest = 0.0
        self._acting: float | None = None

    def note(self, event: events.Event) -> None:
        """Take in an event of the app."""
        is_key = isinstance(event, events.Key)
        if is_key and not event.is_forwarded:
            self._newest = event.time
        # A key comes back to the app when no widget wanted it; its binding runs inside that call.
        self._acting = event.time if is_key and event.is_forwarded else None

    def leave(self) -> None:
        """The event was handled."""
        self._acting = None

    @property
    def asked_at(self) -> float:
        """When the key came that asks for something now."""
        return self._acting or self._newest

    def is_last(self, at: float) -> bool:
        """Tell whether no key came after this time."""
        return self._newest <= at
