"""The colours of the app: few, one accent, and a tone for each meaning."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.theme import Theme

if TYPE_CHECKING:
    from pathlib import Path

    from rich.style import Style

DARK = Theme(
    name="connect-dark",
    dark=True,
    primary="#7db7e8",
    secondary="#7db7e8",
    accent="#7db7e8",
    success="#8fc98b",
    warning="#e3b45c",
    error="#f08582",
    foreground="#d6dce4",
    background="#10141a",
    surface="#171d25",
    panel="#222a35",
    variables={
        "quiet": "#98a4b3",
        "faint": "#4b5665",
        "cursor": "#24364a",
        "cursor-off": "#1c232d",
        "mark": "#c9a3e0",
        "production": "#b3403d",
        "input-cursor-background": "#7db7e8",
        "input-cursor-foreground": "#10141a",
        "input-cursor-text-style": "none",
    },
)
LIGHT = Theme(
    name="connect-light",
    dark=False,
    primary="#1f5f99",
    secondary="#1f5f99",
    accent="#1f5f99",
    success="#23702b",
    warning="#815500",
    error="#b3261e",
    foreground="#1d232b",
    background="#fbfbf9",
    surface="#f0f1ee",
    panel="#e2e5e4",
    variables={
        "quiet": "#58626c",
        "faint": "#b3bac1",
        "cursor": "#d3e3f2",
        "cursor-off": "#e8ebed",
        "mark": "#7a3fa0",
        "production": "#b3261e",
        "input-cursor-background": "#1f5f99",
        "input-cursor-foreground": "#fbfbf9",
        "input-cursor-text-style": "none",
    },
)
ANSI = Theme(
    name="connect-ansi",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_bright_black",
        "quiet": "ansi_default",
        "faint": "ansi_bright_black",
        "cursor": "ansi_bright_blue",
        "cursor-off": "ansi_default",
        "mark": "ansi_magenta",
        "production": "ansi_red",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
    },
)
THEMES: Mapping[str, Theme] = {"dark": DARK, "light": LIGHT, "ansi": ANSI}


def open_theme(name: str, config: "Path") -> Theme:
    """Give one of our themes, or the one of the file with this name in the config folder.

    Raises:
        SettingsError: the file cannot be used.
    """
    if name in THEMES:
        return THEMES[name]
    from .theme_file import read_theme_file

    return read_theme_file(config / "themes" / f"{name}.toml")


# The tones that view models speak of, and the theme colour each is drawn in. What is read is never faint.
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
        tone: Style(color=_rich(variables[colour]), bold=tone in _BOLD or None)
        for tone, colour in _COLOURS.items()
    }
    tones[""] = tones["text"]
    for tone, colour, ground in (
        ("found", "background", "warning"),
        ("badge", "accent", "panel"),
        ("production", "white", "production"),
        ("selected", "background", "accent"),
    ):
        tones[tone] = _patch(variables, colour, ground)
    return tones


def build_ground(variables: Mapping[str, str], name: str) -> "Style":
    """Give what lies behind the text of a row; a theme of the terminal's own colours has it reversed."""
    from rich.style import Style

    value = variables[name]
    if value == "ansi_default":
        return Style()
    if value.startswith("ansi_"):
        return Style(color="default", bgcolor="default", reverse=True)
    return Style(bgcolor=value)


def _patch(variables: Mapping[str, str], colour: str, ground: str) -> "Style":
    """Give a patch of colour behind text; where a colour may be missing, it is there as reversed text."""
    from rich.style import Style

    bold = ground != "warning" or None
    if not variables["foreground"].startswith("ansi_"):
        text = "#ffffff" if colour == "white" else variables[colour]
        return Style(color=text, bgcolor=variables[ground], bold=bold)
    if ground == "panel":
        return Style(color=_rich(variables[colour]), bold=True)
    return Style(color=_rich(variables[ground]), reverse=True, bold=bold)


def _rich(colour: str) -> str:
    """Give the name that Rich has for a colour of Textual."""
    return colour.removeprefix("ansi_")
