"""The colours of the app: few, one accent, and a tone for each meaning."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from rich.style import Style

DARK = Theme(
    name="connect-dark",
    dark=True,
    primary="#7db7e8",
    secondary="#7db7e8",
    accent="#7db7e8",
    success="#8fc98b",
    warning="#e3b45c",
    error="#ee7b78",
    foreground="#d6dce4",
    background="#10141a",
    surface="#171d25",
    panel="#222a35",
    variables={
        "quiet": "#8a96a6",
        "faint": "#4b5665",
        "cursor": "#24364a",
        "cursor-off": "#1c232d",
        "mark": "#c9a3e0",
        "production": "#b3403d",
    },
)
LIGHT = Theme(
    name="connect-light",
    dark=False,
    primary="#1f5f99",
    secondary="#1f5f99",
    accent="#1f5f99",
    success="#2c7a34",
    warning="#8f5f00",
    error="#b3261e",
    foreground="#1d232b",
    background="#fbfbf9",
    surface="#f0f1ee",
    panel="#e2e5e4",
    variables={
        "quiet": "#5c6670",
        "faint": "#b3bac1",
        "cursor": "#d3e3f2",
        "cursor-off": "#e8ebed",
        "mark": "#7a3fa0",
        "production": "#b3261e",
    },
)
THEMES: tuple[Theme, ...] = (DARK, LIGHT)

# The tones that view models speak of, and the theme colour each is drawn in.
_COLOURS = {
    "text": "foreground",
    "strong": "foreground",
    "quiet": "quiet",
    "faint": "faint",
    "accent": "accent",
    "key": "accent",
    "title": "accent",
    "good": "success",
    "warn": "warning",
    "bad": "error",
    "mark": "mark",
}
_BOLD = frozenset({"strong", "key", "title"})


def build_tones(variables: Mapping[str, str]) -> dict[str, "Style"]:
    """Give the style of each tone for the variables of a theme; ``""`` is plain text."""
    from rich.style import Style

    tones = {
        tone: Style(color=variables[colour], bold=tone in _BOLD or None) for tone, colour in _COLOURS.items()
    }
    tones[""] = tones["text"]
    tones["found"] = Style(color=variables["background"], bgcolor=variables["warning"])
    tones["badge"] = Style(color=variables["accent"], bgcolor=variables["panel"], bold=True)
    tones["production"] = Style(color="#ffffff", bgcolor=variables["production"], bold=True)
    tones["selected"] = Style(color=variables["background"], bgcolor=variables["accent"], bold=True)
    return tones
