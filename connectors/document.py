"""A document that is put together from several places, and knows of each value where it was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .format.shorthand import is_json_schema
from .source import Source
from .yaml12 import TreePath

_NAMES: Final = ("key", "name")
_SCHEMAS: Final = frozenset({"input", "output"})


@dataclass
class Document:
    """The data of a connector; ``origins`` says where values were written that stand elsewhere in it."""

    source: Source
    data: Any
    origins: dict[TreePath, tuple[Source, TreePath]] = field(default_factory=dict)

    def origin(self, path: TreePath) -> tuple[Source, TreePath]:
        """Give the source and the path in it at which a value was written."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.origins:
                source, at = self.origins[path[:length]]
                return source, (*at, *path[length:])
        return self.source, path

    def piece(self, *path: str | int) -> "Piece":
        """Give the value at a path."""
        value = self.data
        for step in path:
            value = value[step]
        return Piece(self, path, value)

    def place(self, path: TreePath, piece: "Piece") -> None:
        """Put a piece at a path, with what is known of where it comes from."""
        self.forget(path)
        self.data = _with(self.data, path, take(piece, self, path))

    def forget(self, path: TreePath) -> None:
        """Forget where the values below a path come from."""
        for known in [one for one in self.origins if one[: len(path)] == path]:
            del self.origins[known]

    def copy(self) -> "Document":
        """Give a document that can be changed without changing this one."""
        return Document(self.source, self.data, dict(self.origins))


@dataclass(frozen=True, slots=True)
class Piece:
    """A value of a document, and where it stands there."""

    document: Document
    path: TreePath
    value: Any

    def child(self, step: str | int) -> "Piece":
        """Give the value one step below."""
        return Piece(self.document, (*self.path, step), self.value[step])

    def without(self, *keys: str) -> "Piece":
        """Give the same mapping without some of its keys."""
        return replace(self, value={key: item for key, item in self.value.items() if key not in keys})


def merged(base: Piece, over: Piece) -> Piece:
    """Give ``base`` with ``over`` on top of it.

    Mappings merge by key, and null removes one. Lists whose items all have a `key`, or all a `name`, merge by
    it; other lists and values replace. A mapping of another `kind` replaces, too.
    """
    into = Document(over.document.source, None)
    return Piece(into, (), _merge(base, over, into, ()))


def take(piece: Piece, into: Document, at: TreePath) -> Any:
    """Note where a piece comes from that is put at ``at``, and give its value."""
    into.origins[at] = piece.document.origin(piece.path)
    depth = len(piece.path)
    for path, origin in list(piece.document.origins.items()):
        if len(path) > depth and path[:depth] == piece.path:
            into.origins[(*at, *path[depth:])] = origin
    return piece.value


def _merge(base: Piece, over: Piece, into: Document, at: TreePath) -> Any:
    if isinstance(base.value, dict) and isinstance(over.value, dict) and _alike(base.value, over.value, at):
        into.origins[at] = over.document.origin(over.path)
        return _merge_mappings(base, over, into, at)
    if isinstance(base.value, list) and isinstance(over.value, list):
        name = _shared_name(base.value, over.value)
        if name is not None:
            into.origins[at] = over.document.origin(over.path)
            return _merge_lists(base, over, name, into, at)
    return take(over, into, at)


def _merge_mappings(base: Piece, over: Piece, into: Document, at: TreePath) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key in base.value:
        where = (*at, key)
        if key not in over.value:
            result[key] = take(base.child(key), into, where)
        elif over.value[key] is not None:
            result[key] = _merge(base.child(key), over.child(key), into, where)
    for key in over.value:
        if key not in base.value:
            result[key] = take(over.child(key), into, (*at, key))
    return result


def _merge_lists(base: Piece, over: Piece, name: str, into: Document, at: TreePath) -> list[Any]:
    places = {item[name]: number for number, item in reversed(list(enumerate(over.value)))}
    used: set[int] = set()
    result: list[Any] = []
    for number, item in enumerate(base.value):
        where, one, place = (*at, len(result)), base.child(number), places.get(item[name])
        if place is None or place in used:
            result.append(take(one, into, where))
        else:
            used.add(place)
            result.append(_merge(one, over.child(place), into, where))
    for number in range(len(over.value)):
        if number not in used:
            result.append(take(over.child(number), into, (*at, len(result))))
    return result


def _shared_name(base: list[Any], over: list[Any]) -> str | None:
    """Give the key by which the items of both lists are known."""
    items = [*base, *over]
    if not base or not over or not all(isinstance(item, dict) for item in items):
        return None
    return next((name for name in _NAMES if all(isinstance(item.get(name), str) for item in items)), None)


def _alike(base: Mapping[str, Any], over: Mapping[str, Any], at: TreePath) -> bool:
    """Tell whether two mappings say the same kind of thing."""
    if "kind" in base and "kind" in over and base["kind"] != over["kind"]:
        return False
    return not at or at[-1] not in _SCHEMAS or is_json_schema(base) == is_json_schema(over)


def _with(data: Any, path: TreePath, value: Any) -> Any:
    """Give the data with another value at a path, changing nothing of what it was."""
    if not path:
        return value
    step = path[0]
    if isinstance(data, list):
        return [_with(item, path[1:], value) if number == step else item for number, item in enumerate(data)]
    held = data or {}
    return {**held, step: _with(held.get(step), path[1:], value)}
