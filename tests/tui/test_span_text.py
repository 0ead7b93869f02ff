"""A block of lines is as high as what it shows."""

from fractions import Fraction
from pathlib import Path

from textual.app import App, ComposeResult
from textual.geometry import Size

from tui.theme import open_theme
from tui.widgets.span_lines import SpanText

SIZE = Size(80, 24)


class OneText(App[None]):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        theme = open_theme("dark", folder)
        self.register_theme(theme)
        self.theme = theme.name

    def compose(self) -> ComposeResult:
        yield SpanText([[("one", "")]])


def height(text: SpanText) -> int:
    return int(text._get_box_model(SIZE, SIZE, Fraction(80), Fraction(24)).height)


async def test_lines_that_come_while_a_layout_waits_are_counted(tmp_path: Path) -> None:
    app = OneText(tmp_path)
    async with app.run_test(size=SIZE):
        text = app.query_one(SpanText)
        found = []
        for count in (1, 2, 3, 2):
            text.show([[("line", "")]] * count)
            found.append(height(text))
    assert found == [1, 2, 3, 2]
