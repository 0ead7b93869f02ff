"""A theme of one's own: a TOML file in the folder ``themes`` beside ``settings.toml``.

It begins from ``dark`` or ``light`` and says which colours differ, as ``#rrggbb``::

    base = "dark"

    [colours]
    accent = "#ffb454"
    background = "#0b0e14"
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .settings import SettingsError
from .theme import DARK, LIGHT

if TYPE_CHECKING:
    from textual.theme import Theme

_BASES = {"dark": DARK, "light": LIGHT}
_OWN = ("accent", "success", "warning", "error", "foreground", "background", "surface", "panel")
_MORE = ("quiet", "faint", "cursor", "cursor-off", "mark", "production")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def read_theme_file(path: Path) -> "Theme":
    """Give the theme that a file describes.

    Raises:
        SettingsError: the file is not TOML, or names an unknown base, key or colour.
    """
    try:
        if path.exists() and not path.is_file():
            raise SettingsError(f"{path}: is not a file")
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    _refuse_unknown(path, "", read, ("base", "colours"))
    base = read.get("base", "dark")
    if not isinstance(base, str) or base not in _BASES:
        raise SettingsError(f"{path}: base: {base!r} is not known; there are {', '.join(_BASES)}")
    return _changed(_BASES[base], path.stem, _read_colours(path, read.get("colours", {})))


def _read_colours(path: Path, table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise SettingsError(f'{path}: colours: must be a table of name = "#rrggbb"')
    _refuse_unknown(path, "colours: ", table, (*_OWN, *_MORE))
    for name, colour in table.items():
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise SettingsError(f'{path}: colours: {name}: {colour!r} is not a colour such as "#7db7e8"')
    return table


def _refuse_unknown(path: Path, where: str, found: Mapping[str, object], known: tuple[str, ...]) -> None:
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            raise SettingsError(f"{path}: {where}{name!r} is not known; {hint}")


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
