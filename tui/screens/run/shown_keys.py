"""The keys that the last line of Run shows: they depend on where the focus is."""

from typing import Final

Pieces = tuple[tuple[str, str], ...]

PICK: Final[Pieces] = (("⏎", "choose"), ("↑↓", "move"), ("esc", "back"), ("F1", "help"))
INPUT: Final[Pieces] = (
    ("^j", "run"), ("⏎", "next field"), ("^t", "raw JSON"), ("^c", "stop"), ("esc", "list"),
)  # fmt: skip
RESULT: Final[Pieces] = (
    ("R", "run again"), ("⏎", "open"), ("tab", "table/JSON/raw"), ("x", "export"),
    ("i", "input"), ("o", "operation"), ("y", "copy"),
)  # fmt: skip
RECORD: Final[Pieces] = (("esc", "table"), ("/", "search"), ("W", "wrap"), ("y", "copy"))
FAILED: Final[Pieces] = (
    ("R", "run again"), ("i", "input"), ("o", "operation"), ("tab", "raw answer"), ("esc", "input"),
)  # fmt: skip
