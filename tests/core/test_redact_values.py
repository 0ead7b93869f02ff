"""By value: no form of a known secret survives, and nothing else is touched."""

import html
import json
import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.redact import MARKER, Redactor

FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "json": lambda s: json.dumps(s)[1:-1],
    "json utf-8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "json slash": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "json for html": lambda s: (
        json.dumps(s)[1:-1].replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003E")
    ),
    "json in json": lambda s: json.dumps(json.dumps(s))[3:-3],
    "json in json in json": lambda s: json.dumps(json.dumps(json.dumps(s)))[7:-7],
    "quote": lambda s: quote(s, safe=""),
    "quote, slash safe": quote,
    "quote, httpx": lambda s: quote(s, safe="!$&'()*+,;=:/?@[]~"),
    "quote_plus": quote_plus,
    "quote lower": lambda s: _lower_percent(quote(s, safe="")),
    "quote twice": lambda s: quote(quote(s, safe=""), safe=""),
    "html": html.escape,
    "html, no quotes": lambda s: html.escape(s, quote=False),
    "html decimal": lambda s: "".join(f"&#{ord(c)};" if c in "&<>\"'" else c for c in s),
    "hex": lambda s: s.encode().hex(),
    "HEX": lambda s: s.encode().hex().upper(),
    "base64": lambda s: b64encode(s.encode()).decode(),
    "base64 url": lambda s: urlsafe_b64encode(s.encode()).decode(),
    "base64 bare": lambda s: b64encode(s.encode()).decode().rstrip("="),
    "base64 url bare": lambda s: urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "base64 quoted": lambda s: quote(b64encode(s.encode()).decode(), safe=""),
    "base64 json": lambda s: b64encode(s.encode()).decode().replace("/", "\\/"),
    "crlf": lambda s: s.replace("\n", "\r\n"),
}

# The marker's own characters are left out: they say nothing, and a search for them finds the marker.
CHARS = st.one_of(
    st.sampled_from(string.ascii_letters + string.digits),
    st.sampled_from("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \n\t"),
    st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), blacklist_characters="•\r"),
)
SECRETS = st.text(CHARS, min_size=4, max_size=40).filter(lambda s: len(s.strip()) >= 4)
FORM = st.sampled_from(sorted(FORMS))
NEIGHBOURS = st.text(st.sampled_from(" \t,:;|#äß€"), max_size=5)


def _lower_percent(text: str) -> str:
    first, *rest = text.split("%")
    return first + "".join("%" + part[:2].lower() + part[2:] for part in rest)


@given(secret=SECRETS, form=FORM, before=NEIGHBOURS, after=NEIGHBOURS)
@example(secret='a"b&\\', form="json in json", before="", after="")
@example(secret="p%2525a", form="quote twice", before="", after="")
@example(secret="\\\\\"\\'", form="json in json in json", before="", after="")
def test_no_form_of_a_secret_survives_in_text(secret: str, form: str, before: str, after: str) -> None:
    found = FORMS[form](secret)
    assume(secret.strip() not in f"{before}  {after}")
    redacted = Redactor([secret]).text(f"{before} {found} {after}")
    assert found not in redacted
    assert MARKER in redacted
    assert redacted.replace(MARKER, "").strip() == (before + "  " + after).strip()


@given(
    secret=SECRETS,
    form=FORM,
    before=NEIGHBOURS,
    encoding=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
)
def test_no_form_of_a_secret_survives_in_bytes(secret: str, form: str, before: str, encoding: str) -> None:
    found = FORMS[form](secret)
    if encoding != "utf-8" and not found.isascii() and found != secret:
        return
    body = f"{before} {found} {before}".encode(encoding)
    redacted = Redactor([secret]).body(body, "application/octet-stream")
    assert found.encode(encoding) not in redacted
    assert redacted != body


@given(secret=SECRETS, before=st.binary(max_size=7), after=st.binary(max_size=7))
def test_a_secret_inside_a_longer_base64_text_is_found(secret: str, before: bytes, after: bytes) -> None:
    assume(len(secret.encode()) >= 6)
    encoded = b64encode(before + secret.encode() + after).decode()
    redacted = Redactor([secret]).text(f"x {encoded} y")
    assert MARKER in redacted
    whole = len(secret.encode()) // 3 * 4 - 8
    assert len(redacted) - len(MARKER) <= len(encoded) + 4 - max(whole, 0)


