"""A secret is shown on a terminal for a time, after a question; nowhere else, and the log tells of it."""

import os

import pytest

from .test_terminal import Terminal

LEFT = b"\x1b[H\x1b[2J\x1b[?1049l"


@pytest.fixture
def agent(cli, tmp_path, canary):
    """An authentication with a secret that would steer a terminal."""
    (tmp_path / "secret").write_text(f"{canary}\x1b]52;c;eA==\x07")
    words = ("auth", "add", "practice", "--method", "token", "--name", "agent")
    assert cli(*words, "--secret", f"token=@{tmp_path / 'secret'}").code == 0


def reveals(cli):
    return cli("operation", "list", "--filter", "kind:auth reveal", "--json").json


def test_without_a_terminal_it_is_refused_and_nothing_is_written_down(cli, agent, canary):
    for more in ((), ("--json",)):
        ran = cli("vault", "reveal", "agent", "token", *more)
        assert ran.code == 2
        assert "nowhere else" in ran.out + ran.err
        assert canary not in ran.out + ran.err
    assert reveals(cli) == []


@pytest.mark.terminal
def test_it_is_shown_harmless_on_another_screen_and_a_key_ends_it(cli, agent, canary):
    terminal = Terminal("vault", "reveal", "agent", "token")
    terminal.until("Type agent to go on")
    assert canary.encode() not in terminal.seen
    terminal.type("agent\n")
    terminal.until("any key ends it")
    (row,) = reveals(cli)
    assert row["state"] == "running"
    terminal.type("q")
    code, seen = terminal.end()
    assert code == 0, seen
    before, shown = seen.split(b"\x1b[?1049h")
    shown, after = shown.split(LEFT)
    assert canary.encode() in shown
    assert canary.encode() not in before + after
    assert b"\x1b]52" not in seen
    (row,) = reveals(cli)
    assert (row["name"], row["state"]) == ("reveal token of authentication agent", "success")
    assert canary not in cli("operation", "show", row["id"], "--json").out
    assert row["id"].encode() in after


@pytest.mark.terminal
def test_it_goes_by_itself_and_with_the_program(cli, agent, canary):
    terminal = Terminal("vault", "reveal", "agent", "token", "--seconds", "1")
    terminal.until("Type agent to go on")
    terminal.type("agent\n")
    assert LEFT in terminal.end()[1]
    terminal = Terminal("vault", "reveal", "agent", "token")
    terminal.until("Type agent to go on")
    terminal.type("agent\n")
    terminal.until("any key ends it")
    os.kill(terminal.process.pid, 15)
    code, seen = terminal.end()
    assert code == 130
    assert LEFT in seen
    assert [row["state"] for row in reveals(cli)] == ["success", "success"]


@pytest.mark.terminal
def test_nothing_is_shown_to_whoever_does_not_type_the_name_or_arm_production(cli, prod):
    terminal = Terminal("vault", "reveal", "agent", "token")
    terminal.until("Type agent to go on")
    terminal.type("y\n")
    code, seen = terminal.end()
    assert (code, b"1049h" in seen) == (6, False)
    code, seen = Terminal("vault", "reveal", "live", "token", "--project", prod).end()
    assert (code, b"--armed" in seen) == (6, True)
    assert reveals(cli) == []
