"""``demo``: the main job against the practice service in a throw-away home, each step with its command."""

import contextlib
import io
import json
import os
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .arguments import split_arguments
from .call import Call, call_of
from .exit_codes import DONE

if TYPE_CHECKING:
    from core.practice import PracticeService

_NEXT = """
That was the main job. The demo's folder is gone again; nothing of yours was touched. Next:

  connect-tui                      open the app and do the same there
  connect-tui practice             keep the practice desk running to try things on
  connect-tui connector list       see what else can be connected
  connect-tui --help               everything as commands
"""


def show(context: typer.Context) -> int:
    """Find a connector, sign in, set up a connection, test it, use it twice and see what happened."""
    call = call_of(context)
    results: list[dict[str, Any]] = []
    code = DONE
    with _practice() as service, tempfile.TemporaryDirectory(prefix="connect-tui-demo-") as folder:
        settings = _settings(Path(folder), service)
        if not call.output.as_json:
            call.output.text("# the practice desk answers on " + service.base_url)
            call.output.text(
                "export " + " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
            )
        with _environment(settings):
            for words in _steps(service.base_url):
                code = _run_step(call, words, results)
                if code != DONE:
                    break
    if call.output.as_json:
        call.output.document({"state": "success" if code == DONE else "failed", "steps": results})
    elif code == DONE:
        call.output.text(_NEXT)
    else:
        call.output.note(f"the demo stopped here: exit code {code}")
    return code


def _steps(base_url: str) -> Iterator[list[str]]:
    yield ["connector", "list"]
    yield [
        "auth",
        "add",
        "practice",
        "--method",
        "token",
        "--name",
        "agent",
        "--secret",
        "token=env:DESK_TOKEN",
    ]
    yield [
        "connection",
        "create",
        "practice",
        "--name",
        "desk",
        "--auth",
        "agent",
        "--set",
        f"base_url={base_url}",
    ]
    yield ["connection", "test", "desk"]
    yield ["run", "desk", "list-tickets", "--set", "limit=5"]
    yield [
        "run",
        "desk",
        "create-ticket",
        "--set",
        "subject=The printer is on fire",
        "--set",
        "customer_id=1",
    ]
    yield ["operation", "list"]


def _settings(folder: Path, service: "PracticeService") -> dict[str, str]:
    return {
        "CONNECT_TUI_HOME": str(folder),
        "CONNECT_TUI_VAULT_KEY_FILE": str(folder / "demo.key"),
        "DESK_TOKEN": service.credentials.token,
    }


def _run_step(call: Call, words: list[str], results: list[dict[str, Any]]) -> int:
    from .dispatch import run_command

    line = shlex.join(["connect-tui", *words])
    if not call.output.as_json:
        call.output.text(f"\n$ {line}")
        call.output.out.flush()
        return run_command(split_arguments(words))
    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        code = run_command(split_arguments([*words, "--json"]))
    results.append({"command": line, "exit_code": code, "output": json.loads(caught.getvalue() or "null")})
    return code


@contextlib.contextmanager
def _practice() -> Iterator["PracticeService"]:
    """Serve on the usual port, or on a free one when it is taken."""
    from core.errors import ConfigError
    from core.practice import start_practice

    try:
        service = start_practice()
    except ConfigError:
        service = start_practice(0)
    with service:
        yield service


@contextlib.contextmanager
def _environment(settings: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
