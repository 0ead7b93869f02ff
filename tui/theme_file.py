"""A theme of one's own: a TOML file in the folder ``themes`` beside ``settings.toml``.

It begins from ``dark`` or ``light`` and says which colours differ, as ``#rrggbb``::

    base = "dark"

    [colours]
    accent = "#ffb454"
    background = "#0b0e14"
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .theme import DARK, LIGHT
from .theme_text import read_theme_text

if TYPE_CHECKING:
    from textual.theme import Theme

_BASES = {"dark": DARK, "light": LIGHT}


def read_theme_file(path: Path) -> "Theme":
    """Give the theme that a file describes.

    Raises:
        SettingsError: the file is not TOML, or names an unknown base, key or colour; names the line.
    """
    said = read_theme_text(path)
    return _changed(_BASES[said.base], path.stem, said.colours)


def _changed(base: "Theme", name: str, colours: Mapping[str, str]) -> "Theme":
    known = {field.name for field in fields(base)}
    own: dict[str, Any] = {name: colour for name, colour in colours.items() if name in known}
    if "accent" in own:
        own |= {"primary": own["accent"], "secondary": own["accent"]}
    more = {name: colour for name, colour in colours.items() if name not in known}
    if "accent" in own:
        more["input-cursor-background"] = own["accent"]
    if "background" in own:
        more["input-cursor-foreground"] = own["background"]
    return replace(base, name=f"connect-{name}", variables={**base.variables, **more}, **own)
