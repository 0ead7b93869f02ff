"""What the lists and details say: short words, nothing twice, nothing cut without a sign."""

from dataclasses import replace
from typing import Any

from rich.style import Style

from storage.records import Counts, Exchange, LogLine, Operation
from tui.state import labels
from tui.state.exchanges import log_lines, timeline_lines
from tui.state.operations import columns, row_cells
from tui.state.table import share_width
from tui.terminal import selectable_text
from tui.widgets.span_lines import Tones, strip_of


def operation(**changes: Any) -> Operation:
    plain = Operation(
        id="op_1", project_id="p", kind="test", name="test desk", state="success", actor="me", started_us=0,
        process="p", connection="desk", counts=Counts(), ended_us=1_000_000,
    )  # fmt: skip
    return replace(plain, **changes)


def said(line: Any) -> str:
    return "".join(text for text, _ in line)


def test_a_test_does_not_repeat_the_connection_beside_it() -> None:
    assert [text for text, _ in row_cells(operation(), 0)][1:3] == ["desk", "test"]
    assert row_cells(operation(name="test other"), 0)[2][0] == "test other"


def test_the_columns_take_the_whole_width_and_the_result_most_of_what_is_left() -> None:
    chosen = columns(one_connection=False)
    for width in range(70, 200):
        widths = share_width(chosen, width)
        assert sum(widths) + 2 * (len([one for one in widths if one]) - 1) == width
    assert share_width(chosen, 150)[-1] > share_width(chosen, 150)[2]


def test_a_log_line_says_each_thing_once_and_nothing_in_python() -> None:
    fields = {"hint": None, "stage": "dns", "took_ms": 12, "retry": True, "names": ["a"]}
    (line,) = log_lines([LogLine("op_1", 0, "info", "dns passed", fields)])
    assert said(line).endswith('dns passed  took_ms 12  retry yes  names ["a"]')


def test_the_timeline_shows_the_path() -> None:
    exchange = Exchange("op_1", 1, "GET", "http://127.0.0.1:1/tickets?limit=1", 0, 10, (), (), 200)
    assert said(timeline_lines(operation(), [exchange])[-1]).endswith("GET /tickets")


def test_a_value_is_written_as_people_write_it() -> None:
    given = (True, False, "x", None, 3, {"a": 1})
    assert [labels.value(one) for one in given] == ["yes", "no", "x", "–", "3", '{"a": 1}']


def test_a_suspended_connection_is_called_so() -> None:
    assert labels.connection_state("inactive", None)[1] == "suspended"


def test_a_line_that_is_cut_ends_in_an_ellipsis() -> None:
    tones = Tones({"": Style()}, Style())
    assert strip_of([("abcdef", "")], 6, tones).text == "abcdef"
    assert strip_of([("abcdefg", "")], 6, tones).text == "abcde…"
    assert strip_of([("   abcdefg", "")], 6, tones).text == "   ab…"
    assert strip_of([("abcdef", ""), ("g", "")], 6, tones).text == "abcde…"
    assert strip_of([("abcdef   ", ""), ("  ", "")], 6, tones).text == "abcdef"


def test_the_plain_screen_and_its_hint_fit_the_terminal() -> None:
    full = "\n".join(f"line {number}" for number in range(24))
    shown = selectable_text(full, 24).split("\n")
    assert len(shown) == 24
    assert (shown[0], shown[-1]) == ("line 0", "(enter goes back)")
    assert selectable_text("a\n\n  \nb", 24) == "a\nb\n(enter goes back)"
