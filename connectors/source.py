"""Read a connector's file or folder into one document that knows where each value stands.

A folder holds ``connector.yaml``; any top-level key may be a file of its own (``http.yaml``) or a folder,
whose files are the items (``operations/create-ticket.yaml``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from .errors import Problem
from .yaml12 import MAX_BYTES, Reading, Spot, TreePath, read_yaml

MAIN: Final = "connector.yaml"
SUFFIXES: Final = (".yaml", ".yml")
_BEGINNING: Final = "a connector begins with `schema: connect/1`"
LIST_KEYS: Final = frozenset({"inputs", "errors", "changelog", "tests"})


@dataclass(frozen=True)
class SourceFile:
    """One file and the path in the document that it fills."""

    path: Path
    text: str
    at: TreePath

    @cached_property
    def spots(self) -> dict[TreePath, Spot]:
        """Where each value stands; read again only when there is something to say about it."""
        return read_yaml(self.text, with_spots=True).spots


@dataclass
class Source:
    """The whole document of a connector."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    files: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def file_of(self, path: TreePath) -> SourceFile | None:
        """Give the file that a path of the document stands in."""
        above = [file for file in self.files if path[: len(file.at)] == file.at]
        best = max(above, key=lambda file: len(file.at), default=None)
        if best is None or best.at or not path:
            return best
        below = (file for file in self.files if file.at[: len(path)] == path)
        return next(below, best)

    def problem(
        self, path: TreePath, message: str, *, on_key: bool = False, offset: int | None = None
    ) -> Problem:
        """Describe a mistake at a path, or at a character of the text there."""
        file = self.file_of(path)
        if file is None:
            return Problem(self.path, 1, 1, shown_path(path), message)
        spot = _nearest_spot(file, path[len(file.at) :])
        line, column = _place(file, spot, self._text_at(path), offset, on_key=on_key)
        return Problem(file.path, line, column, shown_path(path), message)

    def _text_at(self, path: TreePath) -> str | None:
        value: Any = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value if isinstance(value, str) else None


def read_source(path: Path) -> Source:
    """Read a file or a folder; what is wrong is in ``problems``."""
    source = Source(path)
    if path.is_dir():
        _read_folder(source)
    else:
        _take_document(source, path)
    if not (source.data or source.problems):
        main = path / MAIN if path.is_dir() else path
        source.problems.append(Problem(main, 1, 1, "", "the file is empty; " + _BEGINNING))
    return source


def files_of(path: Path) -> list[Path]:
    """Give the files that a connector is read from: itself, or those of its folder that count."""
    if not path.is_dir():
        return [path]
    if not (path / MAIN).is_file():
        return []
    found: list[Path] = []
    for entry in sorted(path.iterdir()):
        if entry.name.startswith((".", "_")):
            continue
        below = sorted(entry.iterdir()) if entry.is_dir() else [entry]
        found += [file for file in below if file.suffix in SUFFIXES]
    return found


def shown_path(path: TreePath) -> str:
    """Write a path as people read it: ``operations.list-tickets.examples[0].input``."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else str(step)
    return shown


def _take_document(source: Source, path: Path) -> None:
    data = _read_file(source, path, ())
    if isinstance(data, dict):
        source.data = data
    elif data is not None and not source.problems:
        source.problems.append(Problem(path, 1, 1, "", "the file holds no mapping; " + _BEGINNING))


def _read_file(source: Source, path: Path, at: TreePath) -> Any:
    text = _read_text(source, path)
    if text is None:
        return None
    source.files.append(SourceFile(path, text, at))
    reading: Reading = read_yaml(text)
    for mistake in reading.mistakes:
        shown = shown_path((*at, *mistake.path))
        source.problems.append(Problem(path, mistake.line, mistake.column, shown, mistake.message))
    return reading.data


def _read_text(source: Source, path: Path) -> str | None:
    if path.exists() and not path.is_file():
        source.problems.append(Problem(path, 1, 1, "", "this is neither a file nor a folder"))
        return None
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        source.problems.append(Problem(path, 1, 1, "", f"the file cannot be read: {reason}"))
        return None
    if len(content) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB"
        source.problems.append(Problem(path, 1, 1, "", message))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        problem = Problem(path, before.count(b"\n") + 1, column, "", "the text is not UTF-8")
        source.problems.append(problem)
        return None


def _read_folder(source: Source) -> None:
    main = source.path / MAIN
    if not main.is_file():
        source.problems.append(Problem(main, 1, 1, "", f"a connector's folder holds a file {MAIN}"))
        return
    _take_document(source, main)
    for entry in sorted(source.path.iterdir()):
        if entry == main or entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            _read_section(source, entry)
        elif entry.suffix in SUFFIXES:
            _add(source, entry.stem, _read_file(source, entry, (entry.stem,)), entry)


def _read_section(source: Source, folder: Path) -> None:
    files = [entry for entry in sorted(folder.iterdir()) if entry.suffix in SUFFIXES and entry.is_file()]
    if not files:
        return
    key = folder.name
    if key in LIST_KEYS:
        items: Any = [_read_file(source, file, (key, number)) for number, file in enumerate(files)]
    else:
        items = {file.stem: _read_file(source, file, (key, file.stem)) for file in files}
    _add(source, key, items, folder)


def _add(source: Source, key: str, value: Any, where: Path) -> None:
    if key in source.data:
        message = f"`{key}` is here and in another file of the folder; keep one of them"
        source.problems.append(Problem(where, 1, 1, key, message))
        return
    source.data[key] = value


def _nearest_spot(file: SourceFile, path: TreePath) -> Spot | None:
    return next((file.spots[part] for part in _ancestors(path) if part in file.spots), None)


def _ancestors(path: TreePath) -> Iterator[TreePath]:
    for length in range(len(path), -1, -1):
        yield path[:length]


def _place(
    file: SourceFile, spot: Spot | None, value: str | None, offset: int | None, *, on_key: bool
) -> tuple[int, int]:
    if spot is None:
        return 1, 1
    if on_key:
        return spot.key
    if offset is None or value is None:
        return spot.value
    start = _index_in(file.text[spot.start : spot.end], value, offset)
    if start is None:
        return spot.value
    return _line_and_column(file.text, spot.start + start)


def _index_in(raw: str, value: str, offset: int) -> int | None:
    """Find a character of a value in the text it was written as; folded and escaped texts by their braces."""
    whole = raw.find(value)
    if whole != -1:
        return whole + offset
    place = -1
    for _ in range(value.count("{{", 0, offset)):
        place = raw.find("{{", place + 1)
        if place == -1:
            return None
    if place == -1:
        return None
    inside = value[value.rfind("{{", 0, offset) + 2 : offset]
    return place + 2 + (len(inside) if raw.startswith(inside, place + 2) else 0)


def _line_and_column(text: str, place: int) -> tuple[int, int]:
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
