"""Draw with ASCII where the locale knows no more: every glyph of ours has a stand-in of its own width.

``LANG=C`` says that the terminal takes ASCII, another character set takes what it has. A locale that is not
named at all says nothing, and terminals without UTF-8 have become rare.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from rich.cells import get_character_cell_size

_ASCII = ("C", "POSIX")
_BEYOND = re.compile(r"[^\x00-\x7f]")
_STAND_INS = str.maketrans(
    "·…⏎–—✗•▲─━✓✔↓↑←→‖▌●▸▶◌○▾▼▪⟨⟩‹›“”‘’│┃█▇▆▅▄▃▂▁▀⇧◆═×⍽▢▣�",
    '.~<--x*!--vvv^<>=|*>>oovv*<><>""\'\'||##*+=-._"^*=x_ox?',
)


def find_charset(environ: Mapping[str, str] = os.environ) -> str:
    """Give the character set that the locale of an environment names; UTF-8 where it names none."""
    kind, lang = environ.get("LC_CTYPE"), environ.get("LANG", "")
    if lang in _ASCII and kind == "C.UTF-8":
        kind = lang  # Python sets it for itself where it finds the other (PEP 538)
    locale = environ.get("LC_ALL") or kind or lang
    name, _, charset = locale.partition("@")[0].partition(".")
    if charset:
        return charset.lower().replace("utf8", "utf-8")
    return "ascii" if name in _ASCII else "utf-8"


def lacks_keys(plain: Callable[[str], str] | None) -> bool:
    """Tell whether the glyphs of keys cannot be drawn; a stand-in of one character names no key."""
    return plain is not None and plain("⏎") != "⏎"


def build_plain(charset: str) -> Callable[[str], str] | None:
    """Give what makes a text drawable in a character set; nothing for UTF-8, where all is."""
    if charset == "utf-8":
        return None
    try:
        "".encode(charset)
    except LookupError:
        charset = "ascii"

    @lru_cache(maxsize=4096)
    def stand_in(char: str) -> str:
        try:
            char.encode(charset)
        except UnicodeEncodeError:
            return _stand_in(char)
        return char

    return lambda text: text if text.isascii() else _BEYOND.sub(lambda found: stand_in(found[0]), text)


def _stand_in(char: str) -> str:
    if ord(char) in _STAND_INS:
        return char.translate(_STAND_INS)
    if "\u2400" <= char <= "\u2421":
        return "^"
    if "\u2500" <= char <= "\u257f":
        return "+"
    base = unicodedata.normalize("NFKD", char)[0]
    width = get_character_cell_size(char)
    return base if width == 1 and base.isascii() and base.isprintable() else "?" * width
