"""What comes back after a sign-in is read in every form, and only when it belongs to the attempt."""

import asyncio
import socket
from datetime import datetime
from functools import partial

import pytest

from core.errors import ConfigError, InputError
from core.sign_in.callback import Reading, new_state, read_callback, read_verifier
from core.sign_in.loopback import LoopbackListener

BEGUN_US = 1_763_800_000_000_000
# Always the same, for it is part of the names of tests, and every worker must find the same ones.
STATE = f"{BEGUN_US // 1_000_000:08x}.{'s' * 32}"
READING = Reading(partial(read_callback, state=STATE), "state", STATE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"http://127.0.0.1:8733/callback?code=abc123&state={STATE}", "abc123"),
        (f"  http://127.0.0.1:8733/callback?code=abc\n123&state={STATE}\r\n", "abc123"),
        (f"https://example.net/done#code=abc123&state={STATE}", "abc123"),
        (f"?code=4%2F0Ab&state={STATE}", "4/0Ab"),
        (f"code=abc123&state={STATE}", "abc123"),
    ],
)
def test_an_address_in_any_form_gives_the_code(text, code):
    found = read_callback(text, STATE)
    assert (found.code, found.is_checked) == (code, True)
    assert found.parameters["state"] == STATE


def test_a_state_says_when_the_attempt_began_and_cannot_be_guessed():
    first, second = new_state(BEGUN_US), new_state(BEGUN_US)
    assert first != second
    assert first[:9] == second[:9] == STATE[:9]
    assert len(first) >= 32


@pytest.mark.parametrize(("text", "code"), [("4/0Ab-cd_e", "4/0Ab-cd_e"), ("4%2F0Ab", "4/0Ab")])
def test_a_bare_code_is_taken_unchecked(text, code):
    found = read_callback(text, STATE)
    assert (found.code, found.is_checked) == (code, False)


def test_an_address_of_another_attempt_says_when_that_began():
    other = new_state(BEGUN_US - 90_000_000)
    at = datetime.fromtimestamp((BEGUN_US - 90_000_000) // 1_000_000).astimezone()
    with pytest.raises(InputError, match=f"the attempt that began at {at:%H:%M:%S}"):
        read_callback(f"http://127.0.0.1/callback?code=x&state={other}", STATE)
    with pytest.raises(InputError, match="belongs to another sign-in"):
        read_callback("http://127.0.0.1/callback?code=x&state=stranger", STATE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"http://a/?error=access_denied&state={STATE}", "the provider refused: access was not granted"),
        (f"http://a/?error=x&error_description=No+way&state={STATE}", "the provider refused: No way"),
        (f"http://a/?error=login_required&state={STATE}", "somebody has to sign in there"),
        (f"http://a/?error=interaction_required&state={STATE}", "somebody has to sign in there"),
        (
            f"http://a/?error=consent_required&error_description=AADSTS65001:+no+consent+Trace+ID:+7&state={STATE}",
            "consent is missing; it may be that an administrator has to give it: AADSTS65001: no consent$",
        ),
        (f"http://a/?state={STATE}", "there is no code"),
        ("http://a/?code=x", "there is no state"),
        ("http://a/", "there is no code"),
        ("", "neither an address nor a code"),
        ("what now?", "neither an address nor a code"),
        ("http://[", "neither an address nor a code"),
    ],
)
def test_what_is_no_answer_says_what_is_missing(text, said):
    with pytest.raises(InputError, match=said):
        read_callback(text, STATE)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


