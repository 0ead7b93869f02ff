"""What the starts of the product load, and what it costs: each is looked at in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import find_home, open_engine
from core.practice import PracticeService

ROOMS = ("tui", "core", "connectors", "storage")
ROOT = Path(__file__).parents[1]

HEAVY = {
    "textual", "rich", "httpx", "sqlmodel", "sqlalchemy", "alembic", "pydantic", "keyring", "typer", "yaml",
    "jmespath", "jsonschema_rs", "cryptography", "joserfc",
}  # fmt: skip


def loaded_by(code: str, *args: str) -> set[str]:
    """Give the top-level packages that a program has loaded when it ends."""
    program = f"import sys\nsys.argv = ['connect-tui', *{list(args)!r}]\ntry:\n    exec({code!r})\nexcept SystemExit:\n    pass\n"
    program += "import json\nprint('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ},
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_version_loads_no_library() -> None:
    assert not loaded_by("from tui.entry import main; main()", "--version") & HEAVY


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_loads_nothing_of_it(room: str) -> None:
    assert not loaded_by(f"import {room}") & HEAVY


def test_the_engine_loads_no_textual() -> None:
    code = "from core import open_engine, Engine; import core.run, core.staged_test, core.proxy, core.credentials"
    assert not loaded_by(code) & {"textual", "rich", "typer", "joserfc"}


def test_plain_commands_load_no_textual(tmp_path: Path) -> None:
    loaded = loaded_by("from tui.entry import main; main()", "--home", str(tmp_path), "connector", "list")
    assert "msgspec" in loaded
    assert not loaded & {"textual", "rich", "httpx", "joserfc"}


def test_looking_at_the_log_needs_no_orm(tmp_path: Path) -> None:
    loaded_by("from tui.entry import main; main()", "--home", str(tmp_path), "connector", "list")
    loaded = loaded_by("from tui.entry import main; main()", "--home", str(tmp_path), "operation", "list")
    assert not loaded & {"textual", "rich", "httpx", "sqlmodel", "sqlalchemy", "alembic", "keyring"}


def test_running_an_operation_loads_neither_the_orm_nor_the_client_of_the_http_library(
    tmp_path: Path, practice: PracticeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    engine = open_engine(find_home(tmp_path / "home"))
    token = {"token": practice.credentials.token}
    engine.workspace.authentications.add("practice", "token", "agent", {}, token)
    base_url = {"base_url": practice.base_url}
    engine.workspace.create_connection("practice", "desk", authentication="agent", variables=base_url)
    engine.workspace.activate("desk")
    engine.close_store()
    command = ["--home", str(tmp_path / "home"), "run", "desk", "list-tickets"]
    loaded = loaded_by("from tui.entry import main; main()", *command)
    assert "h11" in loaded
    assert not loaded & {"textual", "rich", "httpx", "httpcore", "sqlmodel", "sqlalchemy", "alembic"}


def test_the_public_names_of_each_room_exist() -> None:
    for room in ROOMS:
        module = __import__(room)
        for name in getattr(module, "__all__", ()):
            assert getattr(module, name) is not None, f"{room}.{name}"


def test_the_public_names_are_the_ones_that_are_listed() -> None:
    for room in ("core", "connectors", "storage"):
        module = __import__(room)
        assert sorted(module.__all__) == sorted(module._HOMES), room
