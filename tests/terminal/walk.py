"""Go through the screens of a hostile home and look at every byte after each step."""

import re

from .hostile_home import HOSTILE
from .written_bytes import find_foreign

ESC = "\x1b"
# Textual takes an escape inside a paste for a key of its own, so that no field ever sees one.
# A paste into one line ends with its first line.
PASTED = re.sub("[\x00\x0b\x0c\x1b\x85]", "", HOSTILE) + " \x9b\u202e\x07."
TYPED = ("␇", "�", "⟨U+", "\\u0")

_KEY = re.compile(r"\x1b\[[0-9;]*[A-Za-z~]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+", re.DOTALL)


class Walk:
    """Goes through screens and looks at every byte after each step."""

    def __init__(self, app: object) -> None:
        self.app = app
        self._checked = 0

    def see(self, keys: str, *texts: str, gone: tuple[str, ...] = ()) -> str:
        """Press keys, wait for texts, and check all that was written meanwhile."""
        *before, last = _KEY.findall(keys) or [""]
        for key in before:
            self.app.send(key)
            self.app.wait_quiet(0.15)
        self.app.send(last)
        self.app.wait(*texts, gone=gone)
        shown = self.app.wait_quiet(0.2)
        self.check()
        return shown

    def paste(self, *texts: str, shown: bool = True) -> None:
        """Paste a hostile text into what has the focus and look at how it is shown, where it takes one."""
        begin = len(self.app.written)
        self.app.paste(PASTED)
        self.app.wait(*texts)
        self.app.wait_quiet(0.3)
        self.check()
        drawn = self.app.written[begin:].decode()
        assert not shown or any(one in drawn for one in TYPED), (
            f"what was pasted is not shown\n{self.app.screen()}"
        )

    def paste_escapes(self) -> None:
        """Paste a text with escape sequences; whatever comes of it, nothing of it reaches the terminal."""
        self.app.paste(HOSTILE)
        self.app.wait_quiet(0.3)
        self.check()

    def check(self) -> None:
        """Check every byte since the last time; a sequence is never cut, for the app has gone quiet."""
        written = self.app.written[self._checked :]
        self._checked += len(written)
        found = find_foreign(written)
        assert not found, f"{found[:5]}\n{self.app.screen()}"
