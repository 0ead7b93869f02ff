"""Take the pictures of the README and the guide from the real app: ``make screenshots``.

The clock stands still, so that a picture changes only when its screen does, and no picture leaves with a path, the
name of this machine or a secret in it.
"""

import asyncio
import getpass
import os
import platform
import random
import re
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core import Engine, Home, find_home, open_engine
from core.errors import ConnectError
from core.practice import PRACTICE_CREDENTIALS, PracticeService, start_practice
from tui.app import ConnectApp
from tui.state.places import RunPlace
from tui.terminal import screen_text

from .screenshot_workspace import STEPS as WORKSPACE
from .screenshot_workspace import fill_workspace
from .sign_in_provider import Provider

FOLDER = Path(__file__).parents[1] / "screenshots"
SIZES = ((80, 24), (200, 50))
NOW = datetime(2026, 11, 3, 14, 12, 20, tzinfo=UTC)
ACTOR = "ada@bastion"
_TRIES = 2_000


class StillClock:
    """The time of day, moved by hand; each look of the engine costs four milliseconds, each measured step one."""

    def __init__(self, now: datetime) -> None:
        self.now_ns = int(now.timestamp()) * 1_000_000_000
        self._measured_ns = 0
        self._main = threading.main_thread()
        self.moves_on_main = True

    def time_ns(self) -> int:
        """Give the time; who only draws does not move it."""
        if self.moves_on_main or threading.current_thread() is not self._main:
            self.now_ns += 4_000_000
        return self.now_ns

    def time(self) -> float:
        """Give the time in seconds."""
        return self.now_ns / 1e9

    def perf_counter_ns(self) -> int:
        """Give a time to measure with."""
        self._measured_ns += 1_000_000
        return self._measured_ns

    def perf_counter(self) -> float:
        """Give a time to measure with, in seconds."""
        return self.perf_counter_ns() / 1e9

    def install(self) -> None:
        """Put it in the place of the real one, for what reads it from now on."""
        time.time, time.time_ns = self.time, self.time_ns
        time.perf_counter, time.perf_counter_ns = self.perf_counter, self.perf_counter_ns


async def shoot(home: Home, size: tuple[int, int], steps: "list[Step]") -> None:
    """Open the app on a home and take one picture after each step."""
    app = ConnectApp(home, actor=ACTOR)
    async with app.run_test(size=size) as pilot:
        for name, keys, seen in steps:
            await pilot.press(*keys)
            await until(app, pilot, seen)
            if name:
                await pilot.pause(0.3)
                picture = app.export_screenshot(title="connect-tui")
                refuse_private(picture, name)
                full_name = f"{name}-{size[0]}x{size[1]}"
                # The names of styles hold a number of their own, which is another one each time.
                stable = re.sub(r"terminal-\d+", f"terminal-{full_name}", picture)
                (FOLDER / f"{full_name}.svg").write_text(stable, encoding="utf-8")


async def until(app: ConnectApp, pilot: object, seen: str | Callable[[ConnectApp], object]) -> None:
    """Wait until a text is drawn, or a function gives something true."""
    for _ in range(_TRIES):
        await pilot.pause(0.01)  # type: ignore[attr-defined]
        if seen in screen_text(app) if isinstance(seen, str) else seen(app):
            await pilot.pause()  # type: ignore[attr-defined]
            return
    sys.exit(f"never came: {seen}\n{screen_text(app)}")


def refuse_private(picture: str, name: str) -> None:
    """Stop when a picture says something that is nobody's business."""
    private = {
        tempfile.gettempdir(),
        str(Path(__file__).parents[1]),
        str(Path.home()),
        f"{getpass.getuser()}@",
        f"@{socket.gethostname()}",
        PRACTICE_CREDENTIALS.token,
        PRACTICE_CREDENTIALS.password,
        PRACTICE_CREDENTIALS.api_key,
    }
    text = picture.replace("&#160;", " ")
    found = sorted(one for one in private if one in text)
    if found:
        sys.exit(f"the picture {name} shows {found}")


Step = tuple[str, tuple[str, ...], str | Callable[[ConnectApp], object]]

FIRST: list[Step] = [
    ("", (), lambda app: app.services.engine_is_open),
    ("greeting", (), "Welcome"),
    ("wizard", ("enter",), "step 2/5"),
    ("", ("enter",), "step 3/5"),
    ("wizard-test", ("enter",), "Saving is safe"),
]
DAY: list[Step] = [
    ("", (), lambda app: app.services.engine_is_open),
    ("connections", (), "error rate"),
    ("catalog", ("2",), "elasticsearch"),
    ("catalog-search", ("slash", *"ticket can", "colon", *"write", "enter"), "zendesk"),
    ("connector", ("enter",), "overview"),
    ("connector-operations", ("right",), "search"),
    ("operations", ("6",), "list-tickets"),
    ("operation", ("E", "enter"), "because"),
    ("help", ("escape", "question_mark"), "type to narrow"),
    ("palette", ("escape", "ctrl+p", *"desk"), "acme-desk"),
    ("", ("escape", "0"), "What is kept"),
    ("doctor", (), "connectors"),
]


def open_tickets(app: ConnectApp) -> bool:
    """Open Run on the tickets of the desk."""
    app.go(RunPlace("acme-desk", "list-tickets"))
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


