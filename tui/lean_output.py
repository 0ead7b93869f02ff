"""Leave out what a terminal is told twice: a style that is set already, a colour that stays the same.

Every piece of text comes with its whole style and a reset behind it; over a slow line that is most of what
is written.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

_STYLE: Final = re.compile(r"\x1b\[([0-9;]*)m")
_CODES: Final = re.compile(r"([34]8);(?:5;\d+|2;\d+;\d+;\d+)(?=;|$)|\d+")
_RESET: Final = "\x1b[0m"
_ENDS: Final = frozenset({"", "0"})
_UNSEEN: Final = frozenset({"1", "2", "3"})


class _Style(NamedTuple):
    """What a style sets after a reset: attributes such as bold, text colour, ground; empty for the usual."""

    attributes: tuple[str, ...] = ()
    text: str = ""
    ground: str = ""


_PLAIN: Final = _Style()
Known = _Style | None


def lean(data: str) -> str:
    """Give what looks the same on a terminal, in fewer bytes."""
    if data.count(_RESET) < 2:
        return data
    kept: list[str] = []
    now: Known = None
    is_first, was_reset = True, False
    pieces = _STYLE.split(data)
    for place in range(1, len(pieces), 2):
        text, style, drawn = pieces[place - 1 : place + 2]
        if text and was_reset:
            kept.append(_RESET)
            now, was_reset = _PLAIN, False
        kept.append(text)
        if style in _ENDS:
            was_reset = now != _PLAIN
        elif was_reset or now == _PLAIN:
            is_blank = not drawn.strip(" ") and pieces[place + 2 : place + 3] in (["0"], [""])
            said, now = _step(now, style, is_blank=is_blank)
            kept.append(said)
            was_reset = False
        else:
            kept.append(f"\x1b[{style}m")
            now = _read(style) if is_first else None
        is_first = False
    if was_reset and pieces[-1]:
        kept.append(_RESET)
        was_reset = False
    kept.append(pieces[-1])
    if was_reset:
        kept.append(_RESET)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _step(now: Known, then: str, *, is_blank: bool) -> tuple[str, Known]:
    """Give what leads from one style to another as if there were a reset between them, and where it leads."""
    after = _read(then)
    if (
        now is not None
        and after is not None
        and is_blank
        and _UNSEEN.issuperset(now.attributes + after.attributes)
    ):
        after = now._replace(ground=after.ground)
    if now is None or after is None or _ends_something(now, after):
        return f"{_RESET if now != _PLAIN else ''}\x1b[{then}m", _read(then)
    codes = [code for code in after.attributes if code not in now.attributes]
    codes += [new for old, new in zip(now[1:], after[1:], strict=True) if new != old]
    return f"\x1b[{';'.join(codes)}m" if codes else "", after


def _ends_something(before: _Style, after: _Style) -> bool:
    """Tell whether something was set that only a reset can end."""
    ended = set(before.attributes) - set(after.attributes)
    return bool(ended or (before.text and not after.text) or (before.ground and not after.ground))


@lru_cache(maxsize=1024)
def _read(style: str) -> Known:
    """Give the parts of a style; nothing when one of them is not known."""
    attributes, text, ground, place = [], "", "", 0
    while place < len(style):
        found = _CODES.match(style, place)
        if found is None:
            return None
        code, number = found[0], int(found[1] or found[0])
        if 1 <= number <= 9:
            attributes.append(code)
        elif 30 <= number <= 38 or 90 <= number <= 97:
            text = code
        elif 40 <= number <= 48 or 100 <= number <= 107:
            ground = code
        else:
            return None
        place = found.end() + 1
    return _Style(tuple(attributes), text, ground)
