"""What the help list and the palette offer: keys with their words, places, connections."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..keys import Key, keys_of, shown
from .palette import Named
from .places import Place

_CONTEXT_TITLES = {"app": "everywhere", "list": "in the list", "body": "in the text"}


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """One line of help: the key, what it does, where, and why it cannot run now (empty when it can)."""

    keys: str
    help: str
    where: str
    reason: str
    run: Callable[[], object] | None


def key_entries(
    contexts: Sequence[str],
    reason_against: Callable[[str], str],
    run: Callable[[Key], object],
    keymap: dict[str, str],
    help_of: Callable[[Key], str] = lambda key: key.help,
) -> list[HelpEntry]:
    """Give one entry for each key of the contexts, innermost first."""
    entries = []
    for context in contexts:
        for key in keys_of(context):
            keys = "  ".join(shown(one) for one in keymap.get(key.id, key.keys).split(","))
            reason = reason_against(key.id)
            where = _CONTEXT_TITLES.get(context, "here")
            entries.append(HelpEntry(keys, help_of(key), where, reason, None if reason else _bound(run, key)))
    return entries


def place_entries(named: Iterable[Named], go: Callable[[Place], object]) -> list[HelpEntry]:
    """Give one entry for each named thing that can be opened."""
    return [HelpEntry("", one.name, one.kind, "", _bound(go, one.place)) for one in named]


def matching(entries: Sequence[HelpEntry], text: str) -> list[HelpEntry]:
    """Give the entries that hold every word, in their order."""
    words = text.lower().split()
    return [
        entry
        for entry in entries
        if all(word in f"{entry.keys} {entry.help} {entry.where}".lower() for word in words)
    ]


def _bound(function: Callable[..., object], value: object) -> Callable[[], object]:
    return lambda: function(value)
