"""Sign in by keys: a code, an address that is pasted back, a browser here; from a connection and from the wizard."""

import asyncio
import socket
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from textual import events

from core.root import open_engine
from tui.screens.sign_in import SignInDialog

from ...sign_in_provider import CONNECTOR, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    found.pending = 1_000_000  # nobody has typed the code yet
    yield found
    found.stop()


@pytest.fixture
async def shop(home, provider, tmp_path, monkeypatch) -> str:
    """A connection whose account has not signed in, on a machine that is reached over SSH."""
    monkeypatch.setenv("CONNECT_TUI_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.2 22")
    monkeypatch.delenv("TMUX", raising=False)
    (home.connectors / "shop.yaml").write_text(CONNECTOR)
    engine = open_engine(home)
    try:
        workspace = engine.workspace
        workspace.authentications.add(
            "shop", "person", "crm", {"client_id": "c1"}, {"client_secret": "canary-client-secret"}
        )
        workspace.create_connection(
            "shop", "shop", authentication="crm", variables={"base_url": provider.url}
        )
        workspace.activate("shop")
    finally:
        await engine.close()
    return "shop"


def dialog(hand) -> SignInDialog:
    assert isinstance(hand.app.screen, SignInDialog)
    return hand.app.screen


async def test_a_code_is_shown_and_the_connection_is_tested_after_it(open_app, shop, provider):
    async with open_app() as hand:
        await hand.press("a")
        await hand.until("W D J B - M J H T")
        for seen in ("Open this page on any device", "https://shop.example.net/device", "SSH_CONNECTION is set",
                     "p paste-back", "l loopback", "c copy code", "esc give up", "▄▄▄"):  # fmt: skip
            await hand.until(seen)
        provider.pending = 0
        await hand.until("shop: passed")
        await hand.until(lambda: provider.tokens == 1)


async def test_an_address_is_pasted_back_in_pieces_and_the_wrong_one_first(open_app, shop, provider):
    async with open_app() as hand:
        await hand.press("a")
        await hand.until("W D J B")
        await hand.press("p")
        await hand.until("Paste that whole address")
        await hand.press("ctrl+o")
        await hand.until("W D J B")
        await hand.press("p")
        await hand.until("Paste that whole address")
        attempt = dialog(hand)._attempt
        assert attempt is not None
        assert attempt.prompt is not None
        asked = parse_qs(urlsplit(attempt.prompt.page).query)
        hand.app.screen.focused.post_message(
            events.Paste("http://127.0.0.1:8733/callback?code=x&state=other")
        )
        await hand.until("state=other")
        await hand.press("enter")
        await hand.until("belongs to another sign-in")
        for seen in ("use the address of this attempt, or begin again", "⏎ go on", "esc give up"):
            await hand.until(seen)  # all of it is on a small screen
        address = f"http://127.0.0.1:8733/callback?code=canary-code&state={asked['state'][0]}"
        hand.app.screen.focused.post_message(events.Paste(f"{address[:30]}\n{address[30:]}\n"))
        await hand.until("code=•••••••••••")
        assert "canary-code" not in hand.text
        await hand.press("enter")
        await hand.until("shop: passed")
        await hand.until(lambda: provider.tokens == 1)


