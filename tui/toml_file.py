"""Read a TOML file of the config folder, and say in which line of it something stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_END = re.compile(r" \(at end of document\)$")
_TABLE = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"""\s*("(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[A-Za-z0-9_-]+))\s*[=.]""")


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file says."""

    path: Path
    text: str
    data: dict[str, Any]

    def at(self, *names: str) -> str:
        """Give ``file:line`` of a key, named with the table that it stands in; line 1 if it is not found."""
        found = (number for number, where in _keys(self.text) if where == names)
        return f"{self.path}:{next(found, 1)}"


def read_toml(path: Path, failure: type[ValueError]) -> TomlFile | None:
    """Give what a file says; nothing where there is none.

    Raises:
        failure: it is no file, or no TOML; names ``file:line:column``.
    """
    import tomllib

    try:
        if path.exists() and not path.is_file():
            raise failure(f"{path}: is not a file")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failure(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise failure(f"{path}:{line}: it is not UTF-8") from error
    try:
        return TomlFile(path, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise failure(f"{path}{_placed(str(error), text)}") from error


def _placed(said: str, text: str) -> str:
    """Move the place that the reader names behind its sentence before it."""
    if place := _PLACE.search(said):
        return f":{place[1]}:{place[2]}: {said[: place.start()]}"
    return f":{text.rstrip().count(chr(10)) + 1}: {_END.sub('', said)}, and the file ends"


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give each table and each key of a plain file with its line."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = (found["name"].strip("\"'"),)
            yield number, table
        elif found := _KEY.match(line):
            name = next(
                name for name in (found["double"], found["single"], found["bare"]) if name is not None
            )
            yield number, (*table, name)
