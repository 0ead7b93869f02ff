"""The keys that the last line of Run shows, by id where they have one: they depend on where the focus is."""

from typing import Final

Pieces = tuple[tuple[str, str], ...]

PICK: Final[Pieces] = (("⏎", "choose"), ("↑↓", "move"), ("app.back", "back"), ("F1", "help"))
INPUT: Final[Pieces] = (
    ("run.send", "run"),
    ("⏎", "next field"),
    ("run.json", "raw JSON"),
    ("app.interrupt", "stop"),
    ("app.back", "list"),
)
RESULT: Final[Pieces] = (
    ("run.again", "run again"),
    ("list.open", "open"),
    ("result.next_view", "table/JSON/raw"),
    ("run.export", "export"),
    ("run.input", "input"),
    ("run.operation", "operation"),
    ("app.copy", "copy"),
)
RECORD: Final[Pieces] = (
    ("app.back", "table"),
    ("app.filter", "search"),
    ("body.wrap", "wrap"),
    ("app.copy", "copy"),
)
FAILED: Final[Pieces] = (
    ("run.again", "run again"),
    ("run.input", "input"),
    ("run.operation", "operation"),
    ("result.next_view", "raw answer"),
    ("app.back", "input"),
)