async def test_a_code_that_is_being_exchanged_is_not_sent_twice(open_app, shop, provider):
    first, go, answer = threading.Event(), threading.Event(), provider.answer

    def slow(path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if "code" not in given:
            return answer(path, given)
        if first.is_set():
            return 400, {"error": "invalid_grant"}
        first.set()
        assert go.wait(20)
        return answer(path, given)

    provider.answer = slow
    async with open_app() as hand:
        await hand.press("a")
        await hand.until("W D J B")
        await hand.press("p")
        await hand.until("Paste that whole address")
        attempt = dialog(hand)._attempt
        assert attempt is not None
        assert attempt.prompt is not None
        state = parse_qs(urlsplit(attempt.prompt.page).query)["state"][0]
        address = f"http://127.0.0.1:8733/callback?code=canary-code&state={state}"
        hand.app.screen.focused.post_message(events.Paste(address))
        await hand.until("code=•••••••••••")
        await hand.press("enter")
        await hand.until(first.is_set)
        for key in ("enter", "ctrl+o", "escape"):
            await hand.press(key)
        await hand.until("esc again leaves at once")
        assert dialog(hand)
        go.set()
        await hand.until("shop: passed")
    assert provider.tokens == 1
    assert [path for path, _ in provider.asked] == ["/device", "/token"]


async def test_the_redirect_address_is_copied(open_app, shop, provider, monkeypatch):
    copied: list[str] = []
    async with open_app() as hand:
        monkeypatch.setattr(hand.app, "copy_to_clipboard", copied.append)
        await hand.press("a")
        await hand.until("W D J B")
        await hand.press("p")
        await hand.until("^r copies it")
        await hand.press("ctrl+r")
        await hand.until("copied the redirect address")
    assert copied == ["http://127.0.0.1:8733/callback"]


async def test_a_browser_here_comes_back(open_app, shop, provider, home):
    engine = open_engine(home)
    try:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        redirect = f"http://127.0.0.1:{port}/callback"
        engine.workspace.edit_connection("shop", variables={"redirect": redirect})
    finally:
        await engine.close()
    async with open_app((120, 40)) as hand:
        await hand.press("a")
        await hand.until("W D J B")
        await hand.press("l")
        await hand.until(f"ssh -N -L {port}:127.0.0.1:{port}")
        attempt = dialog(hand)._attempt
        assert attempt is not None
        assert attempt.prompt is not None
        state = parse_qs(urlsplit(attempt.prompt.page).query)["state"][0]

        def come_back() -> bytes:
            with urllib.request.urlopen(f"{redirect}?code=canary-code&state={state}", timeout=20) as answer:
                page: bytes = answer.read()
                return page

        assert b"You are signed in" in await asyncio.to_thread(come_back)
        await hand.until("shop: passed")


async def test_where_a_browser_cannot_come_back_another_way_is_a_key_away(open_app, shop, home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        engine = open_engine(home)
        try:
            redirect = f"http://127.0.0.1:{taken.getsockname()[1]}/callback"
            engine.workspace.edit_connection("shop", variables={"redirect": redirect})
        finally:
            await engine.close()
        async with open_app() as hand:
            await hand.press("a")
            await hand.until("W D J B")
            await hand.press("l")
            await hand.until("cannot be listened on")
            for seen in ("or paste the address back instead", "r try again", "p paste-back", "esc close"):
                await hand.until(seen)
            await hand.press("p")
            await hand.until("Paste that whole address")


async def test_on_a_low_screen_what_is_shown_scrolls_and_the_keys_stay(open_app, shop, provider):
    async with open_app((80, 16)) as hand:
        await hand.press("a")
        await hand.until("Open this page on any device")
        await hand.press("p")
        await hand.until("Open this page on any device")
        await hand.until("copy address")
        assert "it was asked for" not in hand.text
        await hand.press("pagedown")
        await hand.until("it was asked for")
        for seen in ("⏎ go on", "esc give up"):
            assert seen in hand.text
        await hand.press("pageup")
        await hand.until("Open this page on any device")
        hand.app.screen.focused.post_message(
            events.Paste(f"http://127.0.0.1:8733/callback?state={'s' * 80}END")
        )
        await hand.until("sEND")  # where the cursor is


async def test_giving_up_is_recorded_and_a_provider_that_refuses_says_why(open_app, shop, provider):
    async with open_app() as hand:
        await hand.press("a")
        await hand.until("W D J B")
        await hand.press("escape")
        await hand.until(lambda: not isinstance(hand.app.screen, SignInDialog))
        provider.stop()
        await hand.press("a")
        await hand.until("r try again")
        await hand.until("✗")
        await hand.press("escape")
        await hand.until(lambda: not isinstance(hand.app.screen, SignInDialog))
        await hand.press("6")
        await hand.until("sign in crm")
        await hand.until("cancelled")


async def test_the_wizard_lets_a_person_sign_in_before_the_test(open_app, shop, provider, home):
    engine = open_engine(home)
    try:
        engine.workspace.create_connection(
            "shop", "second", authentication="crm", variables={"base_url": provider.url}
        )
    finally:
        await engine.close()
    async with open_app() as hand:
        await hand.until("second")
        await hand.press("end")
        await hand.until("draft")
        while "▌" not in next(line for line in hand.text.splitlines() if " second " in line):
            await hand.press("up")
        await hand.press("enter")
        await hand.until("▶ inputs")
        await hand.press("enter")
        await hand.until("W D J B")
        provider.pending = 0
        await hand.until("▶ test")
        await hand.until(lambda: provider.tokens == 1)
