"""Every key of the app in one table: where it counts, what it does, and what help says about it.

A screen's context lies inside ``app``, a widget's (``list``, ``body`` …) inside its screen's. What an inner
context takes from an outer one stands in `TAKEN`. The key of id ``connections.test`` runs ``do_test`` of the
screen whose context is ``connections``. ``keymap.toml`` in the config folder gives other keys by id::

    preset = "vim"

    [keys]
    "connections.test" = "t,f5"
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .toml_file import TomlFile, read_toml

NAMES = {
    "colon": ":", "slash": "/", "question_mark": "?", "minus": "-", "comma": ",",
    "left_square_bracket": "[", "right_square_bracket": "]", "less_than_sign": "<",
    "greater_than_sign": ">", "enter": "⏎", "escape": "esc", "pageup": "pgup", "pagedown": "pgdn",
    "up": "↑", "down": "↓", "left": "←", "right": "→", "shift+tab": "⇧tab", "vertical_line": "|",
    "apostrophe": "'",
}  # fmt: skip

_SPELLED = {"⏎": "enter", "⇧": "shift+", "↑↓": "up/down", "↑": "up", "↓": "down", "←": "left", "→": "right"}


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that can be done in one context; ``keys`` are Textual's names with commas between.

    ``short`` is its word in the key bar. ``acts`` says that it changes something: a paste does not run it.
    """

    context: str
    name: str
    keys: str
    help: str
    short: str = ""
    acts: bool = False

    @property
    def id(self) -> str:
        """The name that ``keymap.toml`` uses."""
        return f"{self.context}.{self.name}"


