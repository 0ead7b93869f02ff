"""Read a JMESPath expression once: what it takes from the scope, and how it is evaluated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ..errors import TemplateError
from .syntax_tree import TAKES_REFERENCE, Path, has_loose_reference, read_paths

if TYPE_CHECKING:
    from .functions import Functions

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
    try:
        tree = _parse(text)
        return Expression(text, frozenset(read_paths(tree)), None, tree)
    except RecursionError:
        raise TemplateError("the expression is nested too deeply") from None


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
    except (JMESPathError, ValueError) as error:
        raise explain_syntax(text, error) from None
    if has_loose_reference(tree):
        raise TemplateError(f"& stands only before an argument of {', '.join(TAKES_REFERENCE)}")
    return tree
