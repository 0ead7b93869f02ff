"""Keep what is pasted from pressing keys.

A terminal puts a paste between two marks. An escape inside it would be read as the beginning of a key, and
what follows as keys, which do things; so does a mark for the end that was pasted along. Inside a paste an
escape becomes its picture, and the last mark of what arrives at once is the end.
"""

START = "\x1b[200~"
END = "\x1b[201~"
_PICTURE = "\u241b"


class PasteGuard:
    """Reads what a terminal sends, piece by piece, and gives it on with every paste made harmless."""

    def __init__(self) -> None:
        self._is_inside = False
        self._held = ""
        self._before = ""

    @property
    def is_inside(self) -> bool:
        """Whether a paste has begun and not ended."""
        return self._is_inside

    def take(self, text: str) -> str:
        """Give the next piece, harmless; what may be the beginning of a mark's rest is held back."""
        return self._inside(text) if self._is_inside else self._outside(text)

    def end(self) -> str:
        """Give the end of a paste that the terminal never ended."""
        held, self._held, self._is_inside = self._held, "", False
        return _harmless(held) + END

    def _outside(self, text: str) -> str:
        # The mark may have begun in the piece before, which was given on already.
        seen = self._before + text
        place = seen.find(START)
        if place < 0:
            self._before = seen[1 - len(START) :]
            return text
        done = place + len(START) - len(self._before)
        self._before, self._is_inside = "", True
        return text[:done] + self._inside(text[done:])

    def _inside(self, text: str) -> str:
        text = self._held + text
        place = text.rfind(END)
        if place < 0:
            kept = _begun(text)
            self._held = text[len(text) - kept :]
            return _harmless(text[: len(text) - kept])
        self._held, self._is_inside = "", False
        after = place + len(END)
        return _harmless(text[:place]) + END + self._outside(text[after:])


def _harmless(text: str) -> str:
    return text.replace("\x1b", _PICTURE)


def _begun(text: str) -> int:
    """Give how many characters at the end of a text may be the beginning of the end."""
    return next((count for count in range(len(END) - 1, 0, -1) if text.endswith(END[:count])), 0)
