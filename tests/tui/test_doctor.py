"""The doctor: what it finds, what it says first, and what a report to hand on leaves out."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from core.home import Home, find_home
from tui.app import ConnectApp
from tui.clipboard import try_copying
from tui.state import doctor
from tui.state.doctor import build_report, redact_report, report_text
from tui.state.examination import examine_place


def test_it_says_which_setting_won_and_why(home: Home) -> None:
    (home.config / "settings.toml").write_text('theme = "light"\n')
    (home.config / "keymap.toml").write_text('[keys]\n"connections.test" = "f6"\n')
    deep = {"TERM": "xterm-256color", "CONNECT_TUI_HOME": str(home.data)}
    found, problems = examine_place(home, deep)
    said = report_text(build_report(found, problems))
    assert "light, because settings.toml names it" in said
    assert "1 key changed" in said
    assert "by CONNECT_TUI_HOME" in said
    assert "settings.toml" in said.split("files", 1)[1]
    found, problems = examine_place(home, {**deep, "NO_COLOR": "1", "CONNECT_TUI_HOME": "/elsewhere"})
    said = report_text(build_report(found, problems))
    assert "ansi, because NO_COLOR is set" in said
    assert "by --home" in said


def test_the_encoding_is_told_where_the_app_stands_in_for_standard_output(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StandIn:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", StandIn())
    assert examine_place(home, {})[0]["terminal"]["encoding"].lower() != "unknown"


def test_the_folders_of_the_platform_are_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONNECT_TUI_HOME", raising=False)
    assert examine_place(find_home(), {})[0]["home"]["chosen_by"] == "the folders of this platform"


@pytest.mark.parametrize("name", ["settings.toml", "keymap.toml"])
def test_a_settings_file_that_is_wrong_comes_first(home: Home, name: str) -> None:
    (home.config / name).write_text("wrong =")
    found, problems = examine_place(home, {})
    first = build_report(found, problems)[0]
    assert first.title == "What is wrong"
    assert name in first.facts[0].value
    assert (first.facts[0].tone, "until then" in first.facts[1].value) == ("bad", True)


def test_a_report_to_hand_on_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada"))
    monkeypatch.setattr(doctor.getpass, "getuser", lambda: "ada")
    monkeypatch.setattr(doctor.platform, "node", lambda: "bastion-7")
    said = redact_report(
        """\
  database        /home/ada/.local/share/connect-tui/connect.db
  SSH_CONNECTION  203.0.113.9 50022 192.0.2.1 22
  remark          adamant, by ada@bastion-7
"""
    )
    assert (
        said
        == """\
  database        ~/.local/share/connect-tui/connect.db
  SSH_CONNECTION  (set)
  remark          adamant, by USER@HOST
"""
    )


async def test_without_tmux_only_pasting_can_tell(tmp_path: Path) -> None:
    assert (await try_copying(tmp_path, {})).works is None


@pytest.mark.terminal
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
async def test_copying_is_tried_in_a_real_tmux_without_touching_its_buffers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tmux(*words: str) -> str:
        command = ["tmux", "-S", str(tmp_path / "tmux"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    tmux("-f", "/dev/null", "new-session", "-d", "sh")
    try:
        environ = {"TMUX": f"{tmp_path / 'tmux'},1,0"}
        monkeypatch.setenv("TMUX", environ["TMUX"])
        tmux("set-buffer", "what was copied before")
        tried = await try_copying(tmp_path, environ)
        assert tried.works is True
        assert "set-clipboard external" in tried.words
        tmux("set-option", "-s", "set-clipboard", "off")
        assert "set -s set-clipboard on" in (await try_copying(tmp_path, environ)).words
        assert tmux("list-buffers", "-F", "#{buffer_sample}") == "what was copied before\n"
    finally:
        tmux("kill-server")
    assert (await try_copying(tmp_path, environ)).works is False


async def test_the_screen_says_what_is_wrong_first_and_copies_a_redacted_report(
    home: Home, until: Any, text: Any
) -> None:
    (home.connectors / "bad.yaml").write_text("schema: connect/1\nhandle: bad\n")
    app = ConnectApp(home)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("0")
        await until(pilot, lambda: "bad.yaml" in text(pilot))
        shown = text(pilot)
        assert shown.index("What is wrong") < shown.index("bad.yaml") < shown.index("What is kept")
        await pilot.press("y")
        await until(pilot, lambda: "r redacted report" in text(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "copied redacted report" in text(pilot))
        assert "bad.yaml" in app.clipboard