async def fill(home: Home, base_url: str, clock: StillClock) -> None:
    """Set up a small workspace, and let a day happen to it."""
    engine = open_engine(home, actor=ACTOR)
    set_up(engine, base_url)
    for name in ("acme-desk", "desk-eu", "metrics", "old-desk"):
        await engine.test(name)
        engine.workspace.activate(name)
    engine.workspace.suspend("old-desk")
    end_ns = clock.now_ns
    for minutes, connection, operation, given in a_day():
        clock.now_ns = end_ns - minutes * 60_000_000_000
        await engine.run(connection, operation, given)
    clock.now_ns = end_ns
    await engine.test("acme-desk")
    await engine.close()


def set_up(engine: Engine, base_url: str) -> None:
    """Set up four connections: one that works, one refused, one unreachable, one suspended."""
    workspace = engine.workspace
    base = {"base_url": base_url}
    good, bad = {"token": PRACTICE_CREDENTIALS.token}, {"token": "a-token-nobody-knows"}
    workspace.create_connection("practice", "acme-desk", method="token", variables=base, secrets=good)
    workspace.create_connection("practice", "desk-eu", method="token", variables=base, secrets=bad)
    workspace.create_connection("prometheus", "metrics", variables={"base_url": "http://127.0.0.1:9"})
    user = {**base, "username": PRACTICE_CREDENTIALS.username}
    word = {"password": PRACTICE_CREDENTIALS.password}
    workspace.create_connection("practice", "old-desk", method="basic", variables=user, secrets=word)


def a_day() -> list[tuple[int, str, str, dict[str, object]]]:
    """Give what happened, by how many minutes ago."""
    happened: list[tuple[int, str, str, dict[str, object]]] = []
    for minutes in range(1380, 10, -45):
        happened.append((minutes, "acme-desk", "list-tickets", {"status": "open"}))
        if 300 < minutes < 560:
            happened.append((minutes - 3, "acme-desk", "drill-fail", {"status": 503}))
    happened += [
        (34, "acme-desk", "list-customers", {"country": "DE"}),
        (31, "acme-desk", "get-ticket", {"id": 1038}),
        (30, "acme-desk", "get-ticket", {"id": 99_999}),
        (21, "acme-desk", "update-ticket", {"id": 1038, "status": "pending"}),
        (12, "desk-eu", "list-tickets", {}),
        (9, "acme-desk", "create-ticket", {"subject": "Scanner beeps twice", "customer_id": 1}),
        (4, "acme-desk", "list-comments", {"ticket_id": 1042}),
        (1, "acme-desk", "list-tickets", {"priority": "urgent"}),
    ]
    return sorted(happened, key=lambda one: -one[0])


def start_desk(clock: StillClock) -> PracticeService:
    """Start the practice service on its usual port, which the pictures show."""
    try:
        return start_practice(clock=clock.time)
    except ConnectError as error:
        sys.exit(f"{error.failure.message}; the pictures need that port")


async def main() -> None:
    """Take every picture in both sizes."""
    FOLDER.mkdir(exist_ok=True)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "TZ": "UTC"}
    os.environ.pop("NO_COLOR", None)
    platform.platform = lambda *_, **_more: "Linux-x86_64-with-glibc2.41"  # type: ignore[assignment]
    time.tzset()
    clock = StillClock(NOW)
    clock.install()
    for size in SIZES:
        await shoot_all(size, clock)


async def shoot_all(size: tuple[int, int], clock: StillClock) -> None:
    """Take every picture in one size, each time with a new desk and new homes."""
    # Ids end in random letters; here, in the same ones each time.
    os.urandom = random.Random(7).randbytes
    clock.now_ns = int(NOW.timestamp()) * 1_000_000_000
    with tempfile.TemporaryDirectory() as folder, start_desk(clock) as service:
        os.environ["CONNECT_TUI_VAULT_KEY_FILE"] = str(Path(folder) / "vault.key")
        # The doctor shows where things are: as everywhere, and not where they are on this machine.
        os.chdir(folder)
        user = Path("home-of-ada")
        home = Home(
            user / ".local/share/connect-tui",
            user / ".config/connect-tui",
            user / ".local/state/connect-tui",
            isolated=True,
        )
        home.create()
        clock.moves_on_main = True
        await fill(home, service.base_url, clock)
        clock.moves_on_main = False
        await shoot(find_home(Path(folder) / "first"), size, FIRST)
        await shoot(home, size, DAY)
        await shoot(home, size, RUN)
        await shoot_workspace(find_home(Path(folder) / "workspace"), size, clock)
        os.chdir(FOLDER)


async def shoot_workspace(home: Home, size: tuple[int, int], clock: StillClock) -> None:
    """Take the pictures of the workspace, as over SSH, where a code is shown to sign in with."""
    os.environ["SSH_CONNECTION"] = "192.0.2.7 50000 192.0.2.8 22"
    os.environ.pop("TMUX", None)
    clock.moves_on_main = True
    provider = Provider()
    try:
        await fill_workspace(home, provider, ACTOR, NOW)
        clock.moves_on_main = False
        await shoot(home, size, WORKSPACE)
    finally:
        provider.stop()
        del os.environ["SSH_CONNECTION"]


if __name__ == "__main__":
    asyncio.run(main())
