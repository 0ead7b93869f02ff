"""Take the pictures of the README and the guide from the real app: ``make screenshots``."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from core import find_home, open_engine
from core.practice import PRACTICE_CREDENTIALS, start_practice
from tui.app import ConnectApp
from tui.state.places import RunPlace
from tui.terminal import screen_text

FOLDER = Path(__file__).parents[1] / "screenshots"
SIZES = ((80, 24), (200, 50))
_TRIES = 2_000


async def shoot(home: Path, size: tuple[int, int], steps: "list[Step]") -> None:
    """Open the app on a home and take one picture after each step."""
    app = ConnectApp(find_home(home), actor="operator@bastion")
    async with app.run_test(size=size) as pilot:
        for name, keys, seen in steps:
            await pilot.press(*keys)
            await until(app, pilot, seen)
            if name:
                path = FOLDER / f"{name}-{size[0]}x{size[1]}.svg"
                path.write_text(app.export_screenshot(title="connect-tui"), encoding="utf-8")


async def until(app: ConnectApp, pilot: object, seen: str | Callable[[ConnectApp], object]) -> None:
    """Wait until a text is drawn, or a function gives something true."""
    for _ in range(_TRIES):
        await pilot.pause(0.01)  # type: ignore[attr-defined]
        if seen in screen_text(app) if isinstance(seen, str) else seen(app):
            await pilot.pause()  # type: ignore[attr-defined]
            return
    sys.exit(f"never came: {seen}\n{screen_text(app)}")


Step = tuple[str, tuple[str, ...], str | Callable[[ConnectApp], object]]

FIRST: list[Step] = [
    ("", (), lambda app: app.services.engine_is_open),
    ("greeting", (), "Welcome"),
    ("wizard", ("enter",), "step 2/5"),
]
DAY: list[Step] = [
    ("", (), lambda app: app.services.engine_is_open),
    ("connections", (), "desk"),
    ("catalog", ("2",), "elasticsearch"),
    ("operations", ("6",), "list-tickets"),
    ("operation", ("enter",), "request"),
    ("help", ("escape", "question_mark"), "type to narrow"),
]


def open_tickets(app: ConnectApp) -> bool:
    """Open Run on the tickets of the desk."""
    app.go(RunPlace("desk", "list-tickets"))
    return True


def form_is_ready(app: ConnectApp) -> bool:
    """Tell whether the form can be filled in."""
    return "records on a page" in screen_text(app) and app.focused is not None


RUN: list[Step] = [
    ("", (), lambda app: app.services.engine_is_open),
    ("", (), open_tickets),
    ("run-form", (), form_is_ready),
    ("run", ("ctrl+j",), "25 records"),
]


async def fill(home: Path, base_url: str) -> None:
    """Set up a small workspace with a history."""
    engine = open_engine(find_home(home), actor="operator@bastion")
    workspace = engine.workspace
    secrets = {"token": PRACTICE_CREDENTIALS.token}
    base = {"base_url": base_url}
    workspace.create_connection("practice", "desk", method="token", variables=base, secrets=secrets)
    bad = {"token": "no-token-of-the-practice-service"}
    workspace.create_connection("practice", "desk-eu", method="token", variables=base, secrets=bad)
    workspace.create_connection("prometheus", "metrics", variables={"base_url": "http://127.0.0.1:9"})
    user = {"username": PRACTICE_CREDENTIALS.username}
    word = {"password": PRACTICE_CREDENTIALS.password}
    workspace.create_connection(
        "practice", "old-desk", method="basic", variables={**base, **user}, secrets=word
    )
    for name in ("desk", "desk-eu", "metrics", "old-desk"):
        await engine.test(name)
        workspace.activate(name)
    workspace.suspend("old-desk")
    await engine.run("desk", "list-tickets", {})
    await engine.run("desk", "get-ticket", {"id": 99999})
    await engine.run("desk", "create-ticket", {"subject": "Label printer offline again", "customer_id": 1})
    await engine.run("desk-eu", "list-tickets", {})
    await engine.run("desk", "drill-limited", {})
    await engine.run("desk", "list-tickets", {"status": "open"})
    await engine.close()


async def main() -> None:
    """Take every picture in both sizes."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, start_practice(None) as service:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.environ.pop("NO_COLOR", None)
        os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(Path(folder) / "vault.key")
        home = Path(folder) / "home"
        await fill(home, service.base_url)
        for size in SIZES:
            await shoot(Path(folder) / f"first-{size[0]}", size, FIRST)
            await shoot(home, size, DAY)
            await shoot(home, size, RUN)


if __name__ == "__main__":
    asyncio.run(main())
