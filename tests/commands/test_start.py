"""What starts when: the version at once, the app only on a terminal, nothing heavy that is not needed."""

import json
import os
import resource
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tui.version import VERSION

LOADED = """
import json, sys
from tui.entry import main
code = main({words!r})
sys.stdout.flush()
sys.stderr.write("LOADED" + json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
sys.exit(code)
"""


def loaded_by(*words: str) -> set[str]:
    """The top-level modules that a command has loaded when it ends."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED.format(words=list(words))], capture_output=True, text=True, check=False
    )
    return set(json.loads(ran.stderr.partition("LOADED")[2]))


def test_the_version_is_that_of_the_package(child):
    assert version("connect-tui") == VERSION
    assert child("--version").stdout == f"connect-tui {VERSION}\n"


def test_the_version_loads_nothing_but_itself():
    loaded = loaded_by("--version")
    heavy = {
        "textual",
        "rich",
        "sqlmodel",
        "sqlalchemy",
        "pydantic",
        "typer",
        "httpx",
        "dataclasses",
        "core",
        "storage",
    }
    assert not loaded & heavy


def test_the_version_costs_hardly_more_than_python():
    def cpu_s(*command: str) -> float:
        spent = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *command], stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(spent)

    assert cpu_s("-m", "tui", "--version") < 2 * cpu_s("-c", "pass")


@pytest.mark.parametrize(
    "words",
    [["--help"], ["auth", "add", "--help"], ["operation", "list"], ["connector", "list"], ["nonsense"]],
    ids=" ".join,
)
def test_no_command_loads_textual_or_rich(words: list[str]):
    assert not loaded_by(*words) & {"textual", "rich"}


@pytest.mark.parametrize(
    "words",
    [
        ["operation", "list"],
        ["connection", "list"],
        ["connection", "show", "desk"],
        ["auth", "list"],
        ["project", "list"],
    ],
    ids=" ".join,
)
def test_a_look_loads_neither_the_orm_nor_the_network(desk, words):
    assert not loaded_by(*words) & {
        "sqlmodel",
        "sqlalchemy",
        "alembic",
        "httpx",
        "keyring",
        "yaml",
    }


def test_the_app_without_a_terminal_is_a_sentence_and_exit_2(child):
    ran = child()
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "needs a terminal" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_app_without_a_terminal_says_so_in_json_too(child):
    ran = child("--json")
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["state"] == "refused"


def test_the_version_has_a_json_form(child):
    assert json.loads(child("--json", "--version").stdout) == {"version": VERSION}


def test_the_script_and_the_module_are_the_same(child, tmp_path: Path):
    script = Path(sys.executable).with_name("connect-tui")
    environment = {**os.environ, "CONNECT_TUI_HOME": str(tmp_path)}
    one = subprocess.run(
        [script, "auth", "lst"], capture_output=True, text=True, check=False, env=environment
    )
    other = child("auth", "lst", env=environment)
    assert (one.returncode, one.stderr) == (other.returncode, other.stderr) == (2, one.stderr)
