"""Fill templates and evaluate expressions over a scope.

A scope is a plain dict of JSON values by root (``input``, ``var``, ``auth``, ``response`` …). Errors name the
expression and never a value, because a value may be a secret.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, final
from urllib.parse import quote

from ..errors import TemplateError
from .expression import Expression, read_expression, walk
from .scanner import Piece, scan

if TYPE_CHECKING:
    from .functions import Functions, Sources

Mentions = frozenset[tuple[str, ...]]
OnFilled = Callable[[Mentions, str], None]


@final
class Missing:
    """What a template gives that stands alone and is null."""

    def __repr__(self) -> str:
        return "MISSING"

    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def fill(
    value: Any,
    scope: Mapping[str, Any],
    on_filled: OnFilled | None = None,
    *,
    sources: "Sources | None" = None,
) -> Any:
    """Fill every template in a text, a list or a mapping.

    A text that is one template alone keeps the type of its value; when that is null, its key or item is left
    out (alone, it gives `MISSING`). ``on_filled`` hears the text of every filled template, of each expression
    in it and of each function's result, with the paths that were read.

    Raises:
        TemplateError: when an expression cannot be evaluated, or gives null or a list inside a longer text.
    """
    return _Filling(scope, on_filled, sources).fill(value)


def fill_path(
    text: str,
    scope: Mapping[str, Any],
    on_filled: OnFilled | None = None,
    *,
    sources: "Sources | None" = None,
) -> str:
    """Fill the path of a request, percent-encoding every value (RFC 3986, section 2.1).

    A template at the very start is a path or an address itself and stays as it is; so does what
    ``urlencode()`` gives.
    """
    return _Filling(scope, on_filled, sources).fill_path(text)


def evaluate(expression: str, scope: Any, *, sources: "Sources | None" = None) -> Any:
    """Give the value of one bare expression; what the scope does not have is null.

    Raises:
        TemplateError: when it cannot be read or evaluated.
    """
    text = expression.strip()
    if not text:
        raise TemplateError("the expression is empty")
    return _Filling(scope, None, sources).value_of(read_expression(text))


def holds(condition: str, scope: Any, *, sources: "Sources | None" = None) -> bool:
    """Tell whether a condition gives something true; null, false and what is empty are not, 0 is (JMESPath).

    Raises:
        TemplateError: when it cannot be read or evaluated.
    """
    value = evaluate(condition, scope, sources=sources)
    return not (value is None or value is False or value in ("", [], {}))


def has_template(text: str) -> bool:
    """Tell whether a text holds a template."""
    return "{{" in text


def mentions_of(value: Any) -> Mentions:
    """Give every path of names that the templates in a text, a list or a mapping read."""
    if isinstance(value, str):
        return _mentions_of(scan(value)) if has_template(value) else frozenset()
    if isinstance(value, Mapping):
        return frozenset().union(*(mentions_of(item) for item in value.values()))
    if isinstance(value, list | tuple):
        return frozenset().union(*(mentions_of(item) for item in value))
    return frozenset()


class _Filling:
    """One walk over a value."""

    def __init__(self, scope: Any, on_filled: OnFilled | None, sources: "Sources | None") -> None:
        self._scope = scope
        self._on_filled = on_filled
        self._sources = sources
        self._mentions: Mentions = frozenset()

    @cached_property
    def _functions(self) -> "Functions":
        from .functions import Functions, Sources

        return Functions(self._sources or Sources(), self._tell if self._on_filled else None)

    def fill(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._fill_text(value) if has_template(value) else value
        if isinstance(value, Mapping):
            filled = {key: self.fill(item) for key, item in value.items()}
            return {key: item for key, item in filled.items() if item is not MISSING}
        if isinstance(value, list | tuple):
            items = [self.fill(item) for item in value]
            return [item for item in items if item is not MISSING]
        return value

    def fill_path(self, text: str) -> str:
        path = "".join(
            self._path_piece(piece, first=number == 0) if isinstance(piece, Piece) else piece
            for number, piece in enumerate(scan(text))
        )
        if not _DOT_SEGMENTS.isdisjoint(path.split("?")[0].split("/")):
            raise TemplateError(f"the path `{text}` would lead out of its folder with these values")
        return path

    def value_of(self, expression: Expression) -> Any:
        if expression.plain is not None:
            return walk(self._scope, expression.plain)
        try:
            return expression.search(self._scope, self._functions)
        except TemplateError as error:
            raise TemplateError(f"`{expression.text}`: {error}") from None
        except RecursionError:
            raise TemplateError(f"`{expression.text}` is nested too deeply") from None
        except _EVALUATION_ERRORS as error:
            raise TemplateError(f"`{expression.text}`: {_reason(error)}") from None

    def _fill_text(self, text: str) -> Any:
        pieces = scan(text)
        if len(pieces) == 1 and isinstance(pieces[0], Piece):
            value = self._piece_value(pieces[0])
            return MISSING if value is None else value
        said = "".join(self._as_text(piece) if isinstance(piece, Piece) else piece for piece in pieces)
        self._mentions = _mentions_of(pieces)
        self._tell(said)
        return said

    def _piece_value(self, piece: Piece) -> Any:
        expression = read_expression(piece.expression)
        self._mentions = expression.mentions
        value = self.value_of(expression)
        if self._on_filled is not None:
            for said in _texts(value):
                self._tell(said)
        return value

    def _as_text(self, piece: Piece) -> str:
        value = self._piece_value(piece)
        if value is None:
            raise TemplateError(f"`{piece.expression}` is null, and a text is built from it")
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            return _written(value)
        kind = "list" if isinstance(value, list) else "mapping"
        raise TemplateError(f"`{piece.expression}` is a {kind}; use json() or join() to put it into a text")

    def _path_piece(self, piece: Piece, *, first: bool) -> str:
        said = self._as_text(piece)
        if not said:
            raise TemplateError(f"`{piece.expression}` is empty, and a path is built from it")
        if first or piece.expression.startswith("urlencode("):
            return said
        encoded = quote(said, safe="")
        self._tell(encoded)
        return encoded

    def _tell(self, said: str) -> None:
        if self._on_filled is not None and said:
            self._on_filled(self._mentions, said)


_DOT_SEGMENTS: Final = frozenset({".", ".."})

_EVALUATION_ERRORS: Final = (
    ValueError, TypeError, AttributeError, KeyError, IndexError, ArithmeticError, OSError,
)  # fmt: skip


def _mentions_of(pieces: tuple[str | Piece, ...]) -> Mentions:
    found = (read_expression(piece.expression).mentions for piece in pieces if isinstance(piece, Piece))
    return frozenset().union(*found)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if value is None or isinstance(value, bool):
        return []
    return [_written(value)] if isinstance(value, int | float) else []


def _written(value: float | bool) -> str:
    """Write a number as its type does: one may know the digits in which it came."""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _reason(error: Exception) -> str:
    """Say what went wrong without any value; jmespath's own messages quote them."""
    facts = vars(error)
    name = facts.get("function_name")
    if name and "expected_types" in facts:
        wanted = " or ".join(str(kind) for kind in facts["expected_types"])
        return f"{name}() was given {_a(str(facts['actual_type']))} where it takes {wanted}"
    if name and "actual_arity" in facts:
        return f"{name}() was given {facts['actual_arity']} arguments"
    if type(error).__name__ == "UnknownFunctionError":
        return "it calls a function that does not exist"
    return "a function was given a value that it cannot work with"


def _a(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
