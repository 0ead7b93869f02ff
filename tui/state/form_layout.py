"""How a form lies on the screen: the widths that all its rows share, and the text around each input."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .cells import count_cells, filled, fitted, wrap
from .field import Field, FieldKind, option_labels
from .form import Form, folded_count
from .spans import Lines, Span

_WANTED: Final[dict[FieldKind, int]] = {
    "integer": 12,
    "number": 12,
    "date": 12,
    "datetime": 22,
    "duration": 12,
    "boolean": 8,
    "json": 36,
}
_TEXT: Final = 30
_WIDEST: Final = 48
_LABEL: Final = 22
_HELP: Final = 18
_HELP_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class FormWidths:
    """Cells for the label, the input, and the help beside it; help of 0 stands below instead."""

    label: int
    input: int
    help: int


def share_form(fields: Sequence[Field], width: int) -> FormWidths:
    """Give the widths that fit the longest label and input of a form into ``width``."""
    label = min(_LABEL, max((count_cells(one.title) for one in fields), default=0)) + 1
    wanted = min(_WIDEST, max((_wanted(one) for one in fields), default=_TEXT))
    room = max(16, width - label - 5)
    if not any(one.help for one in fields):
        return FormWidths(label, min(room, wanted), 0)
    beside = room - wanted - 2
    if beside < _HELP:
        wanted = max(16, room - _HELP - 2)
        beside = room - wanted - 2
    return FormWidths(label, wanted, max(0, beside))


def row_lines(
    field: Field, widths: FormWidths, error: str, *, required: bool, focused: bool, whole: bool = False
) -> Lines:
    """Give the text around one input: label and brackets in the first line, help beside, the error below.

    All of the help stands there while the input has the focus, or when ``whole`` says that there is room.
    """
    edge = "accent" if focused else "faint"
    tone = "bad" if error else "strong" if focused else ""
    label = fitted(field.title, widths.label - 1)
    first: list[Span] = [
        (f" {filled(label, widths.label)}", tone),
        ("[", edge),
        (" " * (widths.input + 1), ""),
    ]
    first += [("]", edge), ("  ", "")]
    helped = help_pieces(field, widths, required=required, whole=whole or focused)
    lines: list[list[Span]] = [[*first, *([(helped[0], "quiet")] if helped else [])]]
    lines += [[(" " * (widths.label + widths.input + 6), ""), (piece, "quiet")] for piece in helped[1:]]
    if error:
        lines.append([(" " * (widths.label + 3), ""), ("✗ ", "bad"), (error, "bad")])
    return list(lines)


def help_pieces(field: Field, widths: FormWidths, *, required: bool, whole: bool = False) -> list[str]:
    """Give the help of a field in lines, cut unless it is ``whole``; a required field says at least that."""
    text = field.help or ("required" if required else "")
    if not text or not widths.help:
        return []
    pieces = wrap(text, widths.help)
    if len(pieces) > _HELP_LINES and not whole:
        last = fitted(f"{pieces[_HELP_LINES - 1]}…", widths.help)
        pieces = [*pieces[: _HELP_LINES - 1], last]
    return pieces


def fold_spans(form: Form, *, focused: bool) -> list[Span]:
    """Give the line that folds and unfolds the advanced fields."""
    count = folded_count(form)
    glyph = "▾" if form.unfolded else "▸"
    word = "field" if count == 1 else "fields"
    tone = "strong" if focused else "quiet"
    return [
        (f" {glyph} {count} more {word}", tone),
        ("  ⏎ " + ("folds" if form.unfolded else "unfolds"), "quiet"),
    ]


def _wanted(field: Field) -> int:
    if field.kind in ("choice", "boolean"):
        return max(8, *(count_cells(label) for label in option_labels(field))) + 3
    shown = len(field.default) + 1 if isinstance(field.default, str) else 0
    return max(_WANTED.get(field.kind, _TEXT), shown)
