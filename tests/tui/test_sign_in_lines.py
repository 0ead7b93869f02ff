"""What is shown while a person signs in: an address whole or told to be copied, and never a code that is pasted."""

import io
from datetime import UTC

import pytest

from core.sign_in.attempt import Prompt
from core.sign_in.choice import Flow, FlowChoice
from tui.commands.call import Call
from tui.commands.output import Output
from tui.commands.prompting import show_prompt
from tui.sanitize import sanitize
from tui.state.qr import qr_lines
from tui.state.sign_in import copy_of, failure_lines, hide_code, plain_text, prompt_lines, ways_line


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


def test_over_ssh_the_line_for_the_own_machine_comes_first() -> None:
    choice = FlowChoice("loopback", "it was asked for", ("device", "paste"))
    prompt = Prompt("crm", choice, "https://shop.example.net/a?" + "b" * 90, 0, ssh_line="ssh -N -L 1:h:1 me@box",
                    redirect_uri="http://127.0.0.1:8733/callback")  # fmt: skip
    texts = [
        "".join(text for text, _ in spans) for spans in prompt_lines(prompt, 76, 24, on_dark=True, zone=UTC)
    ]
    assert texts[:4] == ["1 On your own machine leave this running, and log in", "  ssh -N -L 1:h:1 me@box", "",
                         "2 Open this page in the browser there"]  # fmt: skip
    assert any("comes back to http://127.0.0.1:8733/callback" in line for line in texts)
    assert "(r copies it)" in " ".join(texts)
    keys = "".join(text for text, _ in ways_line(prompt))
    assert "s ssh line" in keys
    assert len(keys.rstrip()) <= 76
    assert plain_text(prompt).split("\n\n")[:2] == ["ssh -N -L 1:h:1 me@box", prompt.page]


def test_what_a_provider_says_is_harmless_on_every_line() -> None:
    evil = "\x1b]52;c;eA==\x07\u202e"
    lines = shown(f"https://a.example/{evil}", 76, 24, "device", f"AB{evil}CD")
    choice = FlowChoice("device", evil, ())
    prompt = Prompt(evil, choice, f"https://a.example/{evil}", 0, user_code=evil)
    for text in (*lines, plain_text(prompt), failure_lines(evil, evil, 70)[0][1][0]):
        assert "\x1b" not in sanitize(text)
    assert "\x1b" not in plain_text(prompt)


@pytest.mark.parametrize("types", [True, False])
def test_what_a_provider_says_is_harmless_where_it_is_copied_to(types: bool) -> None:
    evil = "\x1b]52;c;eA==\x07\u202e\nrm -rf ~\n"
    choice = FlowChoice("device", "it was asked for", ())
    prompt = Prompt("crm", choice, evil, 0, user_code=evil, redirect_uri=evil, ssh_line=evil)
    keys = ("ctrl+y", "ctrl+r") if types else ("y", "r", "c", "s")
    for key in keys:
        copied = copy_of(key, prompt, types=types)
        assert copied is not None
        assert copied[1].isprintable()
    assert copy_of("", prompt, types=types) is None
    assert copy_of("x", prompt, types=types) is None
    plain = Prompt("crm", choice, "https://a.example/b?c=d", 0)
    assert copy_of("y", plain, types=False) == ("the address", "https://a.example/b?c=d")
    assert copy_of("c", plain, types=False) is None


def test_what_a_provider_says_stays_on_its_line_of_a_plain_terminal() -> None:
    evil = "https://a.example/\x1b[2J\nrm -rf ~\r\n"
    err = io.StringIO()
    choice = FlowChoice("paste", "it was asked for", ())
    prompt = Prompt("crm", choice, evil, 0, user_code=evil, redirect_uri=evil, ssh_line=evil)
    show_prompt(Call(Output(io.StringIO(), err, as_json=False), None, None), prompt)
    assert "\x1b" not in err.getvalue()
    assert not [line for line in err.getvalue().splitlines() if line.startswith("rm ")]


def test_a_page_that_shows_a_code_asks_for_that() -> None:
    prompt = Prompt("crm", FlowChoice("paste", "it was asked for", ()), "https://a.example/" + "x" * 300, 0)
    texts = [
        "".join(text for text, _ in spans) for spans in prompt_lines(prompt, 76, 24, on_dark=True, zone=UTC)
    ]
    assert "In the end the page shows a code. Type or paste it:" in texts


def test_until_when_a_page_can_be_opened_is_told() -> None:
    choice = FlowChoice("paste", "it was asked for", ())
    prompt = Prompt("crm", choice, "https://a.example/", 90_000_000, open_by_us=61_000_000)
    texts = [
        "".join(text for text, _ in spans) for spans in prompt_lines(prompt, 76, 24, on_dark=True, zone=UTC)
    ]
    assert "open it by 00:01:01 · ends at 00:01 · it was asked for" in texts


@pytest.mark.parametrize(
    ("columns", "rows", "quiet"), [(80, 40, 4), (33, 17, 4), (31, 16, 3), (29, 15, 2), (28, 14, None)]
)
def test_a_picture_has_the_quiet_zone_that_there_is_room_for(
    columns: int, rows: int, quiet: int | None
) -> None:
    lines = qr_lines("https://shop.example.net/device", columns, rows)
    if quiet is None:
        assert lines == ()
        return
    assert len(lines[0]) == 25 + 2 * quiet
    assert all(line.startswith("█" * quiet) and line.endswith("█" * quiet) for line in lines)
    assert set("".join(lines[: quiet // 2])) == {"█"}


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
