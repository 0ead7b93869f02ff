"""What came from outside cannot steer the terminal, hide, or reverse what is read."""

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tui.sanitize import sanitize


@given(st.text(st.characters(categories=None)))  # type: ignore[arg-type]
def test_nothing_that_steers_or_hides_is_left(text: str) -> None:
    shown = sanitize(text)
    left = {char for char in shown if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}
    assert left <= {"\n", "\t"}
    assert not {unicodedata.bidirectional(char) for char in shown} & {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip


@given(st.text(st.characters(categories=None)))  # type: ignore[arg-type]
def test_one_line_stays_one_line_and_can_be_encoded(text: str) -> None:
    shown = sanitize(text, newlines=False)
    assert "\n" not in shown
    assert "\t" not in shown
    shown.encode("utf-8")


@given(st.text())
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)


def test_controls_become_pictures_and_bidi_its_code_point() -> None:
    assert sanitize("a\x1b]52;c;eA==\x07\x00\x7f") == "a␛]52;c;eA==␇␀␡"
    assert sanitize("é\x1b[2J") == "é␛[2J"
    assert sanitize("\u202egnp.exe") == "⟨U+202E⟩gnp.exe"
    assert sanitize("\x9b31m\ud800") == "⟨U+009B⟩31m⟨U+D800⟩"
    assert sanitize("a\nb\tc") == "a\nb\tc"
    assert sanitize("a\nb\tc", newlines=False) == "a␊b    c"


def test_plain_words_and_markup_are_left_as_they_are() -> None:
    for text in ("[/etc] [bold]x[/bold]", "Café Luna 日本 🚀", ""):
        assert sanitize(text) is text or sanitize(text) == text


def test_a_megabyte_of_ascii_costs_no_more_than_reading_it(cost) -> None:
    text = '{"id": 1, "name": "x"}\n' * 45_000
    assert cost(lambda: sanitize(text)) < 2 * cost(lambda: [json.loads(line) for line in text.splitlines()])