async def ask(port: int, target: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_the_browser_comes_back_past_whoever_else_knocks():
    port = free_port()
    listener = LoopbackListener(f"http://127.0.0.1:{port}/callback", READING)
    await listener.open()
    try:
        assert b"404" in await ask(port, "/favicon.ico")
        assert b"400" in await ask(port, "/callback?code=x&state=stranger")
        assert b"400" in await ask(port, "/callback?error=access_denied&error_description=not+yours")
        assert await ask(port, "//[") == b""
        page = asyncio.create_task(ask(port, f"/callback?code=abc&state={STATE}"))
        assert (await asyncio.wait_for(listener.wait(), 10)).code == "abc"
        assert not page.done()  # nobody knows yet whether the code is good
        listener.tell("You are signed in.")
        assert b"You are signed in" in await page
    finally:
        await listener.close()


async def test_the_other_loopback_is_listened_on_as_well() -> None:
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
            port = one.getsockname()[1]
    except OSError:
        pytest.skip("this machine has no IPv6")
    listener = LoopbackListener(f"http://[::1]:{port}/callback", READING)
    await listener.open()
    reader, writer = await asyncio.open_connection("::1", port)
    writer.write(f"GET /callback?code=abc&state={STATE} HTTP/1.1\r\nHost: [::1]:{port}\r\n\r\n".encode())
    assert (await asyncio.wait_for(listener.wait(), 10)).code == "abc"
    await listener.close()
    assert b"200 OK" in await reader.read()
    writer.close()


async def test_the_page_says_that_the_terminal_knows_where_nobody_tells_it() -> None:
    port = free_port()
    listener = LoopbackListener(f"http://127.0.0.1:{port}/callback", READING)
    await listener.open()
    page = asyncio.create_task(ask(port, f"/callback?code=abc&state={STATE}"))
    await asyncio.wait_for(listener.wait(), 10)
    await listener.close()
    assert b"The terminal says whether you are signed in" in await page


TOKEN = "temporary-1"


@pytest.mark.parametrize(
    ("text", "verifier", "is_checked"),
    [
        (f"http://127.0.0.1:8733/callback?oauth_token={TOKEN}&oauth_verifier=v-1", "v-1", True),
        (f"http://a/?x=1&oauth_token={TOKEN}&oauth_verifier=v-1&company=123&role=3", "v-1", True),
        (f"oauth_token={TOKEN}&oauth_verifier=v-1", "v-1", True),
        ("4711 0815", "47110815", False),
    ],
)
def test_a_verifier_is_read_in_every_form(text: str, verifier: str, is_checked: bool) -> None:
    found = read_verifier(text, TOKEN)
    assert (found.code, found.is_checked) == (verifier, is_checked)


@pytest.mark.parametrize(
    ("text", "error_class", "said"),
    [
        ("http://a/?oauth_token=other&oauth_verifier=v", "input", "belongs to another sign-in"),
        ("http://a/?denied=other", "input", "belongs to another sign-in"),
        (f"http://a/?denied={TOKEN}", "auth", "access was not granted"),
        (f"http://a/?oauth_token={TOKEN}&oauth_verifier=", "auth", "access was not granted"),
        (f"http://a/?oauth_token={TOKEN}&oauth_problem=user_refused", "auth", "access was not granted"),
        ("http://a/?error=access_denied", "auth", "access was not granted"),
        (f"http://a/?oauth_token={TOKEN}", "input", "there is no oauth_verifier"),
        ("http://a/?oauth_verifier=v", "input", "there is no oauth_token"),
        ("http://a/", "input", "there is no oauth_token"),
        ("???", "input", "neither an address nor a code"),
    ],
)
def test_what_is_no_verifier_says_what_is_missing(text: str, error_class: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read_verifier(text, TOKEN)
    assert caught.value.failure.error_class == error_class


async def test_a_refusal_ends_the_waiting_and_is_shown_without_markup():
    port = free_port()
    listener = LoopbackListener(f"http://127.0.0.1:{port}/callback", READING)
    await listener.open()
    try:
        page = await ask(port, f"/callback?error=no&error_description=%3Cb%3E&state={STATE}")
        assert b"&lt;b&gt;" in page
        with pytest.raises(InputError, match="the provider refused"):
            await asyncio.wait_for(listener.wait(), 10)
    finally:
        await listener.close()


async def test_a_port_that_is_taken_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        listener = LoopbackListener(f"http://127.0.0.1:{port}/callback", READING)
        with pytest.raises(ConfigError, match=f"port {port} of 127.0.0.1 cannot be listened on"):
            await listener.open()
        await listener.close()