@given(secret=st.text(st.sampled_from(string.ascii_letters + "é€"), min_size=4, max_size=20))
def test_a_secret_in_latin_1_or_utf_32_bytes_is_found(secret: str) -> None:
    for encoding in ("latin-1", "utf-32-le", "utf-32-be"):
        try:
            body = f"x {secret} y".encode(encoding)
        except UnicodeEncodeError:
            continue
        if encoding == "latin-1" or secret.isascii():
            assert secret.encode(encoding) not in Redactor([secret]).body(body)


@given(secrets=st.lists(SECRETS, max_size=4), form=FORM, text=st.text(max_size=60), data=st.data())
def test_redacting_twice_changes_nothing(
    secrets: list[str], form: str, text: str, data: st.DataObject
) -> None:
    parts = data.draw(st.permutations([text, *(FORMS[form](secret) for secret in secrets)]))
    redactor = Redactor(secrets)
    joined = data.draw(st.sampled_from(["", " ", "=", '"', "&", ": "])).join(parts)
    once = redactor.text(joined)
    assert redactor.text(once) == once
    address = redactor.url(joined)
    assert redactor.url(address) == address
    for encoding in ("utf-8", "utf-16-le"):
        body = redactor.body(joined.encode(encoding, "surrogatepass"))
        assert redactor.body(body) == body


@given(
    text=st.text(
        st.sampled_from(string.ascii_letters + string.digits + " .,;!?()-\n\"'{}[]:/äöü€漢"), max_size=300
    ),
    secret=st.text(st.sampled_from("QXZ789"), min_size=24, max_size=30),
)
def test_ordinary_text_is_unchanged(text: str, secret: str) -> None:
    redactor = Redactor([secret])
    lowered = text.lower()
    assume(not any(word in lowered for word in ("pwd", "otp", "jwt", "sig", "token", "://")))
    assume(secret not in text)
    assert redactor.text(text) == text
    assert redactor.body(text.encode()) == text.encode()
    assert redactor.json({"note": text}) == {"note": text}


def test_a_secret_inside_another_leaves_no_tail_of_the_longer_one() -> None:
    redactor = Redactor(["horse", "correct-horse-battery", "battery-staple"])
    assert redactor.text("<correct-horse-battery>") == f"<{MARKER}>"
    assert redactor.text("<correct-horse-battery-staple>") == f"<{MARKER}>"


def test_a_short_secret_is_redacted_only_as_a_word_of_its_own() -> None:
    redactor = Redactor(["12", "ab"])
    assert (
        redactor.text("12 apples, 120 pears, cab, ab; x12")
        == f"{MARKER} apples, 120 pears, cab, {MARKER}; x12"
    )
    assert redactor.body(b"12 apples, 120 pears") == f"{MARKER} apples, 120 pears".encode()


def test_a_number_that_is_a_secret_leaves_json_that_can_be_read() -> None:
    redacted = Redactor(["4711", "99"]).body(b'{"pin": 4711, "other": [99, 990]}', "application/json")
    assert json.loads(redacted) == {"pin": MARKER, "other": [MARKER, 990]}


