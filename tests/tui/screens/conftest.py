"""A real app over a real engine and a practice service of its own, driven by keys."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from core.root import open_engine
from tui.app import ConnectApp
from tui.terminal import screen_text

_TRIES = 3_000


class Hand:
    """Presses keys and reads the screen of an app that runs without a terminal."""

    def __init__(self, app: ConnectApp, pilot) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*text)

    async def until(self, seen: str | Callable[[], object]) -> None:
        """Wait until a text is on the screen, or a function gives something true, and nothing is pending."""
        for _ in range(_TRIES):
            if seen in self.text if isinstance(seen, str) else seen():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        pytest.fail(f"never came: {seen}\n{self.text}")


@pytest.fixture
def open_app(home, tmp_path, monkeypatch):
    """Open the app; the engine is ready when it is given, and a key file unlocks its vault."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (80, 24), project: str = "default") -> AsyncIterator[Hand]:
        app = ConnectApp(home, project)
        async with app.run_test(size=size) as pilot:
            hand = Hand(app, pilot)
            await hand.until(lambda: app.services.engine_is_open)
            yield hand

    return opened


@pytest.fixture
async def desk(home, practice, tmp_path, monkeypatch) -> str:
    """The name of an active connection to the practice service of this test."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    engine = open_engine(home)
    try:
        workspace = engine.workspace
        workspace.authentications.add("practice", "token", "agent", {}, {"token": practice.credentials.token})
        workspace.create_connection(
            "practice", "desk", authentication="agent", variables={"base_url": practice.base_url}
        )
        workspace.activate("desk")
    finally:
        await engine.close()
    return "desk"
