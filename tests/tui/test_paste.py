"""Pastes are found however they are cut, and nothing in them can be read as a key."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tui.paste import END, START, PasteGuard

texts = st.text(st.sampled_from("ab\x1b[201~\r"), max_size=20).filter(
    lambda text: START not in text and END not in text
)


def in_pieces(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[begin:end] for begin, end in pairwise(places)]


def test_what_is_typed_goes_through_as_it_is():
    guard = PasteGuard()
    typed = ["a", "\x1b", "[A", "\x1b[15~", "\x1b[20", "1x", "\x1b[<0;1;1M", "é"]
    assert [guard.take(one) for one in typed] == typed


@given(before=texts, pasted=texts, after=texts, cuts=st.lists(st.integers(0, 60), max_size=6))
def test_however_it_is_cut_a_paste_is_harmless_and_whole(before, pasted, after, cuts):
    whole = before + START + pasted + END + after
    guard = PasteGuard()
    if START in before + START[:-1]:
        return
    given_on = "".join(guard.take(piece) for piece in in_pieces(whole, cuts))
    assert given_on == before + START + pasted.replace("\x1b", "␛") + END + after
    assert not guard.is_inside


def test_an_end_that_was_pasted_along_is_text():
    assert PasteGuard().take(f"{START}a{END}q{END}r") == f"{START}a␛[201~q{END}r"


def test_a_paste_without_an_end_can_be_ended():
    guard = PasteGuard()
    assert guard.take(f"{START}ab\x1b[20") == f"{START}ab"
    assert guard.end() == f"␛[20{END}"
    assert guard.take("q") == "q"
