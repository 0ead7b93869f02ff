"""Nothing from outside reaches the terminal through a command as anything but text."""

import json
import re
import sys
from pathlib import Path

import pytest

from .hostile_home import HOSTILE, PICTURE, HostileHome
from .written_bytes import find_foreign

pytestmark = pytest.mark.terminal

COMMANDS = (
    "connector list", "connector show hostile", "connector validate {definition}", "connector validate {broken}",
    "auth list", "auth show agent", "connection list", "connection show evil", "connection test evil",
    "run evil list-things", "run evil list-things --format csv", "run evil list-things --format jsonl",
    "run evil list-things --format json", "run evil list-things --dry-run", "run evil fail-thing", "run evil get-text", "run evil get-utf8",
    "run evil get-binary", "run evil get-huge", "run evil get-broken", "run evil get-odd", "run evil get-escape", "run evil go-away",
    "request evil GET /utf8", "request evil GET /text", "request evil GET /me", "request evil GET /binary",
    "operation list", "operation show {operation} --exchanges --bodies", "operation show {failed} --exchanges --bodies", "doctor",
    "connection show {hostile}", "run evil {hostile}", "run evil list-things --set {hostile}=1", "{hostile}",
    "operation list --filter {hostile}", "connector show {hostile}", "project show {hostile}", "operation show {hostile}",
    "vault status", "project list",
)  # fmt: skip


# Runs many commands in one process, each after a line of its own, for a process each would take a minute.
RUNNER = """
import json, sys
from pathlib import Path
from tui.entry import main
for number, words in enumerate(json.loads(Path(sys.argv[1]).read_text())):
    print(f"<<<{number}>>>", flush=True)
    print(f"<<<exit {main(words)}>>>", flush=True)
"""


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_commands_on_a_terminal_write_text_only(on_pty, hostile: HostileHome, tmp_path: Path, as_json: bool):
    named = {
        "{definition}": str(hostile.definition),
        "{broken}": str(hostile.folder / "connectors" / "broken\x1b[5m\u202e.yaml"),
        "{hostile}": HOSTILE.replace("\x00", ""),
        "{operation}": hostile.operations[0],
        "{failed}": hostile.operations[1],
    }
    more = ["--json"] if as_json else []
    lines = [[*(_filled(word, named) for word in line.split()), *more] for line in COMMANDS]
    script, given = tmp_path / "runner.py", tmp_path / "lines.json"
    script.write_text(RUNNER)
    given.write_text(json.dumps(lines))
    ran = on_pty(program=(sys.executable, "-P", str(script), str(given)), columns=100, **hostile.environment)
    assert ran.wait_end(90) == 0, ran.screen()
    outputs = re.split(rb"<<<[0-9]+>>>", ran.written)[1:]
    assert len(outputs) == len(COMMANDS)
    problems = {}
    for line, output in zip(COMMANDS, outputs, strict=True):
        found = find_foreign(_without_colours(output))
        found += ["a traceback"] if b"Traceback" in output else []
        found += ["nothing"] if len(output) < 30 else []
        if found:
            problems[line] = found[:3]
    assert not problems, "\n".join(f"{line}: {found}" for line, found in problems.items())
    pictures = sum(PICTURE.encode() in output or b"\\u001b" in output for output in outputs)
    assert pictures > len(COMMANDS) // 2, "hostile text was lost instead of shown"


def _filled(word: str, named: dict[str, str]) -> str:
    for name, value in named.items():
        word = word.replace(name, value)
    return word


def _without_colours(written: bytes) -> bytes:
    """Commands paint known states in the old colours; tabs in texts of several lines stay."""
    return re.sub(rb"\x1b\[(?:2|3[0-7])m|\t", b"", written)
