"""What is shown while a person signs in: an address whole or told to be copied, and never a code that is pasted."""

from datetime import UTC

import pytest

from core.sign_in.attempt import Prompt
from core.sign_in.choice import Flow, FlowChoice
from tui.state.sign_in import failure_lines, hide_code, prompt_lines


def shown(
    page: str, columns: int, rows: int, flow: Flow = "paste", user_code: str | None = None
) -> list[str]:
    choice = FlowChoice(flow, "it was asked for", ())
    redirect = "http://127.0.0.1:8733/callback" if flow != "device" else None
    prompt = Prompt("crm", choice, page, 0, user_code=user_code, redirect_uri=redirect)
    lines = prompt_lines(prompt, columns, rows, on_dark=True, zone=UTC)
    return ["".join(text for text, _ in spans) for spans in lines]


@pytest.mark.parametrize(("columns", "rows"), [(76, 24), (196, 50)])
def test_an_address_that_fits_is_whole(columns: int, rows: int) -> None:
    page = "https://login.example.com/authorize?" + "scope=read%20" * 24
    lines = shown(page, columns, rows, "loopback")
    assert page in "".join(line.strip() for line in lines[2:])


def test_an_address_that_is_too_long_leaves_room_for_the_rest() -> None:
    page = "https://login.example.com/authorize?" + "scope=read%20" * 200
    lines = shown(page, 76, 24)
    assert len(lines) <= 24 - 11
    (said,) = (line for line in lines if "more characters" in line)
    missing = int(said.split()[2])
    pieces = "".join(line[2:] for line in lines if line.startswith("  ") and line != said)
    assert (pieces, missing) == (page[: len(pieces)], len(page) - len(pieces))
    assert "Paste that whole address" in " ".join(lines)


def test_on_a_wide_screen_the_picture_stays_near_the_text() -> None:
    lines = shown("https://shop.example.net/device", 196, 50, "device", "WDJB-MJHT")
    assert max(map(len, lines)) < 140


@pytest.mark.parametrize(
    ("pasted", "seen"),
    [
        ("http://127.0.0.1/cb?code=abc&state=s", "http://127.0.0.1/cb?code=•••&state=s"),
        ("http://127.0.0.1/cb?state=s&code=abc", "http://127.0.0.1/cb?state=s&code=•••"),
        ("code=abc&state=s", "code=•••&state=s"),
        ("http://127.0.0.1/cb#code=abc", "http://127.0.0.1/cb#code=•••"),
        ("http://127.0.0.1/cb?error=access_denied", "http://127.0.0.1/cb?error=access_denied"),
        ("http://127.0.0.1/c", "http://127.0.0.1/c"),
        (
            "http://127.0.0.1/cb?oauth_token=t&oauth_verifier=v12",
            "http://127.0.0.1/cb?oauth_token=t&oauth_verifier=•••",
        ),
        ("oauth_verifier=abc", "oauth_verifier=•••"),
        ("htt", "htt"),
        ("4/0AbCdEf==", "•••••••••••"),
        ("abc", "•••"),
        ("", ""),
    ],
)
def test_a_code_that_is_pasted_is_dots(pasted: str, seen: str) -> None:
    assert hide_code(pasted) == seen


def test_a_refusal_is_whole_in_lines_of_a_width() -> None:
    lines = failure_lines("the provider refused: " + "word " * 30, "begin again", 40)
    texts = ["".join(text for text, _ in spans) for spans in lines]
    assert all(len(text) <= 40 for text in texts)
    assert " ".join(" ".join(texts).split()) == "✗ the provider refused: " + "word " * 30 + "begin again"
