"""What a screen may ask of the app that shows it; `tui.app.ConnectApp` is what it asks."""

from collections.abc import Callable

from textual.app import App

from .services import Services
from .state.places import Place


class Shell(App[int], inherit_bindings=False):
    """The app as screens know it, so that no screen has to know the other screens."""

    services: Services
    # The keys that ``keymap.toml`` changes, by id.
    keymap: dict[str, str]
    # Whether the terminal has no glyphs for keys, so that they are named: ``enter``, ``up``.
    spells_keys: bool = False

    def go(self, place: Place) -> None:
        """Open a place and remember it in the history."""
        raise NotImplementedError

    def when_quiet(self, function: Callable[[], object], pressed_at: float | None = None) -> None:
        """Run a function unless more keys are queued behind the one that asked: that is a paste.

        ``pressed_at`` is the time of that key's event, where a widget took the key itself.
        """
        raise NotImplementedError

    def run_command_line(self, line: str) -> str:
        """Do what was typed after ``:``, or say why not; empty when it was done."""
        raise NotImplementedError

    def action_do(self, name: str) -> None:
        """Run a key of the context ``app`` on the view that is shown."""
        raise NotImplementedError
