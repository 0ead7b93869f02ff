"""Write a document out: operations of modules to the others, and presets where they are used."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from .document import Document, Piece, merged
from .explain import Finding
from .words import found, nearest
from .yaml12 import TreePath

USE: Final = "use"
_MOST_NAMES: Final = 32


@dataclass
class Expansion:
    """A document on its way, with what was found to be wrong; each finding with the document it is about."""

    document: Document
    findings: list[tuple[Document, Finding]]

    def complain(self, path: TreePath, message: str, *, on_key: bool = False) -> None:
        """Note what is wrong at a path of the document as it is now."""
        self.findings.append((self.document, Finding(path, message, on_key=on_key)))


def expand(document: Document) -> Expansion:
    """Give the document as if everything had been written where it is used."""
    expansion = Expansion(document, [])
    for step in (_flatten_modules, _use_in_operations, _use_in_requests, _use_in_rules):
        step(expansion)
    return expansion


def _flatten_modules(expansion: Expansion) -> None:
    """Move the operations of each module to those of the connector, with the name of their module."""
    before, after = expansion.document, expansion.document.copy()
    for key, operation in _items(before.data.get("operations")):
        if isinstance(operation, dict) and "module" in operation:
            message = "an operation of a module stands below it, under modules.NAME.operations"
            expansion.complain(("operations", key, "module"), message, on_key=True)
    for name, module in _items(before.data.get("modules")):
        if not isinstance(module, dict) or "operations" not in module:
            continue
        operations = module["operations"]
        if not isinstance(operations, dict):
            expansion.complain(
                ("modules", name, "operations"), f"found {found(operations)}, expected a mapping"
            )
        for key, operation in _items(operations):
            _move(expansion, after, name, key, operation)
        after.data = {
            **after.data,
            "modules": {
                **after.data["modules"],
                name: {key: value for key, value in module.items() if key != "operations"},
            },
        }
    expansion.document = after


def _move(expansion: Expansion, after: Document, module: str, key: str, operation: Any) -> None:
    path: TreePath = ("modules", module, "operations", key)
    held = after.data.get("operations") or {}
    if not isinstance(held, dict):
        return
    if key in held:
        expansion.complain(path, f"another operation is called '{key}' already", on_key=True)
        return
    piece = expansion.document.piece(*path)
    if isinstance(operation, dict):
        piece = Piece(piece.document, piece.path, {**operation, "module": module})
    after.place(("operations", key), piece)


def _use_in_operations(expansion: Expansion) -> None:
    for name, _ in list(_items(expansion.document.data.get("operations"))):
        _take_in(expansion, ("operations", name), "operations")


def _use_in_requests(expansion: Expansion) -> None:
    for path in list(_requests(expansion.document.data)):
        _take_in(expansion, path, "requests")


def _requests(data: dict[str, Any]) -> Iterator[TreePath]:
    for name, operation in _items(data.get("operations")):
        if isinstance(operation, dict):
            yield ("operations", name, "request")
    for name, method in _items(data.get("auth")):
        if not isinstance(method, dict):
            continue
        yield from _login_requests(name, method)
        tests = method.get("test")
        for number, test in enumerate(tests if isinstance(tests, list) else ()):
            if isinstance(test, dict):
                yield ("auth", name, "test", number, "request")


def _login_requests(name: str, method: dict[str, Any]) -> Iterator[TreePath]:
    steps = method.get("steps")
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict):
            yield ("auth", name, "steps", number, "request")
    for key in ("request", "logout"):
        if key in method:
            yield ("auth", name, key)


def _take_in(expansion: Expansion, path: TreePath, kind: str) -> None:
    """Merge a mapping over the presets that it uses, from the first to the last."""
    document = expansion.document
    holder = document.piece(*path[:-1]).value
    value = holder.get(path[-1])
    if not isinstance(value, dict) or USE not in value:
        return
    own = document.piece(*path).without(USE)
    pieces = [
        piece
        for name in _names(expansion, path, value[USE])
        for piece in _preset(expansion, path, kind, name)
    ]
    current = own
    if pieces:
        current = pieces[0]
        for piece in (*pieces[1:], own):
            current = merged(current, piece)
    after = document.copy()
    after.place(path, current)
    expansion.document = after


def _use_in_rules(expansion: Expansion) -> None:
    data = expansion.document.data
    paths: list[TreePath] = [("errors",)]
    for section in ("modules", "operations"):
        paths += [
            (section, name, "errors") for name, one in _items(data.get(section)) if isinstance(one, dict)
        ]
    for path in paths:
        _take_in_rules(expansion, path)


def _take_in_rules(expansion: Expansion, path: TreePath) -> None:
    """Put the rules of a preset in place of the item that names it."""
    document = expansion.document
    rules = document.piece(*path[:-1]).value.get(path[-1])
    if not isinstance(rules, list) or not any(isinstance(rule, dict) and USE in rule for rule in rules):
        return
    pieces = [piece for number in range(len(rules)) for piece in _rules(expansion, (*path, number))]
    after = document.copy()
    after.place(path, Piece(document, path, [None] * len(pieces)))
    for known in [one for one in after.origins if len(one) > len(path) and one[: len(path)] == path]:
        del after.origins[known]
    for number, piece in enumerate(pieces):
        after.place((*path, number), piece)
    expansion.document = after


def _rules(expansion: Expansion, path: TreePath) -> list[Piece]:
    document = expansion.document
    item = document.piece(*path)
    if not isinstance(item.value, dict) or USE not in item.value:
        return [item]
    if len(item.value) > 1:
        expansion.complain(path, "an item that takes rules in has nothing beside `use`")
    lists = [
        piece
        for name in _names(expansion, path, item.value[USE])
        for piece in _preset(expansion, path, "errors", name)
    ]
    return [
        one.child(number) for one in lists if isinstance(one.value, list) for number in range(len(one.value))
    ]


def _names(expansion: Expansion, path: TreePath, used: Any) -> list[str]:
    names = used if isinstance(used, list) else [used]
    if len(names) > _MOST_NAMES:
        sentence = f"found {len(names)} names; at most {_MOST_NAMES} presets can be used in one place"
        expansion.complain((*path, USE), sentence)
        return []
    if all(isinstance(name, str) for name in names):
        return names
    expansion.complain(
        (*path, USE), f"found {found(used)}, expected the name of a preset, or a list of names"
    )
    return []


def _preset(expansion: Expansion, path: TreePath, kind: str, name: str) -> list[Piece]:
    """Give a preset, or nothing and say that there is none."""
    document = expansion.document
    presets = document.data.get("presets")
    known = dict(_items(presets.get(kind) if isinstance(presets, dict) else None))
    if name not in known:
        expansion.complain((*path, USE), f"there is no preset '{name}' of {kind}{nearest(name, known)}")
        return []
    piece = document.piece("presets", kind, name)
    if kind == "errors":
        return [piece]
    if not isinstance(piece.value, dict):
        return []
    if USE in piece.value:
        expansion.complain((*piece.path, USE), f"a preset of {kind} takes in no other")
    return [piece.without(USE)]


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
