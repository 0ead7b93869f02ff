"""What reading a YAML text gives: the data, the mistakes, and where each value stands."""

from dataclasses import dataclass, field
from typing import Any

TreePath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong at one place of a YAML text; lines and columns count from 1."""

    line: int
    column: int
    message: str
    path: TreePath = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value stands in its text: of its key, and from its first to behind its last character."""

    key: tuple[int, int]
    value: tuple[int, int]
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """What a YAML text says, and what is wrong with it; ``spots`` only where they were asked for."""

    data: Any = None
    mistakes: list[Mistake] = field(default_factory=list)
    spots: dict[TreePath, Spot] = field(default_factory=dict)
