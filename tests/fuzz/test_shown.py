"""Whatever text is drawn, it stays in its place and steers nothing."""

import unicodedata

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui.sanitize import sanitize
from tui.state.cells import count_cells, filled, fitted, wrap
from tui.state.spans import label_lines, span_width
from tui.widgets.span_lines import Tones, fit, strip_of

any_text = st.text(st.characters(categories=None), max_size=60)  # type: ignore[arg-type]
steering = st.sampled_from(
    ["\x1b[2J", "\x9b5m", "\x1b]52;c;QQ==\x07", "\x9d0;x\x9c", "\u202e", "\u200b", "\ufeff", "\U000e0041", "\ud800", "\t", "\r\n", "\x00",
     "\u2028", "\x85", "日本", "é", "🚀", "👩\u200d🚀", "e\u0301", " ", "word", "\x7f", "\xad", "\u3164"])  # fmt: skip
texts = any_text | st.lists(steering, max_size=12).map("".join)
TONES = Tones({"": Style()}, Style())


def steers(text: str) -> set[str]:
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}


@settings(deadline=None)
@given(text=texts)
def test_a_terminal_shows_a_text_as_text(text: str) -> None:
    shown = sanitize(text, newlines=False)
    assert not steers(shown)
    screen = pyte.Screen(2000, 2)
    screen.set_mode(4)
    modes = set(screen.mode)
    pyte.Stream(screen).feed(shown)
    assert (screen.cursor.y, screen.title, set(screen.mode)) == (0, "", modes)
    assert sanitize(shown, newlines=False) == shown


@settings(deadline=None)
@given(text=texts, width=st.integers(1, 40), align=st.sampled_from(["left", "right"]))
def test_a_cell_has_exactly_its_width(text: str, width: int, align: str) -> None:
    cell = fit(text, width, align)
    assert cell_len(cell) == width
    assert not steers(cell)


@settings(deadline=None)
@given(spans=st.lists(st.tuples(texts, st.just("")), max_size=5), width=st.integers(1, 60))
def test_a_line_fills_exactly_its_width(spans: list[tuple[str, str]], width: int) -> None:
    strip = strip_of(spans, width, TONES)
    assert sum(cell_len(segment.text) for segment in strip) == width
    assert not steers(strip.text)


@settings(deadline=None)
@given(text=texts, width=st.integers(10, 60))
def test_a_wrapped_text_stays_in_its_column(text: str, width: int) -> None:
    for line in wrap(text, width):
        assert not steers(line)
        assert cell_len(line) <= width
    assert cell_len(fitted(text, width)) <= width
    assert count_cells(filled(text, width)) == max(width, count_cells(text))
    for line in label_lines("label", text, width=width + 9):
        assert all(not steers(piece) for piece, _ in line)
        assert sum(cell_len(piece) for piece, _ in line) <= width + 9
        assert span_width(line) <= width + 9
