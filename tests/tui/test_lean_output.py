"""What is written to a terminal: the same picture in fewer bytes."""

from typing import Any

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style

from tui.lean_output import lean

colours = st.none() | st.sampled_from(["red", "bright_blue", "#102030", "#ffeedd", "color(17)", "default"])
styles = st.builds(
    Style,
    color=colours,
    bgcolor=colours,
    bold=st.booleans(),
    italic=st.booleans(),
    underline=st.booleans(),
    reverse=st.booleans(),
)
moves = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, 6), st.integers(1, 20))
odd = st.sampled_from(
    ["\x1b[K", "\x1b[m", "\x1b[0m", "\x1b[1m", "\x1b[53m", "\x1b[31m", "\x1b[22;24m", "\r\n"]
)
systems = st.sampled_from([ColorSystem.STANDARD, ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR])
words = st.text(alphabet="ab xß▌", min_size=1, max_size=8)


def seen(cell: Any) -> Any:
    """Give a cell; nobody sees how the letters of a blank one would be drawn."""
    hidden = cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough)
    return cell._replace(fg="default", bold=False, italics=False) if hidden else cell


def picture(data: str) -> object:
    """Give every cell of a terminal with its style, and where the next text would go and how it would look."""
    screen = pyte.Screen(24, 8)
    pyte.Stream(screen).feed(data)
    cells = [[seen(screen.buffer[row][column]) for column in range(24)] for row in range(8)]
    return cells, screen.cursor.x, screen.cursor.y, screen.cursor.attrs


@given(st.lists(st.tuples(styles, words) | moves | odd, max_size=20), systems)
def test_the_picture_is_the_same(pieces: list[tuple[Style, str] | str], system: ColorSystem) -> None:
    data = "".join(
        piece if isinstance(piece, str) else piece[0].render(piece[1], color_system=system)
        for piece in pieces
    )
    slim = lean(data)
    assert picture(slim) == picture(data)
    assert len(slim) <= len(data.replace("\x1b[m", "\x1b[0m"))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("\x1b[31;40ma\x1b[0m\x1b[31;40mb\x1b[0m", "\x1b[31;40mab\x1b[0m"),
        ("\x1b[31;40ma\x1b[0m\x1b[32;40mb\x1b[0m", "\x1b[31;40ma\x1b[32mb\x1b[0m"),
        (
            "\x1b[38;2;1;2;3;48;2;4;5;6ma\x1b[0m\x1b[1;38;2;1;2;3;48;2;4;5;6mb\x1b[0m",
            "\x1b[38;2;1;2;3;48;2;4;5;6ma\x1b[1mb\x1b[0m",
        ),
        ("\x1b[1;31ma\x1b[0m\x1b[31mb\x1b[0m", "\x1b[1;31ma\x1b[0m\x1b[31mb\x1b[0m"),
        ("\x1b[31ma\x1b[0m\x1b[2;1H\x1b[31mb\x1b[0m", "\x1b[31ma\x1b[0m\x1b[2;1H\x1b[31mb\x1b[0m"),
        (
            "\x1b[31;40ma\x1b[0m\x1b[32;40m  \x1b[0m\x1b[31;40mb\x1b[0m",
            "\x1b[31;40ma  b\x1b[0m",
        ),
        ("plain \x1b[?25l", "plain \x1b[?25l"),
    ],
)
def test_only_what_changes_is_said(said: str, left: str) -> None:
    assert lean(said) == left
