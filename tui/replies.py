"""Take out what a terminal answers to questions that this app did not ask.

A program that ran before may have asked, and over a slow line the answer comes late. Whoever reads keys would
take it for an escape and letters, and the letters do things.
"""

import re

_LONGEST = 200
# What it is, which versions and modes it has (CSI ? … c, u, n), and its colours and names (OSC, DCS, APC).
_REPLY = re.compile(
    r"\x1b\[[?>=][0-9;]*[cun]"
    r"|\x1b\[[0-9;]+n"
    r"|\x1b\][0-9][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[P_^][0-9>!A-Z][^\x1b]*\x1b\\"
)
# Nobody types such a beginning; keys and the mouse have others.
_BEGUN = re.compile(r"\x1b(?:\[[?>=][0-9;]*|\][0-9][^\x07\x1b]*\x1b?|[P_^][0-9>!A-Z][^\x1b]*\x1b?)\Z")


# No answer has a control character inside: what follows one of these is a key, and the answer was cut.
_CUT = re.compile(r"\x1b(?:\][0-9]|[P_^][0-9>!A-Z])[^\x00-\x1f]*(?=[\x00-\x06\x08-\x1a\x1c-\x1f]|\x1b[^\\])")


class Replies:
    """Reads what a terminal sends, piece by piece, and gives it on without answers, however they are cut."""

    def __init__(self) -> None:
        self._held = ""

    @property
    def is_holding(self) -> bool:
        """Whether an answer has begun and not ended."""
        return bool(self._held)

    def drop(self) -> None:
        """Forget an answer whose end does not come: the next keys are keys again."""
        self._held = ""

    def take(self, text: str) -> str:
        """Give the next piece without answers; one that has only begun is held back."""
        text = _REPLY.sub("", self._held + text)
        if self._held:
            text = _CUT.sub("", text)
        begun = _BEGUN.search(text)
        if begun is None or len(begun[0]) > _LONGEST:
            self._held = ""
            return text
        self._held = begun[0]
        return text[: begun.start()]
