"""What a theme file says, without the library that draws: its base and the colours that differ."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from .settings import SettingsError
from .toml_file import TomlFile, read_toml

BASES = ("dark", "light")
_OWN = ("accent", "success", "warning", "error", "foreground", "background", "surface", "panel")
_MORE = ("quiet", "faint", "cursor", "cursor-off", "mark", "production")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class ThemeText:
    """The theme that a file begins from, and the colours that it gives by name."""

    base: str
    colours: dict[str, str]


def read_theme_text(path: Path) -> ThemeText:
    """Give what a theme file says.

    Raises:
        SettingsError: the file is not TOML, or names an unknown base, key or colour; names the line.
    """
    file = read_toml(path, SettingsError)
    if file is None:
        raise SettingsError(f"{path}: there is no such file")
    _refuse_unknown(file, (), file.data, ("base", "colours"))
    base = file.data.get("base", "dark")
    if not isinstance(base, str) or base not in BASES:
        raise SettingsError(f"{file.at('base')}: base: {base!r} is not known; there are {', '.join(BASES)}")
    return ThemeText(base, _read_colours(file, file.data.get("colours", {})))


def _read_colours(file: TomlFile, table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise SettingsError(f'{file.at("colours")}: colours: must be a table of name = "#rrggbb"')
    _refuse_unknown(file, ("colours",), table, (*_OWN, *_MORE))
    for name, colour in table.items():
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            where = file.at("colours", name)
            raise SettingsError(f'{where}: colours: {name}: {colour!r} is not a colour such as "#7db7e8"')
    return table


def _refuse_unknown(
    file: TomlFile, table: tuple[str, ...], found: Iterable[str], known: tuple[str, ...]
) -> None:
    for name in found:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
            where = "".join(f" {one}:" for one in table)
            raise SettingsError(f"{file.at(*table, name)}:{where} {name!r} is not known; {hint}")
