"""A theme of one's own: a file changes colours, and what is wrong in it names the place."""

import os
from pathlib import Path
from typing import Any

import pytest

from core.home import Home
from tui.app import ConnectApp
from tui.settings import SettingsError
from tui.theme import DARK, LIGHT
from tui.theme_file import read_theme_file


def _write(folder: Path, content: str) -> Path:
    path = folder / "themes" / "mine.toml"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    return path


def test_what_a_file_does_not_name_stays_as_in_its_base(tmp_path: Path) -> None:
    path = _write(tmp_path, 'base = "light"\n[colours]\naccent = "#123456"\nquiet = "#234567"\n')
    theme = read_theme_file(path)
    assert (theme.name, theme.dark, theme.accent, theme.primary) == (
        "connect-mine",
        False,
        "#123456",
        "#123456",
    )
    assert (theme.background, theme.variables["quiet"]) == (LIGHT.background, "#234567")
    assert theme.variables["faint"] == LIGHT.variables["faint"]
    assert DARK.variables["quiet"] != "#234567"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[colours", "mine.toml:1: Expected"),
        ('\nbase = "blue"', "mine.toml:2: base: 'blue' is not known; there are dark, light"),
        ("base = []", r"base: \[\] is not known; there are dark, light"),
        ('colors = "x"', "did you mean 'colours'"),
        ('colours = "x"', "must be a table"),
        ('[colours]\nacent = "#123456"', "did you mean 'accent'"),
        ('[colours]\naccent = "blue"', "mine.toml:2: colours: accent: 'blue' is not a colour such as"),
        ("[colours]\naccent = 3", "accent: 3 is not a colour such as"),
    ],
)
def test_a_wrong_file_names_the_place(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_theme_file(_write(tmp_path, content))


def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "mine.toml")
    with pytest.raises(SettingsError, match="is not a file"):
        read_theme_file(tmp_path / "mine.toml")


@pytest.mark.parametrize(
    ("colours", "theme", "said"),
    [
        ('accent = "#ffb454"', "connect-mine", "Welcome"),
        ('accent = "x"', "connect-dark", "'x' is not a colour"),
    ],
)
async def test_the_app_takes_the_theme_that_the_settings_name_and_says_when_it_cannot(
    home: Home, until: Any, text: Any, monkeypatch: pytest.MonkeyPatch, colours: str, theme: str, said: str
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    _write(home.config, f"[colours]\n{colours}\n")
    (home.config / "settings.toml").write_text('theme = "mine"\n')
    app = ConnectApp(home)
    async with app.run_test(size=(200, 24)) as pilot:
        await until(pilot, lambda: said in text(pilot))
        assert app.theme == theme
