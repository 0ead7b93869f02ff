"""Say in plain words what the models refuse, and at which path."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from .words import found, listed, nearest
from .yaml12 import TreePath

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake at a path of the document; ``on_key`` points at the key, ``offset`` into a text."""

    path: TreePath
    message: str
    on_key: bool = False
    offset: int | None = None


_WANTED: Final[Mapping[str, str]] = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "none_required": "nothing",
}
_SILENT: Final = frozenset({"default_factory_not_called"})


def explain(error: "ValidationError", data: Mapping[str, Any]) -> list[Finding]:
    """Turn the errors of the models into findings, one for each place."""
    by_path: dict[TreePath, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        if detail["type"] not in _SILENT:
            by_path.setdefault(_path_in(data, detail["loc"]), []).append(detail)
    return [finding for path, details in by_path.items() for finding in _findings(path, details, data)]


def _path_in(data: Any, loc: tuple[str | int, ...]) -> TreePath:
    """Leave out the steps of a location that are not in the document, as the tags of unions are."""
    path: list[str | int] = []
    value = data
    for number, step in enumerate(loc):
        is_last = number == len(loc) - 1
        if not _has(value, step) and not (is_last and isinstance(value, dict) and step != "[key]"):
            continue
        path.append(step)
        value = value[step] if _has(value, step) else None
    return tuple(path)


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


def _findings(path: TreePath, details: "list[ErrorDetails]", data: Mapping[str, Any]) -> Iterator[Finding]:
    if len(details) == 1:
        yield _finding(path, details[0], data)
        return
    wanted = dict.fromkeys(_WANTED[detail["type"]] for detail in details if detail["type"] in _WANTED)
    others = [detail for detail in details if detail["type"] not in _WANTED]
    if others:
        yield from (_finding(path, detail, data) for detail in others[:1])
    else:
        yield Finding(path, f"found {found(details[0]['input'])}, expected {listed(wanted)}")


def _finding(path: TreePath, detail: "ErrorDetails", data: Mapping[str, Any]) -> Finding:
    kind = detail["type"]
    if kind == "missing":
        return Finding(path, _missing(path, data), on_key=True)
    if kind == "extra_forbidden":
        return Finding(path, _unknown_key(path, data), on_key=True)
    if detail["loc"][-1:] == ("[key]",):
        return Finding(path, _bad_key(detail), on_key=True)
    if kind == "union_tag_invalid":
        return Finding((*path, "kind"), _sentence(detail))
    return Finding(path, _sentence(detail))


def _missing(path: TreePath, data: Mapping[str, Any]) -> str:
    from .format.shape import field_at

    field = field_at(path, data)
    about = f": {field.description}" if field is not None and field.description else ""
    return f"the key '{path[-1]}' is missing{about}"


def _unknown_key(path: TreePath, data: Mapping[str, Any]) -> str:
    from .format.shape import keys_at

    return f"unknown key '{path[-1]}'{nearest(str(path[-1]), keys_at(path[:-1], data))}"


def _bad_key(detail: "ErrorDetails") -> str:
    from .format.part import PATTERN_WORDS

    wanted = PATTERN_WORDS.get(str(detail.get("ctx", {}).get("pattern")), "another name")
    return f"the name {found(detail['input'])} cannot be used; write {wanted}"


def _sentence(detail: "ErrorDetails") -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind in _WANTED:
        hint = "; put it in quotes" if kind == "string_type" and isinstance(value, bool | int | float) else ""
        return f"found {found(value)}, expected {_WANTED[kind]}{hint}"
    say = _SENTENCES.get(kind)
    return say(value, context) if say is not None else str(detail["msg"]).removeprefix("Value error, ")


def _not_allowed(value: Any, context: Mapping[str, Any]) -> str:
    allowed = _names(str(context["expected"]).replace(" or ", ", "))
    said = f"found {found(value)}, allowed: {', '.join(allowed)}"
    if not isinstance(value, str):
        return f"{said}; put it in quotes" if str(value) in allowed else said
    close = get_close_matches(value.lower(), [name.lower() for name in allowed], 1)
    meant = [name for name in allowed if name.lower() in close]
    return f"{said}; did you mean '{meant[0]}'?" if meant else said


def _unknown_kind(_value: Any, context: Mapping[str, Any]) -> str:
    kinds = _names(str(context["expected_tags"]))
    return f"the kind '{context['tag']}' is unknown{nearest(str(context['tag']), kinds)}"


def _no_kind(_value: Any, _context: Mapping[str, Any]) -> str:
    return "the key 'kind' is missing, which says how this works"


def _other_form(value: Any, context: Mapping[str, Any]) -> str:
    from .format.part import PATTERN_WORDS

    pattern = str(context["pattern"])
    return f"found {found(value)}, expected {PATTERN_WORDS.get(pattern, pattern)}"


def _too_small(value: Any, context: Mapping[str, Any]) -> str:
    least = f"at least {context['ge']}" if "ge" in context else f"more than {context['gt']}"
    return f"found {found(value)}, expected {least}"


def _too_large(value: Any, context: Mapping[str, Any]) -> str:
    return f"found {found(value)}, expected at most {context.get('le', context.get('lt'))}"


def _empty(_value: Any, _context: Mapping[str, Any]) -> str:
    return "it is empty"


def _too_long(value: Any, context: Mapping[str, Any]) -> str:
    return f"at most {context['max_length']} characters, found {len(str(value))}"


_SENTENCES: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], str]]] = {
    "literal_error": _not_allowed,
    "union_tag_invalid": _unknown_kind,
    "union_tag_not_found": _no_kind,
    "string_pattern_mismatch": _other_form,
    "greater_than": _too_small,
    "greater_than_equal": _too_small,
    "less_than": _too_large,
    "less_than_equal": _too_large,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _too_long,
}


def _names(shown: str) -> list[str]:
    return [name.strip().strip("'") for name in shown.split(",")]
