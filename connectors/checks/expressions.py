"""Check every template and expression of a document: syntax, functions, roots, names and traps."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..errors import TemplateError
from ..explain import Finding
from ..templates.expression import Expression, read_expression
from ..templates.scanner import Piece, scan
from ..words import listed, nearest
from ..yaml12 import TreePath
from .names import names_behind, siblings
from .places import FACTS, PLACES, ROOTS, Place, texts_at

_FORGOTTEN: Final = re.compile(r"(input|var|auth|response)\.([A-Za-z_][A-Za-z0-9_]*)(\.[A-Za-z0-9_]+)*")


def check_expressions(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong in the places where templates and expressions stand."""
    for place in PLACES:
        for path, text in texts_at(data, place.pattern):
            check = _check_template if place.kind == "template" else _check_bare
            for error in check(text, place, path, data):
                yield Finding(path, str(error), offset=error.offset)


def _check_template(
    text: str, place: Place, path: TreePath, data: Mapping[str, Any]
) -> Iterator[TemplateError]:
    if "{{" not in text:
        yield from _find_forgotten_braces(text, place, path, data)
        return
    try:
        pieces = scan(text)
    except TemplateError as error:
        yield error
        return
    for piece in pieces:
        if isinstance(piece, Piece):
            for found in _check(piece.expression, place, path, data):
                yield TemplateError(str(found), piece.offset + found.offset)


def _check_bare(text: str, place: Place, path: TreePath, data: Mapping[str, Any]) -> Iterator[TemplateError]:
    stripped = text.strip()
    if not stripped:
        yield TemplateError("the expression is empty")
        return
    before = text.index(stripped[0])
    for error in _check(stripped, place, path, data):
        yield TemplateError(str(error), before + error.offset)


def _check(text: str, place: Place, path: TreePath, data: Mapping[str, Any]) -> Iterator[TemplateError]:
    try:
        expression = read_expression(text)
    except TemplateError as error:
        yield error
        return
    traps = list(_traps(expression))
    yield from traps
    if not traps and place.roots is not None:
        for mention in sorted(expression.mentions):
            problem = _unknown(mention, place, path, data)
            if problem is not None:
                yield TemplateError(problem, _offset_of(text, mention))


def _traps(expression: Expression) -> Iterator[TemplateError]:
    if expression.plain is not None and expression.plain[0] not in {"true", "false", "null"}:
        return
    from ..templates.traps import find_traps, find_wrong_calls

    yield from find_traps(expression.text)
    yield from find_wrong_calls(expression.text, expression.tree)


def _unknown(mention: TreePath, place: Place, path: TreePath, data: Mapping[str, Any]) -> str | None:
    """Say why a path of names is not there, if it is not."""
    if not mention:
        return "@ is the whole scope here; name what is needed"
    root = str(mention[0])
    if place.values:
        known = siblings(path, data)
        return None if root in known else f"there is no input '{root}' beside this one{nearest(root, known)}"
    roots = place.roots or ()
    return _unknown_name(mention, path, data) if root in roots else _unknown_root(root, roots)


def _unknown_name(mention: TreePath, path: TreePath, data: Mapping[str, Any]) -> str | None:
    root, names = str(mention[0]), names_behind(str(mention[0]), path, data)
    if names is None or len(mention) == 1:
        return None
    if mention[1] not in names:
        return f"there is no {root}.{mention[1]}{nearest(str(mention[1]), names)}"
    header = str(mention[2]) if mention[1] == "headers" and root in FACTS and mention[2:] else ""
    if header != header.lower():
        of_what = "response headers" if root == "response" else "headers"
        return f"the names of {of_what} are in lower case: '{header.lower()}'"
    return None


def _unknown_root(root: str, roots: tuple[str, ...]) -> str:
    here = f"here there {'is' if len(roots) == 1 else 'are'} {listed(roots, 'and')}"
    if root in ROOTS:
        return f"'{root}' is not known in this place; {here}"
    if not root.isidentifier():
        return f"'{root}' is a field name because of its double quotes; text stands in single quotes"
    return f"'{root}' is unknown; {here}"


def _offset_of(text: str, mention: TreePath) -> int:
    if not mention:
        return max(0, text.find("@"))
    names = r"\s*\.\s*".join(rf'"?{re.escape(str(name))}"?' for name in mention)
    match = re.search(rf'(?<![A-Za-z0-9_."\']){names}(?![A-Za-z0-9_])', text)
    return match.start() if match else 0


def _find_forgotten_braces(
    text: str, place: Place, path: TreePath, data: Mapping[str, Any]
) -> Iterator[TemplateError]:
    match = _FORGOTTEN.fullmatch(text.strip())
    if match is None or match[1] not in (place.roots or ()):
        return
    if match[2] in (names_behind(match[1], path, data) or ()):
        yield TemplateError(f"this is plain text; write '{{{{ {text.strip()} }}}}' for the value")