def test_the_lines_of_a_private_key_are_redacted_one_by_one() -> None:
    lines = ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "AQEAu1SU1LfVLPHCozMxH2Mo4lgOEePz"]
    key = "\n".join(["-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----"])
    redactor = Redactor([key])
    for shown in (key, key.replace("\n", "\r\n"), json.dumps(key), " ".join(lines), lines[1]):
        redacted = redactor.text(shown)
        assert all(line not in redacted for line in lines)
    assert redactor.text("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----"


def test_a_secret_of_spaces_or_markers_alone_is_not_known() -> None:
    redactor = Redactor(["", " \n", MARKER])
    assert redactor.text(f"a b {MARKER}") == f"a b {MARKER}"
    assert redactor.longest == 0


@given(secret=SECRETS, form=FORM)
def test_longest_is_never_less_than_a_form(secret: str, form: str) -> None:
    if form != "json in json in json":
        assert Redactor([secret]).longest >= len(FORMS[form](secret).encode())


@given(secret=SECRETS, cap=st.integers(0, 80), pad=st.integers(0, 60))
@settings(max_examples=50)
def test_a_body_cut_at_a_cap_keeps_no_part_of_a_secret(secret: str, cap: int, pad: int) -> None:
    body = b"." * pad + secret.encode() + b"." * 400
    redactor = Redactor([secret])
    kept = redactor.body(body[: cap + redactor.longest], "text/plain")[:cap]
    assert kept.strip(b"." + MARKER.encode()) == b""


def test_a_big_body_without_a_secret_is_left_as_it_is() -> None:
    redactor = Redactor([f"{i:02d}kZ8wQ0mB7vN5xL3cR1tY9uP6sD4fG2hJ" for i in range(20)])
    body = json.dumps([{"id": i, "note": "lorem ipsum dolor sit amet"} for i in range(20_000)]).encode()
    assert redactor.body(body, "application/json") == body


@pytest.mark.timeout(60)  # what takes time by the square of the length takes minutes
@pytest.mark.parametrize("hostile", ["\\" * 50_000, '"' * 50_000, '{"token":' * 5_000, "a=" * 50_000, "%25" * 20_000, "<a " * 20_000, "&amp;" * 20_000, "name:" * 20_000, "://" * 20_000, 'form-data; name="a"\r\n' * 3_000, "token=\\" * 10_000, '"token":"' + '\\"' * 40_000, 'form-data; name="a"' * 3_000, "a: x" + " " * 60_000 + "y", " " * 60_000, 'form-data; name="token"\n' * 3_000])  # fmt: skip
def test_a_hostile_text_is_read_to_its_end(hostile: str) -> None:
    redactor = Redactor(["pass\\\\word", "%%%25%25&&&", '\\"\\"\\"'])
    redactor.text(hostile)
    redactor.url(hostile)
    redactor.body(hostile.encode(), "application/json")
    redactor.body(hostile.encode(), "text/html")


@pytest.mark.parametrize(("secret", "text"), [("abab", "xabababx"), ("a-b-a", "xa-b-a-b-ax")])
def test_places_that_overlap_leave_no_tail(secret: str, text: str) -> None:
    assert Redactor([secret]).text(text) == f"x{MARKER}x"


@given(secret=SECRETS, form=FORM, scheme=st.sampled_from(["Bearer ", "token  ", "Basic\t"]))
def test_a_secret_behind_the_word_of_its_scheme_leaves_nothing_but_that_word(
    secret: str, form: str, scheme: str
) -> None:
    redactor = Redactor([secret, scheme + secret])
    redacted = redactor.text(f"<{FORMS[form](scheme + secret)}>")
    spaces = len(secret) - len(secret.strip())
    assert MARKER in redacted
    assert len(redacted) <= len(f"<{FORMS[form](scheme + ' ' * spaces)}{MARKER}>")


@given(secret=SECRETS, form=FORM, other=SECRETS, before=NEIGHBOURS)
def test_a_body_is_known_to_hold_a_secret_whether_it_was_redacted_before_or_not(
    secret: str, form: str, other: str, before: str
) -> None:
    body = f"{before} {FORMS[form](secret)} {before}".encode()
    redactor = Redactor([other])
    redactor.body(body)
    assert redactor.holds(body) == Redactor([other]).holds(body)
    redactor.add(secret)
    assert redactor.holds(body) == Redactor([other, secret]).holds(body)


@given(secret=SECRETS, before=st.text(st.sampled_from("İIßẞaAäÄ€漢 "), max_size=6), upper=st.integers(0, 255))
def test_a_secret_in_hex_of_mixed_case_is_found_behind_any_letters(
    secret: str, before: str, upper: int
) -> None:
    digits = secret.encode().hex()
    mixed = "".join(
        digit.upper() if upper >> (place % 8) & 1 else digit for place, digit in enumerate(digits)
    )
    assume(secret.strip() not in before)
    assert Redactor([secret]).text(f"{before}<{mixed}>") == f"{before}<{MARKER}>"
    redacted = Redactor([secret]).body(f"{before}<{mixed}>".encode(), "text/plain")
    assert redacted.decode() == f"{before}<{MARKER}>"


def test_a_short_secret_beside_a_long_one_is_redacted_at_once() -> None:
    redactor = Redactor(["ab", "long-secret"])
    assert "ab" not in redactor.text("long-secretab")


def test_the_public_names_of_redaction_are_there() -> None:
    from core import redact

    assert [getattr(redact, name) for name in redact.__all__] == [MARKER, Redactor]
    with pytest.raises(AttributeError):
        _ = redact.Nothing
