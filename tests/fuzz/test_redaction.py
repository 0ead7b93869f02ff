"""A secret does not survive in any of the spellings in which it leaves or comes back, wherever it stands."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.redact import MARKER, Redactor

SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, its letters left": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "percent": lambda text: quote(text, safe=""),
    "form": quote_plus,
    "HTML": escape,
    "hex": lambda text: text.encode().hex(),
    "base64": lambda text: b64encode(text.encode()).decode(),
    "base64 for addresses": lambda text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "user and password": lambda text: b64encode(f"user:{text}".encode()).decode(),
}
AROUND: dict[str, Callable[[str], str]] = {
    "nothing": str,
    "JSON": lambda text: json.dumps({"said": text}),
    "JSON in JSON": lambda text: json.dumps({"inner": json.dumps([text])}),
    "a form": lambda text: urlencode({"said": text}),
    "HTML": lambda text: f"<p title='{escape(text)}'>{escape(text)}</p>",
    "an address": lambda text: f"https://x.example/{quote(text, safe='')}?q={quote_plus(text)}#{quote(text)}",
}
secrets = st.text(
    st.characters(codec="ascii", min_codepoint=33, exclude_characters="•")
    | st.sampled_from("äß€漢🚀 "), min_size=8, max_size=40,
).filter(lambda text: len(text.strip()) >= 8 and len(set(text)) > 4)  # fmt: skip
noise = st.text(st.characters(codec="utf-8", exclude_characters="•"), max_size=20)
words = st.sampled_from(
    (
        "Bearer ",
        "Basic ",
        "token=",
        '"password":"',
        "https://u:",
        "Cookie: ",
        "<key>",
        "\\",
        "%25",
        "&amp;",
        "",
    )
)


def reaches(text: str, secret: str) -> list[str]:
    """Give the spellings of a secret that stand in a text."""
    return [
        name for name, spell in SPELLINGS.items() if name != "user and password" and spell(secret) in text
    ]


@settings(deadline=None)
@given(secret=secrets, spelling=st.sampled_from(sorted(SPELLINGS)), around=st.sampled_from(sorted(AROUND)),
       before=noise, word=words, after=noise)  # fmt: skip
def test_no_spelling_survives_in_a_text(
    secret: str, spelling: str, around: str, before: str, word: str, after: str
) -> None:
    plain = f"{before} {word}"
    assume(not reaches(AROUND[around](f"{plain} {after}"), secret))
    shown = AROUND[around](f"{plain}{SPELLINGS[spelling](secret)} {after}")
    redactor = Redactor([secret])
    for redacted in (
        redactor.text(shown),
        redactor.url(shown),
        redactor.body(shown.encode(), "application/json").decode("utf-8", "replace"),
        redactor.body(shown.encode(), "text/html").decode("utf-8", "replace"),
        redactor.body(shown.encode("utf-16-le"), "text/plain").decode("utf-16-le", "replace"),
        redactor.headers([("X-Note", shown)])[0][1],
        json.dumps(redactor.json({shown: [shown]}), ensure_ascii=False),
    ):
        assert not reaches(redacted, secret)


@settings(deadline=None)
@given(secret=secrets, text=noise, cut=st.integers(0, 60), spelling=st.sampled_from(sorted(SPELLINGS)))
def test_no_spelling_survives_in_a_body_that_is_cut(secret: str, text: str, cut: int, spelling: str) -> None:
    redactor = Redactor([secret])
    body = f"{text} {SPELLINGS[spelling](secret)} tail".encode()
    kept = redactor.body(body[: cut + redactor.longest])[:cut]
    assert not reaches(kept.decode("utf-8", "ignore"), secret)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | noise,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(noise, inner, max_size=3),
    max_leaves=10,
)


@settings(deadline=None)
@given(secret=secrets, value=json_values, content=st.binary(max_size=80), kind=st.sampled_from(
    ["application/json", "text/html", "application/x-www-form-urlencoded", "multipart/form-data", "", "x/\x1b["]))  # fmt: skip
def test_anything_can_be_redacted_and_twice_is_once(
    secret: str, value: Any, content: bytes, kind: str
) -> None:
    redactor = Redactor([secret])
    once = redactor.json(value)
    assert redactor.json(once) == once
    assert type(redactor.values(value)) is type(value) or redactor.values(value) in (
        [*value] if isinstance(value, tuple) else [MARKER]
    )
    for given_body in (content, json.dumps(value).encode(), content + secret.encode() + content):
        body = redactor.body(given_body, kind)
        assert redactor.body(body, kind) == body
