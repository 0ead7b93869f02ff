"""The cookie jar: what a server may set, where each cookie goes, and when it is gone (RFC 6265)."""

import pytest

from core.cookies import CookieJar, load_cookies, read_cookie
from core.request import Request

NOW = 1_795_305_600.0
URL = "https://login.acme.example/auth/step"


def jar(*texts: str, url: str = URL) -> CookieJar:
    return CookieJar().after(url, tuple(("Set-Cookie", text) for text in texts), NOW)


def sent(kept: CookieJar, url: str, now: float = NOW) -> str | None:
    return kept.apply(Request("GET", url), now).header("cookie")


@pytest.mark.parametrize(
    ("text", "goes_to", "stays_from"),
    [
        ("a=1", "https://login.acme.example/auth/x", "https://api.acme.example/auth/x"),
        ("a=1", "https://login.acme.example/auth", "https://login.acme.example/authority"),
        ("a=1; Path=/", "https://login.acme.example/x", "https://acme.example/x"),
        ("a=1; Path=/; Domain=acme.example", "https://api.acme.example/x", "https://notacme.example/x"),
        ("a=1; Path=/; Domain=.Acme.Example", "https://acme.example/x", "https://acme.example.evil.example/"),
        ("a=1; Path=/; Secure", "https://login.acme.example/", "http://login.acme.example/"),
        ("a=1; Path=/deep/", "https://login.acme.example/deep/er", "https://login.acme.example/deep"),
        ("a=1; Path=no-slash", "https://login.acme.example/auth/", "https://login.acme.example/"),
    ],
)
def test_a_cookie_goes_where_it_belongs_and_nowhere_else(text: str, goes_to: str, stays_from: str) -> None:
    kept = jar(text)
    assert sent(kept, goes_to) == "a=1"
    assert sent(kept, stays_from) is None


@pytest.mark.parametrize(
    "text",
    [
        "a=1; Domain=evil.example",
        "a=1; Domain=example",
        "a=1; Domain=x.login.acme.example",
        "=1",
        "a",
        "a=\x01",
    ],
)
def test_a_cookie_that_may_not_be_set_is_not_kept(text: str) -> None:
    assert jar(text).cookies == ()


def test_a_domain_below_an_address_is_none() -> None:
    assert read_cookie("a=1; Domain=0.0.1", "http://127.0.0.1/", NOW) is None


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("a=1; Max-Age=60", 60),
        ("a=1; Expires=Sun, 22-Nov-2026 00:01:00 GMT", 60),
        ("a=1; Expires=Sun, 22 Nov 2026 09:00:00 GMT; Max-Age=60", 60),
    ],
)
def test_a_cookie_ends_when_it_says(text: str, ends: float) -> None:
    kept = jar(f"{text}; Path=/")
    assert sent(kept, URL, NOW + ends - 1) == "a=1"
    assert sent(kept, URL, NOW + ends) is None


def test_a_cookie_is_replaced_and_taken_back_by_the_server() -> None:
    kept = jar("a=1", "b=2", "a=3")
    assert sent(kept, URL) == "b=2; a=3"
    assert kept.get("a") == "3"
    gone = kept.after(URL, (("set-cookie", "a=; Max-Age=0"), ("Set-Cookie", "b=; Expires=junk")), NOW)
    assert sent(gone, URL) == "b="


def test_the_longest_path_comes_first_and_what_is_there_stays() -> None:
    kept = jar("a=1; Path=/", "b=2; Path=/auth", "c=3; Path=/")
    assert sent(kept, URL) == "b=2; a=1; c=3"
    own = Request("GET", URL, (("Cookie", "a=own"),))
    assert kept.apply(own, NOW).header("cookie") == "a=own; b=2; c=3"


def test_what_was_written_is_read_back() -> None:
    kept = jar("a=1; Path=/; Max-Age=9", "b=Zürich; Domain=acme.example")
    assert load_cookies(kept.dump()) == kept
