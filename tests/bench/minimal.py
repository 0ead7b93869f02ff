"""The smallest Textual app, to compare a start with."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Draw the line."""
        yield Static("ready-to-compare")


if __name__ == "__main__":
    Minimal().run()
