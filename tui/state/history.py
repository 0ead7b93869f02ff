"""Where the person has been: a line of places with one of them the present one."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
LONGEST = 30


class History(Generic[T]):
    """Places in the order they were opened; going back keeps those after, opening another drops them."""

    def __init__(self) -> None:
        self._places: list[T] = []
        self._at = -1
        self._left: T | None = None

    def __iter__(self) -> Iterator[T]:
        return iter(self._places)

    def __contains__(self, place: T) -> bool:
        return place in self._places

    @property
    def current(self) -> T | None:
        """The present place."""
        return self._places[self._at] if 0 <= self._at < len(self._places) else None

    @property
    def has_earlier(self) -> bool:
        """Tell whether there is a place to go back to."""
        return self._at > 0

    def open(self, place: T) -> tuple[T, ...]:
        """Go to a place and give those that nothing leads to any more."""
        before = list(self._places)
        if self.current is not None:
            self._left = self.current
        self._places = [*self._places[: self._at + 1], place][-LONGEST:]
        self._at = len(self._places) - 1
        return tuple(one for one in before if one not in self._places)

    def replace(self, place: T) -> None:
        """Put a place where the present one is: what leads there leads to the new one."""
        self._places[self._at] = place

    def leave_out(self, place: T) -> None:
        """Forget a place: nothing leads to it any more, save for opening it."""
        self._at -= sum(one == place for one in self._places[: self._at + 1])
        self._places = [one for one in self._places if one != place]
        if self._left == place:
            self._left = None

    def step(self, count: int) -> T | None:
        """Go ``count`` places along, back when negative; nothing when there is none."""
        if not 0 <= self._at + count < len(self._places):
            return None
        self._left = self.current
        self._at += count
        return self.current

    def last(self) -> T | None:
        """Give the place that was left last, when it is still in the history."""
        return self._left if self._left in self._places else None