KEYS: tuple[Key, ...] = (
    Key("app", "connections", "1", "connections"),
    Key("app", "catalog", "2", "the catalog of connectors"),
    Key("app", "new_connection", "4", "set up a new connection"),
    Key("app", "run", "5", "run one action by hand"),
    Key("app", "operations", "6", "what happened: the log of operations"),
    Key("app", "authentications", "9", "the workspace: authentications, apps, certificates, secrets"),
    Key("app", "project", "f7", "go on in another project"),
    Key("app", "doctor", "0,f12", "what is installed, where things are, what is wrong"),
    Key(
        "app",
        "command",
        "colon",
        "type a command: conn, cat, new, run, ops, auth, apps, certs, secrets, doctor, project, arm, quit",
        ":",
    ),
    Key("app", "filter", "slash", "filter or search what is shown", "filter"),
    Key("app", "help", "question_mark,f1", "everything that can be done here", "all"),
    Key("app", "palette", "ctrl+p", "find any screen, connection or action by name"),
    Key("app", "jump", "apostrophe,f3", "labels on all rows and fields in sight; typing one goes there"),
    Key("app", "back", "escape", "close, or go back", "back"),
    Key("app", "last", "minus", "the last view"),
    Key("app", "earlier", "left_square_bracket", "one view back in the history"),
    Key("app", "later", "right_square_bracket", "one view forward in the history"),
    Key("app", "next_pane", "tab", "the next pane"),
    Key("app", "previous_pane", "shift+tab", "the pane before"),
    Key("app", "copy", "y", "copy what the second key says", "copy"),
    Key("app", "split", "z", "more or less room for the detail"),
    Key("app", "refresh", "r", "read again"),
    Key("app", "arm", "A,f9", "arm a production project for this session, or disarm it"),
    Key("app", "mouse", "f2", "mouse off, so that the terminal can select; again: on"),
    Key("app", "dump", "ctrl+l", "the screen as plain text, to select and copy from"),
    Key("app", "interrupt", "ctrl+c", "stop what runs here"),
    Key("app", "quit", "q", "back; from the first view: quit, leave the app", "quit"),
    Key("app", "quit_now", "ctrl+q", "quit, leave the app from anywhere"),
    Key("list", "down", "j,down", "one line down"),
    Key("list", "up", "k,up", "one line up"),
    Key("list", "first", "g,home", "the first line"),
    Key("list", "last", "G,end", "the last line"),
    Key("list", "half_down", "ctrl+d", "half a page down"),
    Key("list", "half_up", "ctrl+u", "half a page up"),
    Key("list", "page_down", "pagedown,ctrl+f", "a page down"),
    Key("list", "page_up", "pageup,ctrl+b", "a page up"),
    Key("list", "open", "enter", "open", "open"),
    Key("list", "mark", "space", "mark or unmark"),
    Key("connections", "new", "n", "set up a new connection", "new"),
    Key("connections", "test", "t", "test the connection, stage by stage", "test", acts=True),
    Key("connections", "sign_in", "a", "sign in again, or replace the credentials", "sign in"),
    Key("connections", "operations", "o", "what this connection did"),
    Key("connections", "suspend", "p", "suspend, or resume", acts=True),
    Key("connections", "lock", "L", "lock against edits with a reason, or unlock", acts=True),
    Key("connections", "delete", "D", "delete, after its name is typed", acts=True),
    Key("connections", "restore", "u", "bring back what was deleted last", acts=True),
    Key("connections", "export", "x", "these connections, or the marked ones, into a JSON file"),
    Key("connections", "sort", "comma", "sort by the next column"),
    Key("authentications", "new", "n", "set up a connection, with credentials of its own", "new"),
    Key("authentications", "sign_in", "a", "sign in at the provider, or sign in again", "sign in"),
    Key("authentications", "refresh_now", "T", "refresh the tokens now", "refresh", acts=True),
    Key("authentications", "refresh_due", "E", "refresh all that expires in 24 h", "refresh 24 h", acts=True),
    Key("authentications", "users", "c", "the connections that use it", "connections"),
    Key("authentications", "operations", "o", "what was asked of the provider for it"),
    Key("authentications", "sign_out", "S", "sign out: revoke the tokens and forget them", acts=True),
    Key("authentications", "delete", "D", "delete, after its name is typed", acts=True),
    Key("authentications", "sort", "comma", "sort by the next column"),
    Key("authentications", "next_tab", "right", "the next tab of the workspace", "tabs"),
    Key("authentications", "previous_tab", "left", "the tab before"),
    Key("apps", "new", "n", "keep a client that is registered at a provider", "new"),
    Key("apps", "edit", "e", "replace its id or its secrets, as when one was rotated", "edit"),
    Key("apps", "users", "c", "the authentications that were made with it", "used by"),
    Key("apps", "delete", "D", "delete, after its name is typed", "delete", acts=True),
    Key("apps", "sort", "comma", "sort by the next column"),
    Key("apps", "next_tab", "right", "the next tab of the workspace", "tabs"),
    Key("apps", "previous_tab", "left", "the tab before"),
    Key("certificates", "new", "n", "keep a certificate and its key, from files", "new"),
    Key("certificates", "edit", "e", "replace it by a new one: connections go on showing it", "replace"),
    Key("certificates", "users", "c", "the connections that show it", "used by"),
    Key("certificates", "delete", "D", "delete, after its name is typed", "delete", acts=True),
    Key("certificates", "sort", "comma", "sort by the next column"),
    Key("certificates", "next_tab", "right", "the next tab of the workspace", "tabs"),
    Key("certificates", "previous_tab", "left", "the tab before"),
    Key(
        "secrets", "reveal", "s", "show its value for a short time; Operations tells of it", "show", acts=True
    ),
    Key("secrets", "operations", "o", "when it was shown, and to whom", "when shown"),
    Key("secrets", "sort", "comma", "sort by the next column", "sort"),
    Key("secrets", "next_tab", "right", "the next tab of the workspace", "tabs"),
    Key("secrets", "previous_tab", "left", "the tab before"),
    Key("catalog", "new", "n", "set up a connection of this connector", "new connection"),
    Key("catalog", "sort", "comma", "sort by the next column", "sort"),
    Key("catalog", "facets", "f", "narrow by type, category, sign-in, capability; again: the list", "narrow"),
    Key("connector", "new", "n,c", "set up a connection of this connector", "new connection"),
    Key("connector", "run", "R", "run the operation under the cursor with a connection", "run"),
    Key("connector", "next_tab", "right", "the next tab", "tabs"),
    Key("connector", "previous_tab", "left", "the tab before"),
    Key("operations", "next_error", "e", "the next one that failed", "next error"),
    Key("operations", "previous_error", "E", "the one before that failed"),
    Key("operations", "next_same", "o", "the next one of the same operation"),
    Key("operations", "previous_same", "O", "the one before of the same operation"),
    Key("operations", "next_retry", "w", "the next one that was tried again, or met a limit"),
    Key("operations", "previous_retry", "W", "the one before that was tried again, or met a limit"),
    Key("operations", "next_slow", "s", "the next slow one: more than a second"),
    Key("operations", "previous_slow", "S", "the slow one before"),
    Key("operations", "follow", "F", "follow what happens, or hold still", "follow"),
    Key("operations", "histogram", "i", "show or hide the histogram"),
    Key("operations", "run_again", "R", "open Run with the same operation"),
    Key("operations", "export", "x", "this operation with its requests into a JSON file"),
    Key("exchange", "next_tab", "right", "the next tab"),
    Key("exchange", "previous_tab", "left", "the tab before"),
    Key("exchange", "next_exchange", "J", "the next request of this operation", "next request"),
    Key("exchange", "previous_exchange", "K", "the request before"),
    Key("exchange", "run_again", "R", "open Run with the same operation"),
    Key("exchange", "export", "x", "this operation with its requests into a JSON file"),
    Key("new_connection", "go_on", "enter", "go on; on the test page: save", "go on", acts=True),
    Key("new_connection", "test_again", "R", "test again from the first stage", "test again", acts=True),
    Key("new_connection", "repeat", "r", "repeat the stage under the cursor", "repeat stage", acts=True),
    Key("new_connection", "mend", "m", "to the page where what failed can be mended", "mend it"),
    Key("new_connection", "log", "l", "the requests of the test, with their answers", "requests"),
    Key("run", "send", "ctrl+j,f5,ctrl+r", "run the operation with this input", "run", acts=True),
    Key("run", "json", "ctrl+t", "the input as raw JSON, or as a form again", "raw JSON"),
    Key("run", "input", "i", "back to the input, to the field that a failure names", "input"),
    Key("run", "again", "R", "run the same again", "run again", acts=True),
    Key("run", "export", "x", "the records, or a download, into a file", "export"),
    Key("run", "operation", "o", "this operation in Operations, with every request", "operation"),
    Key("result", "next_view", "tab", "table, JSON, raw", "table/json/raw"),
    Key("result", "earlier_columns", "left,h", "columns further left"),
    Key("result", "later_columns", "right,l", "columns further right"),
    Key("result", "next_match", "n", "the next match of the search", "next match"),
    Key("result", "previous_match", "N", "the match before"),
    Key("body", "wrap", "W", "wrap long lines, or cut them", "wrap"),
    Key("body", "next_match", "n", "the next match of the search", "next match"),
    Key("body", "previous_match", "N", "the match before"),
    Key("body", "raw", "p", "as it came, or pretty", "raw"),
    Key("body", "hex", "h", "as hexadecimal bytes, or as text", "hex"),
    Key("body", "fold", "z", "fold the block around the cursor in JSON, or show it again", "fold"),
    Key("body", "fold_all", "Z", "fold the outer blocks of JSON, or show everything"),
    Key("body", "hidden", "u", "show hidden characters: blanks, tabs and line ends"),
)

