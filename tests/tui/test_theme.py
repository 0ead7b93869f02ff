"""The themes: readable colours, chosen by a setting and by what the terminal can show."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from rich.color import ColorType
from rich.style import Style
from textual.color import Color

from core.home import Home
from tui.app import ConnectApp
from tui.settings import Settings, SettingsError, choose_theme, read_settings
from tui.theme import THEMES, build_ground, build_tones

READABLE = 4.5
DEEP = {"TERM": "xterm-256color"}


def _luminance(colour: Any) -> float:
    red, green, blue = (
        part / 3294.6 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour.get_truecolor()
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(text: Any, ground: Any) -> float:
    """Give the contrast of WCAG 2.2, section 1.4.3: from 1 to 21."""
    low, high = sorted((_luminance(text), _luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def _variables(name: str) -> Mapping[str, str]:
    return THEMES[name].to_color_system().generate() | THEMES[name].variables


@pytest.mark.parametrize("name", ["dark", "light"])
def test_every_tone_can_be_read_on_every_ground(name: str) -> None:
    variables = _variables(name)
    tones = {tone: style for tone, style in build_tones(variables).items() if tone != "faint"}
    grounds = {
        **{ground: Style(bgcolor=variables[ground]) for ground in ("background", "surface", "panel")},
        **{ground: build_ground(variables, ground) for ground in ("cursor", "cursor-off")},
    }
    low = {
        (tone, ground): round(found, 2)
        for (tone, style), (ground, behind) in product(tones.items(), grounds.items())
        if (found := _contrast(style.color, style.bgcolor or behind.bgcolor)) < READABLE
    }
    assert low == {}


def test_what_is_faint_is_no_text() -> None:
    """Lines, dots and edges alone are faint: their names are listed, so that a word that is faint is seen."""
    found = set()
    for path in (Path(__file__).parents[2] / "tui").rglob("*.py"):
        if path.name != "theme.py":
            found |= {path.name for line in path.read_text().splitlines() if '"faint"' in line}
    assert found == {
        "catalog.py", "connections.py", "form_layout.py", "live_lines.py", "next_keys.py",
        "operations.py", "stages.py", "status_line.py", "theme_text.py", "top_bar.py",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "environ", "theme"),
    [
        (None, DEEP, "dark"),
        (None, {"TERM": "screen-256color"}, "dark"),
        (None, {"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ("light", DEEP, "light"),
        ("ansi", DEEP, "ansi"),
        (None, {"TERM": "xterm"}, "ansi"),
        (None, {"TERM": "linux"}, "ansi"),
        ("light", {"TERM": "linux"}, "light"),
        ("light", {"TERM": "dumb"}, "ansi"),
        ("light", {"TERM": "vt220"}, "ansi"),
        ("light", {}, "ansi"),
        ("light", {**DEEP, "NO_COLOR": "1"}, "ansi"),
        (None, {"WT_SESSION": "1"}, "dark"),
    ],
)
def test_a_terminal_without_colours_has_the_last_word_and_the_setting_the_one_before(
    chosen: str | None, environ: dict[str, str], theme: str
) -> None:
    assert choose_theme(Settings(chosen), environ).name == theme


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("theme = ", "settings.toml"),
        ('theme = "lihgt"', "did you mean 'light'"),
        ("theme = 3", "there are dark, light, ansi"),
        ('colour = "red"', "'colour' is not known"),
    ],
)
def test_a_wrong_setting_names_the_place(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(content)
    with pytest.raises(SettingsError, match=said):
        read_settings(path)


def test_an_absent_file_chooses_nothing(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.toml") == Settings()


async def test_a_wrong_setting_is_said_and_the_app_opens(
    home: Home, until: Any, text: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    (home.config / "settings.toml").write_text('theme = "blue"')
    app = ConnectApp(home)
    async with app.run_test(size=(200, 24)) as pilot:
        await until(pilot, lambda: "'blue' is not known" in text(pilot))
        assert app.theme == "connect-dark"


def _pieces(app: ConnectApp) -> list[tuple[str, Style]]:
    """Give what is drawn as the terminal gets it: piece by piece, after Textual's filters."""
    strips = app.screen._compositor.render_strips()
    for line_filter in app._filters:
        if line_filter.enabled:
            strips = [strip.apply_filter(line_filter, Color.parse("black")) for strip in strips]
    return [(text, style) for strip in strips for text, style, _ in strip if style is not None]


def _colours(app: ConnectApp) -> set[Any]:
    styles = {style for _, style in _pieces(app)}
    return {colour for style in styles for colour in (style.color, style.bgcolor) if colour is not None}


@pytest.mark.parametrize("keys", ["1", "2", "6", "0", "?", "A", ":", "4"])
async def test_the_ansi_theme_uses_the_sixteen_colours_of_the_terminal_alone(
    workspace: Any, home: Home, until: Any, text: Any, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name in ("NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    workspace.project = workspace.store.projects.create("prod", production=keys != "4")
    workspace.log(workspace.add_connection("desk"), 3, failed=frozenset({1}))
    app = ConnectApp(home, "prod")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "desk" in text(pilot))
        await pilot.press(keys)
        await pilot.pause()
        assert {colour.type for colour in _colours(app)} <= {ColorType.DEFAULT, ColorType.STANDARD}


async def test_without_colours_the_cursor_and_production_are_still_told_apart(
    workspace: Any, home: Home, until: Any, text: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    workspace.project = workspace.store.projects.create("prod", production=True)
    workspace.add_connection("desk")
    app = ConnectApp(home, "prod")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "desk" in text(pilot))
        reversed_text = [piece for piece, style in _pieces(app) if style.reverse]
        assert "prod " in reversed_text
        assert any("desk" in piece for piece in reversed_text)
        assert all(colour.is_default for colour in _colours(app))


@pytest.mark.parametrize("value", ["0", "-3", "true", '"soon"', "nan"])
def test_a_time_to_lock_after_that_is_none_is_named(tmp_path: Path, value: str) -> None:
    (tmp_path / "settings.toml").write_text(f"lock_after_minutes = {value}\n")
    with pytest.raises(SettingsError, match="is no number above 0"):
        read_settings(tmp_path / "settings.toml")


def test_the_time_to_lock_after_is_read(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("lock_after_minutes = 15\n")
    assert read_settings(tmp_path / "settings.toml").lock_after_s == 900
