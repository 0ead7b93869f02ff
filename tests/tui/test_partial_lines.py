"""Where two lines differ: only that part is drawn again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.state.spans import Spans
from tui.widgets.span_lines import differing_cells

lines = st.lists(
    st.tuples(st.text(alphabet="ab 日é", max_size=5), st.sampled_from(["", "quiet"])), max_size=4
)


def cells(line: Spans, width: int) -> list[tuple[str, str]]:
    """Give what stands in each cell; the second one of a wide letter is a part of it."""
    found = [
        (letter + str(half), tone)
        for text, tone in line
        for letter in text
        for half in range(cell_len(letter))
    ]
    return found + [(" ", "")] * (width - len(found))


@given(lines, lines)
def test_nothing_differs_outside_of_the_part(old: Spans, new: Spans) -> None:
    begin, end = differing_cells(old, new)
    width = max(len(cells(old, 0)), len(cells(new, 0)))
    one, other = cells(old, width), cells(new, width)
    assert 0 <= begin <= end <= width
    assert one[:begin] + one[end:] == other[:begin] + other[end:]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ([("took 1s", "")], [("took 2s", "")], (5, 6)),
        ([("took ", "quiet"), ("1s", "")], [("took ", "quiet"), ("10s", "")], (6, 8)),
        ([("日日x", "")], [("日日y", "")], (4, 5)),
        ([("a", "")], [("a", "bad")], (0, 1)),
        ([("same", "")], [("sa", ""), ("me", "")], (4, 4)),
    ],
)
def test_the_part_is_no_wider_than_it_must_be(old: Spans, new: Spans, part: tuple[int, int]) -> None:
    assert differing_cells(old, new) == part
