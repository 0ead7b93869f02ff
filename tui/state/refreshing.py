"""How a refresh of several authentications goes on, and how it ended."""

from collections.abc import Sequence

from . import labels


class Refreshing:
    """Counts what was refreshed of ``names``, and keeps why the others were not."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.done: list[str] = []
        self.failed: dict[str, str] = {}

    @property
    def progress(self) -> str:
        """How far it is, in one line."""
        said = f"refreshing: {len(self.done) + len(self.failed)} of {len(self.names)}"
        return f"{said}, {len(self.failed)} failed" if self.failed else said

    @property
    def result(self) -> tuple[str, str]:
        """How it ended, in one line, and its tone; the first that failed says why."""
        if not self.failed:
            said = self.done[0] if len(self.done) == 1 else labels.plural(len(self.done), "authentication")
            return f"refreshed: {said}", "good"
        name, why = next(iter(self.failed.items()))
        if len(self.names) == 1:
            return f"{name}: {why}", "bad"
        return f"{len(self.done)} refreshed, {len(self.failed)} failed: {name}: {why}", (
            "warn" if self.done else "bad"
        )
