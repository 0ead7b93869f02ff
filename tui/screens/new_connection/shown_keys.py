"""The keys that the last line of New connection shows: they depend on the page."""

from collections.abc import Mapping
from typing import Final

from ...state.stages import Page

Pieces = tuple[tuple[str, str], ...]

KEYS_OF: Final[Mapping[Page, Pieces]] = {
    "connector": (("⏎", "choose"), ("↑↓", "move"), ("esc", "leave"), ("F1", "help")),
    "authentication": (("⏎", "go on"), ("↑↓", "choose"), ("tab", "fields"), ("esc", "back")),
    "inputs": (("⏎", "go on and test"), ("tab", "next field"), ("esc", "back")),
    "test": (("⏎", "save"), ("R", "test again"), ("r", "repeat this stage"), ("l", "log"), ("esc", "back")),
    "save": (("⏎", "run an operation"), ("1", "connections"), ("4", "another one"), ("esc", "back")),
}
FAILED: Final[Pieces] = (
    ("m", "mend it"), ("R", "test again"), ("⏎", "save anyway"),
    ("r", "repeat"), ("l", "log"), ("esc", "back"),
)  # fmt: skip
TESTING: Final[Pieces] = (("^c", "stop"), ("esc", "back"))