# Where the contexts of widgets are used; every screen's lies inside ``app``.
INSIDE: Mapping[str, tuple[str, ...]] = {
    "list": (
        "connections", "authentications", "apps", "certificates", "secrets", "catalog", "connector",
        "operations", "new_connection", "run",
    ),
    "body": ("exchange", "connector", "doctor", "run"),
    "result": ("run",),
}  # fmt: skip

# What a context takes from the ones around it on purpose: (inner context, key).
TAKEN: frozenset[tuple[str, str]] = frozenset(
    {("list", "enter"), ("new_connection", "r"), ("result", "tab"), ("body", "z"), ("body", "n")}
)

_PRESETS: Mapping[str, Mapping[str, str]] = {
    "default": {},
    "vim": {"app.earlier": "ctrl+o,left_square_bracket"},
    "emacs": {
        "list.down": "ctrl+n,down",
        "list.up": "up",
        "list.page_down": "ctrl+v,pagedown",
        "app.back": "escape,ctrl+g",
    },
}


class KeymapError(ValueError):
    """The file ``keymap.toml`` cannot be used; the message names the place."""


def keys_of(context: str) -> Iterator[Key]:
    """Give the keys of one context, in the order of help."""
    return (key for key in KEYS if key.context == context)


def shown(keys: str) -> str:
    """Give the first of some keys as people write it: ``ctrl+d`` is ``^d``, ``colon`` is ``:``."""
    first = keys.split(",", maxsplit=1)[0]
    if first in NAMES:
        return NAMES[first]
    return f"^{first.removeprefix('ctrl+')}" if first.startswith("ctrl+") else first


