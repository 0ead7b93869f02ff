"""What can be wrong with a connector file."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a connector file, with its place; ``line`` and ``column`` count from 1."""

    file: Path
    line: int
    column: int
    path: str
    message: str

    def __str__(self) -> str:
        """Give ``file:line:col: path: message``."""
        where = f"{_one_line(str(self.file))}:{self.line}:{self.column}:"
        return f"{where} {self.path}: {self.message}" if self.path else f"{where} {self.message}"


def _one_line(name: str) -> str:
    """Give the name of a file so that no part of it can pass for a line of its own."""
    escaped = (one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in name)
    return name if name.isprintable() else "".join(escaped)


class DefinitionError(Exception):
    """A connector file cannot be used; ``problems`` names every place."""

    error_class: ClassVar[str] = "config"
    retryable: ClassVar[bool] = False
    remedy: ClassVar[str] = (
        "mend the file at the named places, then run `connect-tui connector validate` on it"
    )

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class TemplateError(Exception):
    """A template or an expression cannot be read or evaluated; ``offset`` counts characters from 0."""

    error_class: ClassVar[str] = "input"
    retryable: ClassVar[bool] = False
    remedy: ClassVar[str] = ""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset
