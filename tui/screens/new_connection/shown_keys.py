"""The keys that the last line of New connection shows, by id where they have one: they depend on the page."""

from collections.abc import Mapping
from typing import Final

from ...state.stages import Page

Pieces = tuple[tuple[str, str], ...]

KEYS_OF: Final[Mapping[Page, Pieces]] = {
    "connector": (("⏎", "choose"), ("↑↓", "move"), ("app.back", "leave"), ("F1", "help")),
    "authentication": (("⏎", "go on"), ("↑↓", "choose"), ("tab", "fields"), ("app.back", "back")),
    "inputs": (("⏎", "go on and test"), ("tab", "next field"), ("app.back", "back")),
    "test": (
        ("⏎", "save"),
        ("new_connection.test_again", "test again"),
        ("new_connection.repeat", "repeat this stage"),
        ("new_connection.log", "requests"),
        ("app.back", "back"),
    ),
    "save": (
        ("⏎", "run an operation"),
        ("app.connections", "connections"),
        ("app.new_connection", "another one"),
        ("app.back", "back"),
    ),
}
FAILED: Final[Pieces] = (
    ("new_connection.mend", "mend"),
    ("new_connection.test_again", "retest"),
    ("⏎", "save anyway"),
    ("new_connection.repeat", "repeat"),
    ("new_connection.log", "requests"),
    ("app.back", "back"),
)
TESTING: Final[Pieces] = (("app.interrupt", "stop"), ("app.back", "back"))
