"""Read a JMESPath expression once: what it takes from the scope, and how it is evaluated."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ..errors import TemplateError

if TYPE_CHECKING:
    from .functions import Functions

Path = tuple[str, ...]

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; ``plain`` is set when it is only a path of names.

    ``mentions`` are the paths it reads; the empty path stands for the whole scope.
    """

    text: str
    mentions: frozenset[Path]
    plain: Path | None
    tree: Mapping[str, Any]

    def search(self, scope: Any, functions: "Functions") -> Any:
        """Evaluate it; what the scope does not have is null."""
        from jmespath import Options
        from jmespath.visitor import TreeInterpreter

        tree: Any = self.tree
        return TreeInterpreter(Options(custom_functions=functions)).visit(tree, scope)


@lru_cache(maxsize=4096)
def read_expression(text: str) -> Expression:
    """Compile an expression.

    Raises:
        TemplateError: when it is not JMESPath; says what to write instead where that is known.
    """
    if _PLAIN.fullmatch(text):
        path = tuple(text.split("."))
        return Expression(text, frozenset({path}), path, {"type": "field", "value": path[0]})
    tree = _parse(text)
    return Expression(text, frozenset(_paths(tree)), None, tree)


def nodes(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every node of a syntax tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(child for child in node.get("children", ()) if isinstance(child, dict))


def walk(value: Any, path: Path) -> Any:
    """Follow a path of names; what is not there is null."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _parse(text: str) -> Mapping[str, Any]:
    from jmespath.exceptions import JMESPathError
    from jmespath.parser import Parser

    from .traps import check_literals, explain_syntax

    check_literals(text)
    try:
        tree: Mapping[str, Any] = Parser().parse(text).parsed
    except RecursionError:
        raise TemplateError("the expression is nested too deeply") from None
    except (JMESPathError, ValueError) as error:
        raise explain_syntax(text, error) from None
    return tree


def _paths(node: Mapping[str, Any]) -> set[Path]:
    """Collect what is read from the scope; what follows a dot, a pipe or a projection reads what is left."""
    kind = node["type"]
    if kind == "field":
        return {(node["value"],)}
    if kind in {"current", "identity"}:
        return {()}
    if kind == "subexpression":
        return _dotted(node)
    if kind in _READS_LEFT:
        return _paths(node["children"][0])
    if kind in {"literal", "expref"}:
        return set()
    return {path for child in node["children"] for path in _paths(child)}


_READS_LEFT: Final = frozenset(
    {"pipe", "projection", "value_projection", "filter_projection", "index_expression", "flatten"}
)


def _dotted(node: Mapping[str, Any]) -> set[Path]:
    first, *others = node["children"]
    found = _paths(first)
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
