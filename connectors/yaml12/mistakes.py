"""Say what the YAML parser means, in words that help."""

import re
from typing import Any, Final

from .parts import Mistake

QUOTE_IT: Final = "a value that holds {{ }} is written in single quotes, as in '{{ input.id }}'"

_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"")


def explain_syntax(text: str, error: Any) -> Mistake:
    """Describe a syntax error at the place where the parser stopped."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    shown = lines[line] if line < len(lines) else ""
    begun = error.context_mark.line if error.context_mark else line
    before = lines[begun] if begun < len(lines) else ""
    return Mistake(line + 1, column + 1, _sentence(error, shown, before, column))


def explain_reader(text: str, error: Any) -> Mistake:
    """Describe a character that no YAML text may hold."""
    place = int(error.position)
    line = text.count("\n", 0, place)
    column = place - (text.rfind("\n", 0, place) + 1)
    return Mistake(line + 1, column + 1, "a control character stands here; YAML text cannot hold it")


def _sentence(error: Any, shown: str, before: str, column: int) -> str:
    problem = str(error.problem or "the text cannot be read")
    if _has_bare_braces(shown) or (_has_bare_braces(before) and "flow" in str(error.context)):
        return f"{problem}; {QUOTE_IT}"
    char = shown[column : column + 1]
    if "cannot start any token" in problem:
        return _start_sentence(char)
    for part, sentence in _SENTENCES:
        if part in problem:
            return sentence
    if "unexpected end of stream" in problem and "quoted" in str(error.context):
        return "a quote is never closed"
    return problem + (f" ({error.context})" if error.context else "")


_SENTENCES: Final = (
    (
        "expected ',' or",
        "a comma or a bracket is missing; a value that holds , [ ] { or } is written in single quotes",
    ),
    (
        "invalid Unicode character escape code",
        "half of a pair of \\u escapes, or no character at all; write the character itself",
    ),
    ("could not find expected ':'", "a key without its colon, or text that needs quotes"),
    (
        "mapping values are not allowed",
        "a second colon in one line; a value that holds ': ' is written in single quotes",
    ),
)


def _has_bare_braces(line: str) -> bool:
    return "{{" in _QUOTED.sub("", line)


def _start_sentence(char: str) -> str:
    if char == "\t":
        return "a tab cannot indent; use spaces"
    return f"a value cannot begin with {char or 'this character'} unless it is written in single quotes"
