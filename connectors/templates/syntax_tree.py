"""The syntax tree of a JMESPath expression: its nodes, and the paths that it reads from the scope."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Path = tuple[str, ...]
TAKES_REFERENCE: Final = ("map", "max_by", "min_by", "sort_by")


def nodes(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every node of a syntax tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(child for child in node.get("children", ()) if isinstance(child, dict))


def has_loose_reference(tree: Mapping[str, Any]) -> bool:
    """Tell whether an expression is referred to (``&name``) where it would become a value."""
    loose = (
        child
        for node in nodes(tree)
        if node["type"] != "function_expression" or node["value"] not in TAKES_REFERENCE
        for child in node.get("children", ())
    )
    return tree["type"] == "expref" or any(
        isinstance(child, dict) and child["type"] == "expref" for child in loose
    )


def read_paths(node: Mapping[str, Any]) -> set[Path]:
    """Collect what is read from the scope; what follows a dot, a pipe or a projection reads what is left."""
    kind = node["type"]
    if kind == "field":
        return {(node["value"],)}
    if kind in {"current", "identity"}:
        return {()}
    if kind == "subexpression":
        return _dotted(node)
    if kind in _READS_LEFT:
        return read_paths(node["children"][0])
    if kind in {"literal", "expref"}:
        return set()
    return {path for child in node["children"] for path in read_paths(child)}


_READS_LEFT: Final = frozenset(
    {"pipe", "projection", "value_projection", "filter_projection", "index_expression", "flatten"}
)


def _dotted(node: Mapping[str, Any]) -> set[Path]:
    first, *others = node["children"]
    found = read_paths(first)
    if first["type"] not in {"field", "subexpression"} or not _is_names(first):
        return found
    names: list[str] = []
    for child in others:
        name = _first_name(child)
        if name is None:
            break
        names.append(name)
        if child["type"] != "field":
            break
    return {(*path, *names) for path in found}


def _first_name(node: Mapping[str, Any]) -> str | None:
    """Give the name that the right side of a dot begins with, as `list` in ``list[0]``."""
    while node["type"] in _READS_LEFT and node["type"] != "pipe":
        node = node["children"][0]
    return str(node["value"]) if node["type"] == "field" else None


def _is_names(node: Mapping[str, Any]) -> bool:
    if node["type"] == "field":
        return True
    return node["type"] == "subexpression" and all(_is_names(child) for child in node["children"])
