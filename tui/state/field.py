"""One field of a form: what is asked, and which values it allows."""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

FieldKind = Literal[
    "text", "integer", "number", "boolean", "choice", "choices", "url", "host", "duration",
    "date", "datetime", "json", "file", "timezone",
]  # fmt: skip

UNSET: Final = object()
MASK: Final = "•••"


class FieldProblem(ValueError):  # noqa: N818 - it is a sentence for the person, not a failure of the program
    """The text of a field cannot be used; the message is the sentence that stands under it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be chosen, and the word it is shown with."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a person fills in.

    ``schema`` is the JSON type that a nested value must have (``object``, ``array``), empty when any will do.
    """

    key: str
    label: str = ""
    kind: FieldKind = "text"
    help: str = ""
    required: bool = False
    secret: bool = False
    default: Any = UNSET
    pattern: str | None = None
    options: tuple[Option, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    shortest: int | None = None
    longest: int | None = None
    advanced: bool = False
    group: str = ""
    placeholder: str = ""
    locked: bool = False
    schema: str = ""

    @property
    def title(self) -> str:
        """What stands before the input."""
        return self.label or self.key


def check_value(field: Field, value: Any) -> None:
    """Raise `FieldProblem` when a value of the right type is outside what the field allows."""
    if isinstance(value, str):
        _check_length(field, value)
        if field.pattern and not _fits(field.pattern, value):
            raise FieldProblem(f"does not have the form {field.pattern}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if field.minimum is not None and value < field.minimum:
            raise FieldProblem(f"must be {_number(field.minimum)} or more")
        if field.maximum is not None and value > field.maximum:
            raise FieldProblem(f"must be {_number(field.maximum)} or less")


def same(left: Any, right: Any) -> bool:
    """Tell whether two JSON values are one; true is not 1 here."""
    return type(left) is type(right) and bool(left == right)


def next_option(field: Field, text: str, step: int) -> str:
    """Give the text of the option ``step`` places after ``text``; an optional field has an empty one too."""
    labels = option_labels(field)
    if not labels:
        return text
    at = labels.index(text) if text in labels else -1 if step > 0 else 0
    return labels[(at + step) % len(labels)]


def option_labels(field: Field) -> tuple[str, ...]:
    """Give the texts a choice can have, the empty one first when the field may be left out."""
    labels = ("yes", "no") if field.kind == "boolean" else tuple(option.label for option in field.options)
    return labels if field.required else ("", *labels)


def _check_length(field: Field, value: str) -> None:
    if field.shortest is not None and len(value) < field.shortest:
        raise FieldProblem(f"needs at least {field.shortest} characters")
    if field.longest is not None and len(value) > field.longest:
        raise FieldProblem(f"has {len(value)} characters, at most {field.longest} are allowed")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        # The engine checks in the dialect the pattern was written in; what Python cannot read is left to it.
        return True
