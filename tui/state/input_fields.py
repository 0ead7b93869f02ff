"""Make the fields of a form from the inputs of a connector or of one of its authentication methods."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from .field import UNSET, Field, FieldKind, Option
from .form import Marks, Rules

REFERENCE: Final = "ref:"

_KINDS: Mapping[str, FieldKind] = {
    "string": "text",
    "secret": "text",
    "int": "integer",
    "number": "number",
    "bool": "boolean",
    "enum": "choice",
    "multi-enum": "choices",
    "url": "url",
    "host": "host",
    "duration": "duration",
    "date": "date",
    "json": "json",
    "file": "file",
    "timezone": "timezone",
}


def input_fields(inputs: Iterable[Any]) -> tuple[Field, ...]:
    """Give one field for each input (`connectors.Input`), in their order, without the locked ones."""
    return tuple(_field(one) for one in inputs if not one.locked)


def input_rules(inputs: Sequence[Any], kept: Collection[str] = ()) -> Rules:
    """Give the rules between inputs, as the engine judges them; ``kept`` are secrets that are there."""
    from core import judge_inputs

    keys = {one.key for one in inputs}

    def rules(values: Mapping[str, Any]) -> Marks:
        given = {key: value for key, value in values.items() if key in keys}
        asked = judge_inputs(inputs, given, have_secrets=kept)
        return Marks(asked.hidden, asked.required - frozenset(kept), asked.problems)

    return rules


def is_reference(text: str) -> bool:
    """Tell whether the text of a secret field only says where the secret is."""
    return text.startswith(REFERENCE)


def split_secrets(
    fields: Iterable[Field], values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the plain values and the secret ones apart, as the workspace takes them."""
    secret = {one.key for one in fields if one.secret}
    plain = {key: value for key, value in values.items() if key not in secret}
    return plain, {key: str(value) for key, value in values.items() if key in secret}


def _field(one: Any) -> Field:
    kind = _KINDS[one.type]
    counts = kind in ("integer", "number")
    measures = kind == "text" and not one.secret
    return Field(
        key=one.key,
        label=one.title,
        kind=kind,
        help=one.help,
        required=one.required,
        secret=one.secret,
        default=UNSET if one.default is None else one.default,
        # A secret may be given as a reference, whose form is another one.
        pattern=f"^(?:{one.pattern})$" if one.pattern and not one.secret else None,
        options=tuple(Option(option.value, option.label) for option in one.options),
        minimum=one.min if counts else None,
        maximum=one.max if counts else None,
        shortest=int(one.min) if measures and one.min is not None else None,
        longest=int(one.max) if measures and one.max is not None else None,
        advanced=one.advanced,
        group=one.group,
        placeholder="" if one.example is None else str(one.example),
    )
