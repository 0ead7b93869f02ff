"""A widget that draws lines of toned text; everything drawn goes through the sanitizer."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from ..keys import spell
from ..sanitize import sanitize
from ..state.spans import Spans


class Tones:
    """The styles of one widget: each tone of the theme on one background."""

    def __init__(self, tones: dict[str, Style], background: Style) -> None:
        self._tones = tones
        self._background = background
        self._made: dict[str, Style] = {}

    def __getitem__(self, tone: str) -> Style:
        if tone not in self._made:
            said = self._tones.get(tone, self._tones[""])
            # Reversed, the colour of a tone would be a patch behind its text.
            reverse = self._background.reverse
            self._made[tone] = said + self._background if reverse else self._background + said
        return self._made[tone]


def strip_of(spans: Spans, width: int, tones: Tones) -> Strip:
    """Draw one line filled to exactly ``width`` cells, or cut to them with ``…`` at its end."""
    segments: list[Segment] = []
    used = 0
    for index, (text, tone) in enumerate(spans):
        safe = sanitize(text, newlines=False)
        cells = len(safe) if safe.isascii() else cell_len(safe)
        left_out = ""
        if used + cells > width:
            whole, safe, cells = safe, set_cell_size(safe, width - used), width - used
            left_out = whole[len(safe) :]
        bare = safe.lstrip(" ")
        if bare and bare is not safe:
            # Pictures of the screen trim blanks at the start of a piece of text, so they stand apart.
            segments.append(Segment(safe[: len(safe) - len(bare)], tones[tone]))
            safe = bare
        segments.append(Segment(safe, tones[tone]))
        used += cells
        if used >= width:
            if width > 1 and any(
                text.strip() for text in (left_out, *(text for text, _ in spans[index + 1 :]))
            ):
                return Strip([*Strip(segments, width).crop(0, width - 1), Segment("…", tones[tone])], width)
            break
    if used < width:
        segments.append(Segment(" " * (width - used), tones[""]))
    return Strip(segments, width)


def fit(text: str, width: int, align: str = "left") -> str:
    """Give ``text`` in exactly ``width`` cells, cut with ``…`` when it is longer."""
    safe = sanitize(text, newlines=False)
    cells = len(safe) if safe.isascii() else cell_len(safe)
    if cells > width:
        return set_cell_size(safe, width - 1) + "…" if width > 1 else set_cell_size(safe, width)
    padding = " " * (width - cells)
    return padding + safe if align == "right" else safe + padding


def differing_cells(old: Spans, new: Spans) -> tuple[int, int]:
    """Give where two lines begin to differ, and where both are blank or the same again."""
    one, other = _letters(old), _letters(new)
    same = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    begin = _width(one[: min(len(one), len(other)) if same is None else same])
    widths = _width(one), _width(other)
    if widths[0] != widths[1]:
        return begin, max(widths)
    pairs = zip(reversed(one), reversed(other), strict=False)
    tail = next((at for at, pair in enumerate(pairs) if pair[0] != pair[1]), 0)
    return begin, widths[0] - _width(one[len(one) - tail :])


def _letters(spans: Spans) -> list[tuple[str, str]]:
    return [(letter, tone) for text, tone in spans for letter in sanitize(text, newlines=False)]


def _width(letters: Sequence[tuple[str, str]]) -> int:
    return cell_len("".join(letter for letter, _ in letters))


class SpanLines(Widget):
    """Draws the lines that `line` gives, one for each row of its height."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._tones: dict[str, Tones] = {}

    def line(self, y: int) -> Spans:
        """Give what row ``y`` says."""
        raise NotImplementedError

    def tones(self, background: str = "") -> Tones:
        """Give the styles on the widget's background, or on a colour of the theme."""
        if background not in self._tones:
            base = self.rich_style
            if background:
                base += _theme_ground(self, background)
            self._tones[background] = Tones(_theme_tones(self), base)
        return self._tones[background]

    def render_line(self, y: int) -> Strip:
        """Draw one row."""
        return strip_of(self.spelled(self.line(y)), self.size.width, self.tones())

    def spelled(self, spans: Spans) -> Spans:
        """Give a line as this terminal can draw it: where it has no glyphs for keys, their names."""
        if not getattr(self.app, "spells_keys", False):
            return spans
        return [(spell(text) if tone == "key" or "⏎" in text else text, tone) for text, tone in spans]

    def notify_style_update(self) -> None:
        """Forget the styles made for another theme."""
        super().notify_style_update()
        self._tones.clear()


def _theme_tones(widget: Widget) -> dict[str, Style]:
    from ..theme import build_tones

    return build_tones(widget.app.theme_variables)


def _theme_ground(widget: Widget, name: str) -> Style:
    from ..theme import build_ground

    return build_ground(widget.app.theme_variables, name)


class SpanText(SpanLines, can_focus=False):
    """A block of lines that is given, and scrolls by whole lines when it is higher than its place."""

    DEFAULT_CSS = "SpanText { height: auto; }"

    def __init__(
        self,
        lines: Sequence[Spans] = (),
        *,
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: list[Spans] = list(lines)
        self._top = 0

    @property
    def lines(self) -> Sequence[Spans]:
        """What is shown."""
        return tuple(self._lines)

    def show(self, lines: Sequence[Spans]) -> None:
        """Show other lines, from the first."""
        if list(lines) == self._lines:
            return
        before, was_at = self._lines, self._top
        self._lines, self._top = list(lines), 0
        if len(lines) != len(before) or was_at:
            is_higher = self.styles.is_auto_height and len(lines) != len(before)
            # While a layout waits, Textual counts no second one and would keep what it measured meanwhile.
            self._layout_updates += is_higher
            self.refresh(layout=is_higher)
            return
        for y, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new and y < self.size.height:
                begin, end = differing_cells(self.spelled(old), self.spelled(new))
                # A line that is cut ends with an ellipsis, which may stand before what differs.
                begin, end = max(0, min(begin, self.size.width - 2)), min(end, self.size.width)
                if begin < end:
                    self.refresh(Region(begin, y, end - begin, 1))

    def scroll_lines(self, count: int) -> None:
        """Move by ``count`` lines, within what there is."""
        top = max(0, min(self._top + count, len(self._lines) - self.size.height))
        if top != self._top:
            self._top = top
            self.refresh()

    def line(self, y: int) -> Spans:
        """Give line ``y`` from the top."""
        index = y + self._top
        return self._lines[index] if index < len(self._lines) else ()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Give as many rows as there are lines."""
        return len(self._lines)

    def on_mouse_scroll_down(self) -> None:
        """Scroll with the wheel."""
        self.scroll_lines(3)

    def on_mouse_scroll_up(self) -> None:
        """Scroll with the wheel."""
        self.scroll_lines(-3)
