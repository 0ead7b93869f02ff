"""A line to type in, into which nothing can be pasted that acts on the terminal."""

from textual import events
from textual.widgets import Input

from ..sanitize import sanitize


class SafeInput(Input):
    """Textual's input, with the first line of a paste made harmless; a masked one keeps what it is given."""

    def on_paste(self, event: events.Paste) -> None:
        """Take the first line of what is pasted in the place of what is selected."""
        event.stop()
        event.prevent_default()
        line = event.text.split("\n")[0].strip("\r")
        self.replace(line if self.password else sanitize(line, newlines=False), *sorted(self.selection))
        self.follow_cursor()

    def follow_cursor(self) -> None:
        """Scroll to the cursor, which Textual does not do for the first text that it is given."""
        at = self.cursor_position
        self.cursor_position = max(at - 1, 0)
        self.cursor_position = at
