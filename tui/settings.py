"""What ``settings.toml`` in the config folder says, and which theme that and the terminal give."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from .toml_file import TomlFile, read_toml

NAMES: Final = ("dark", "light", "ansi")
_DEPTHS: Final = ("-256color", "-direct", "-truecolor", "-kitty")
_DEEP: Final = ("truecolor", "24bit")
_DEEP_TERMS: Final = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm")


_KEYS: Final = ("theme", "lock_after_minutes")


class SettingsError(ValueError):
    """The file ``settings.toml`` cannot be used; the message names the place."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose; nothing where the terminal decides.

    ``lock_after_minutes`` is how long no secret is used before the vault is locked again.
    """

    theme: str | None = None
    lock_after_minutes: float | None = None

    @property
    def lock_after_s(self) -> float | None:
        """The same in seconds."""
        return None if self.lock_after_minutes is None else self.lock_after_minutes * 60


def read_settings(path: Path) -> Settings:
    """Give the settings of a file; an absent one chooses nothing.

    Raises:
        SettingsError: the file is not TOML, names an unknown key or theme, or a time that is none.
    """
    file = read_toml(path, SettingsError)
    if file is None:
        return Settings()
    for key in file.data:
        if key not in _KEYS:
            raise SettingsError(f"{file.at(key)}: {key!r} is not known; there is {' and '.join(_KEYS)}")
    return Settings(_theme(file, file.data.get("theme")), _minutes(file, file.data.get("lock_after_minutes")))


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """The name of a theme, and what decided for it."""

    name: str
    reason: str


def choose_theme(settings: Settings, environ: Mapping[str, str] = os.environ) -> ThemeChoice:
    """Choose the theme: ``ansi`` for a terminal without colours, else what the settings name.

    Where they name none, sixteen colours are the terminal's own (``ansi``), more are ours (``dark``).
    """
    colours = count_colours(environ)
    term = f"TERM={environ.get('TERM', '')}"
    if "NO_COLOR" in environ:
        return ThemeChoice("ansi", "NO_COLOR is set")
    if colours < 16:
        return ThemeChoice("ansi", f"{term} has no colours")
    if settings.theme:
        return ThemeChoice(settings.theme, "settings.toml")
    if colours == 16:
        return ThemeChoice("ansi", f"{term} has 16 colours")
    return ThemeChoice("dark", "nothing else was chosen")


def own_themes(config: Path) -> tuple[Path, ...]:
    """Give the theme files in the config folder, by name."""
    return tuple(sorted((config / "themes").glob("*.toml")))


def count_colours(environ: Mapping[str, str]) -> int:
    """Give how many colours the terminal has, as far as its environment tells: 1, 16 or 256 and more."""
    term = environ.get("TERM", "").lower()
    if environ.get("COLORTERM", "").lower() in _DEEP or "WT_SESSION" in environ:
        return 256
    if term in ("", "dumb", "unknown") or term.startswith(("vt", "ansi-m")) or term.endswith("-mono"):
        return 1
    return 256 if term.endswith(_DEPTHS) or term.startswith(_DEEP_TERMS) else 16


def _theme(file: TomlFile, name: object) -> str | None:
    known = (*NAMES, *(own.stem for own in own_themes(file.path.parent)))
    if name is None or name in known:
        return None if name is None else str(name)
    near = get_close_matches(str(name), known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}"
    raise SettingsError(f"{file.at('theme')}: theme: {name!r} is not known; {hint}")


def _minutes(file: TomlFile, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        at = file.at("lock_after_minutes")
        raise SettingsError(f"{at}: lock_after_minutes: {value!r} is no number above 0")
    return float(value)
