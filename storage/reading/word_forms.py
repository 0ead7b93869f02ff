"""The other number of an English word, so that who looks for messages finds "Post a message" too."""

from dataclasses import dataclass
from typing import Final

_SHORTEST: Final = 4
_ALIKE: Final = frozenset({"news"})
_ADDED_ES: Final = ("ses", "xes", "zes", "ches", "shes")


@dataclass(frozen=True, slots=True)
class WordForms:
    """A word that is looked for: what begins so fits, and whole words that are its other number."""

    beginning: str
    others: tuple[str, ...] = ()

    def fit(self, spaced: str) -> bool:
        """Tell whether one is in a text in lower case whose words have one space before and after them."""
        return f" {self.beginning}" in spaced or any(f" {other} " in spaced for other in self.others)


def other_number(word: str) -> tuple[str, ...]:
    """Give what may be the singular of a plural, or a plural that does not begin with the singular."""
    if len(word) < _SHORTEST or word in _ALIKE:
        return ()
    if word.endswith("ies"):
        return (f"{word[:-3]}y",)
    if word.endswith("y"):
        return (f"{word[:-1]}ies",)
    if word.endswith(_ADDED_ES):
        return word[:-1], word[:-2]
    return (word[:-1],) if word.endswith("s") and not word.endswith("ss") else ()
