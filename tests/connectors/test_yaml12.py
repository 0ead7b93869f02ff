"""YAML by the core rules of 1.2, and what is refused."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from connectors.yaml12 import read_yaml
from connectors.yaml12.builder import MAX_DEPTH

TRAPS: list[tuple[str, Any]] = [
    ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("y", "y"),
    ("true", True), ("True", True), ("FALSE", False), ("null", None), ("~", None), ("", None), ("nUll", "nUll"),
    ("12:30", "12:30"), ("2026-11-01", "2026-11-01"), ("2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z"),
    ("010", 10), ("0o10", 8), ("0x1F", 31), ("0b11", "0b11"), ("-0o7", "-0o7"), ("+5", 5), ("-3", -3),
    ("1.10", 1.1), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("1_000", "1_000"), ("1.2.3", "1.2.3"),
    ("'5'", "5"), ('"true"', "true"), ("!!str 5", "5"), ("'it''s'", "it's"), ("=", "="), ("-", [None]),
    ("Bearer {{ auth.token }}", "Bearer {{ auth.token }}"), ("'{{ x }}'", "{{ x }}"), ("<<", "<<"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "value"), TRAPS)
def test_a_plain_value_is_what_yaml_1_2_says(written: str, value: Any) -> None:
    text = f"a: {written}" if written != "-" else "a:\n  -"
    reading = read_yaml(text)
    assert reading.mistakes == []
    assert reading.data == {"a": value}
    assert type(reading.data["a"]) is type(value)


REFUSED = [
    ("a: {{ x }}", 1, 5, "written in single quotes, as in '{{ input.id }}'"),
    ("b: 1\na: [{{ x }}]", 2, 6, "written in single quotes"),
    ("a: {{ x }}/b", 1, 5, "written in single quotes"),
    ("a: 1\nb: 2\na: 3", 3, 1, "the key 'a' is here twice"),
    ("a: {b: 1, b: 2}", 1, 11, "the key 'b' is here twice"),
    ("1: a\n'1': b", 2, 1, "the key '1' is here twice"),
    ("a: !thing b", 1, 4, "'!thing' is a YAML tag"),
    ("a: !!python/object:os.system {}", 1, 4, "'!!python/object:os.system' is a YAML tag"),
    ("a: !!int '5'", 1, 4, "'!!int' is a YAML tag"),
    ("when: !response.ok", 1, 7, "quote a value that begins with !"),
    ("a: `x`", 1, 4, "a value cannot begin with ` unless"),
    ("a: @x", 1, 4, "a value cannot begin with @ unless"),
    ("a: {b: c[0].d}", 1, 9, "a value that holds , [ ] { or } is written in single quotes"),
    ("\ta: b", 1, 1, "a tab cannot indent"),
    ("a: b: c", 1, 5, "a second colon in one line"),
    ("a: 'x", 1, 6, "a quote is never closed"),
    ("a: b\n---\nc: d", 2, 1, "a second document begins here"),
    ("<<: {a: 1}", 1, 1, "no merge keys"),
    ("?\n: x", 1, 2, "a key is missing before the colon"),
    ("? [a]\n: b", 1, 3, "a key is text, not a list or a mapping"),
    ("a: .inf", 1, 4, ".inf is not a finite number"),
    ("a: 1e999", 1, 4, "1e999 is not a finite number"),
    ("a: " + "9" * 400, 1, 4, "a number of 400 digits"),
    ("a: *b", 1, 4, "*b refers to nothing that stands before it"),
    ("a: &a [*a]", 1, 8, "*a refers to nothing that stands before it"),
    ("a: &k x\n*k : y", 2, 1, "an alias cannot be a key"),
    ("a: \x07", 1, 4, "a control character stands here"),
]


@pytest.mark.parametrize(("text", "line", "column", "sentence"), REFUSED)
def test_what_is_refused_is_told_at_its_place(text: str, line: int, column: int, sentence: str) -> None:
    mistake = read_yaml(text).mistakes[0]
    assert (mistake.line, mistake.column) == (line, column)
    assert sentence in mistake.message


def test_every_mistake_that_can_be_passed_over_is_collected() -> None:
    reading = read_yaml("a: 1\na: 2\nb: !x y\nc: .nan\nd: ok")
    assert [mistake.line for mistake in reading.mistakes] == [2, 3, 4]
    assert reading.data["d"] == "ok"


def test_a_small_alias_is_a_copy() -> None:
    assert read_yaml("a: &x {b: [1]}\nc: *x").data == {"a": {"b": [1]}, "c": {"b": [1]}}


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    (mistake,) = read_yaml("\n".join(lines)).mistakes
    assert "aliases counted as often as used" in mistake.message


@pytest.mark.parametrize("text", ["- " * 100_000 + "a", "[" * 100_000, "{a: " * 100_000, "? " * 100_000])
def test_deep_nesting_is_refused_and_not_followed(text: str) -> None:
    mistake = read_yaml(text).mistakes[-1]
    assert mistake.message == f"nested more than {MAX_DEPTH} levels deep"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc: {}-'\"#", min_size=1), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_what_a_writer_of_yaml_writes_is_read_back(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style='"' if isinstance(value, str) else None)
    again = read_yaml(text)
    assert again.mistakes == []
    assert _shape_of(again.data) == _shape_of(yaml.safe_load(text))


def _shape_of(value: Any) -> Any:
    """Both readers agree on the shape and on the texts; a plain `08` is text in 1.1 and a number in 1.2."""
    if isinstance(value, dict):
        return {str(key): _shape_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shape_of(item) for item in value]
    return int(value) if isinstance(value, str) and re.fullmatch(r"0[0-9]+", value, re.ASCII) else value


@given(st.text(st.sampled_from("ab:-{}[]\"'&*!|>#? \n\t,%@`~<1.0é")))
def test_no_text_makes_the_reader_crash(text: str) -> None:
    reading = read_yaml(text, with_spots=True)
    for mistake in reading.mistakes:
        assert mistake.line >= 1
        assert mistake.column >= 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'a: "\ud83d\ude00"', "😀"),
        (r'{"a": "x \uD83D\uDE00\ud83d\ude01 y"}', "x 😀😁 y"),
        (r'a: "\\ud83d\\ude00"', r"\ud83d\ude00"),
        (r"a: '\ud83d\ude00'", r"\ud83d\ude00"),
        (r"a: \ud83d\ude00", r"\ud83d\ude00"),
    ],
)
def test_a_pair_of_escapes_as_json_writes_it_is_one_character(text: str, value: str) -> None:
    reading = read_yaml(text)
    assert reading.mistakes == []
    assert reading.data == {"a": value}


@pytest.mark.parametrize("text", [r'a: "\ud83d"', r'a: "\ude00\ud83d"', r'a: "\ud83d x \ude00"'])
def test_half_a_pair_is_told_as_one(text: str) -> None:
    (mistake,) = read_yaml(text).mistakes
    assert "half of a pair" in mistake.message
    assert mistake.line == 1
