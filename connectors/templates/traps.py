"""Say in one sentence what is wrong with an expression, and what to write instead."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..errors import TemplateError
from .syntax_tree import nodes

_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`\\]|\\.)*`", re.DOTALL)
_LITERAL_OR_QUOTE: Final = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`(?P<literal>(?:[^`\\]|\\.)*)`", re.DOTALL
)
_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"

_NUMBER: Final = "numbers need backticks, as in `404`"
_SYNTAX: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"\{\{", "an expression stands without {{ }} in this place"),
        (r"(?:==|!=|<=?|>=?)\s*(?=-?[0-9])", _NUMBER),
        (r"(?=(?<![A-Za-z0-9_\[:.-])-?[0-9]+(?:\.[0-9]+)?\s*(?:==|!=|<|>|,|\)|$))", _NUMBER),
        (r"(?<![=!<>])=(?!=)", "a single = means nothing; == compares"),
        (rf"{_NAME}-{_NAME}", 'a name with a dash needs double quotes, as in "content-type"'),
        (r"\b(?:and|or|not)\b", "write && for and, || for or, !( ) for not"),
        (r"(?<!\[)\?", "there is no `a ? b : c`; write (a && b) || c"),
        (r"\$", "an expression begins with a name, not with $"),
        (r"[+/%~^]|(?<=\s)-(?=\s)", "an expression does not calculate"),
        (r";|\\", "this character has no meaning in an expression"),
    )
)

_NEGATED: Final = re.compile(rf"!\s*(?:{_NAME}|@)(?:\([^()]*\))?(?:\[[^\]]*\])*\s*(?:\.|==|!=|<|>)")
_CONSTANT: Final = re.compile(r"(?<![.A-Za-z0-9_])(true|false|null)(?![A-Za-z0-9_(])(?!\s*:)")
_COMPARED: Final = re.compile(rf'(?:==|!=|<=|>=|<|>)\s*"({_NAME})"|"({_NAME})"\s*(?:==|!=|<=|>=|<|>)')


def explain_syntax(text: str, error: Exception) -> TemplateError:
    """Turn a parser's error into a sentence, with the place of the mistake in the expression."""
    masked = _masked(text)
    opened = next((place for place, char in enumerate(masked) if char in "'\"`"), None)
    if opened is not None:
        return TemplateError(f"the quote {masked[opened]} is never closed", opened)
    for pattern, sentence in _SYNTAX:
        match = pattern.search(masked)
        if match is not None:
            return TemplateError(f"{sentence}; found `{_excerpt(text, match.start())}`", match.start())
    place = _place(error, text)
    if place >= len(text):
        return TemplateError("the expression ends too early", len(text))
    return TemplateError(f"cannot be read at `{_excerpt(text, place)}`", place)


def check_literals(text: str) -> None:
    """Refuse a literal in backticks that is not JSON.

    Raises:
        TemplateError: jmespath would take such a literal as text.
    """
    for match in _LITERAL_OR_QUOTE.finditer(text):
        literal = match["literal"]
        if literal is None:
            continue
        try:
            json.loads(literal.replace("\\`", "`"))
        except (ValueError, RecursionError):
            sentence = f"`{literal}` is not JSON; text stands in single quotes, as in 'open'"
            raise TemplateError(sentence, match.start()) from None


def find_traps(text: str) -> Iterator[TemplateError]:
    """Yield what reads well but does not mean what it seems to."""
    masked = _masked(text)
    for match in _NEGATED.finditer(masked):
        yield TemplateError(
            "! takes only the next name; put what it negates in parentheses: !( )", match.start()
        )
    for match in _CONSTANT.finditer(masked):
        word = match[1]
        yield TemplateError(f"{word} without backticks is a field name; write `{word}`", match.start())
    for match in _COMPARED.finditer(text):
        word = match[1] or match[2]
        yield TemplateError(
            f"\"{word}\" in double quotes is a field name; text stands in single quotes: '{word}'",
            match.start(),
        )


def find_wrong_calls(text: str, tree: Mapping[str, Any]) -> Iterator[TemplateError]:
    """Yield calls of functions that do not exist or take another number of arguments."""
    from .functions import arity, signatures

    known = signatures()
    for node in nodes(tree):
        if node["type"] != "function_expression":
            continue
        name, count = node["value"], len(node["children"])
        place = max(0, text.find(f"{name}("))
        if name not in known:
            yield TemplateError(f"there is no function {name}(){_nearest(name, list(known))}", place)
            continue
        least, most = arity(known[name])
        if count < least or (most is not None and count > most):
            yield TemplateError(f"{name}() takes {_count(least, most)}, found {count}", place)


def _masked(text: str) -> str:
    """Blank what stands in quotes, so that only syntax is looked at."""
    return _QUOTED.sub(lambda match: "\0" * len(match[0]), text)


def _place(error: Exception, text: str) -> int:
    for name in ("lexer_position", "lex_position"):
        place = getattr(error, name, None)
        if isinstance(place, int):
            return place if getattr(error, "token_type", "") is not None else len(text)
    return 0


def _excerpt(text: str, place: int) -> str:
    excerpt = text[place : place + 30]
    return excerpt + ("…" if place + len(excerpt) < len(text) else "")


def _nearest(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f"; did you mean {near[0]}()?" if near else f"; there are {', '.join(sorted(known))}"


def _count(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} argument{'s' * (least != 1)}"
    if least == most:
        return f"{least} argument{'s' * (least != 1)}"
    return f"{least} to {most} arguments"