def spell(text: str) -> str:
    """Give a text about keys with their names in the place of glyphs, for terminals that have none."""
    for glyph, name in _SPELLED.items():
        text = text.replace(glyph, name)
    return text


_KEY = re.compile(r"\S{1,40}")


def read_keymap(path: Path) -> dict[str, str]:
    """Give the keys that ``keymap.toml`` changes, by id; an absent file changes none.

    Raises:
        KeymapError: the file is not TOML, names an unknown id or preset, or binds a key twice in one context.
    """
    file = read_toml(path, KeymapError)
    if file is None:
        return {}
    for name in file.data.keys() - {"preset", "keys"}:
        raise KeymapError(f"{file.at(name)}: {name!r} is not known; there are preset and keys")
    preset = _preset(file, file.data.get("preset", "default"))
    changes = {**preset, **_changed_keys(file, file.data.get("keys", {}))}
    _refuse_doubles(file, changes)
    return changes


def _preset(file: TomlFile, name: object) -> Mapping[str, str]:
    if not isinstance(name, str) or name not in _PRESETS:
        known = ", ".join(_PRESETS)
        raise KeymapError(f"{file.at('preset')}: preset: {name!r} is not known; there are {known}")
    return _PRESETS[name]


def _changed_keys(file: TomlFile, table: object) -> dict[str, str]:
    if not isinstance(table, dict):
        raise KeymapError(f"{file.at('keys')}: keys: must be a table of id = keys")
    known = {key.id for key in KEYS}
    for name, keys in table.items():
        where = f"{file.at('keys', name)}: keys"
        if name not in known:
            raise KeymapError(f"{where}: {name!r} is not the id of a key{_nearest(name, known)}")
        if not isinstance(keys, str) or not all(_KEY.fullmatch(key.strip()) for key in keys.split(",")):
            raise KeymapError(f"{where}: {name}: must be a text such as 't' or 'ctrl+t,f5'")
    return {
        name: ",".join(_textual_name(key.strip()) for key in keys.split(",")) for name, keys in table.items()
    }


def _nearest(name: str, known: Iterable[str]) -> str:
    """Give the question for the id that was most likely meant; nothing when none is near."""
    import difflib

    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _textual_name(key: str) -> str:
    names = {sign: name for name, sign in NAMES.items()}
    return names.get(key, f"ctrl+{key[1:]}" if len(key) > 1 and key.startswith("^") else key)


def _refuse_doubles(file: TomlFile, changes: Mapping[str, str]) -> None:
    for context, key, ids in find_doubles(changes):
        where = next(
            (file.at("keys", one) for one in ids if one in file.data.get("keys", {})), file.at("preset")
        )
        raise KeymapError(f"{where}: keys: {key!r} is bound twice in {context}: {' and '.join(ids)}")


def find_doubles(changes: Mapping[str, str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Give each key that one context binds twice, with the ids, once ``changes`` are applied."""
    bound: dict[tuple[str, str], list[str]] = {}
    for key in KEYS:
        for name in changes.get(key.id, key.keys).split(","):
            bound.setdefault((key.context, name), []).append(key.id)
    return ((context, name, tuple(ids)) for (context, name), ids in bound.items() if len(ids) > 1)
