"""A form: its fields, what was typed, and what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .field import MASK, UNSET, Field, FieldProblem, check_value, same
from .field_text import read_text, write_text


@dataclass(frozen=True, slots=True)
class Marks:
    """What the rules between fields say about the values at hand: what is hidden, asked for, or wrong."""

    hidden: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)


Rules = Callable[[Mapping[str, Any]], Marks]


def no_rules(_values: Mapping[str, Any]) -> Marks:
    """Say nothing about any value."""
    return Marks()


@dataclass(slots=True)
class Form:
    """What a person is filling in.

    ``held`` keeps values that came as JSON exactly as they came until their text is edited; ``extra`` keeps
    what no field stands for. Both make the way through the raw JSON and back lose nothing.
    """

    fields: tuple[Field, ...]
    rules: Rules = no_rules
    texts: dict[str, str] = field(default_factory=dict)
    held: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    unfolded: bool = False
    source: str = ""

    def text(self, key: str) -> str:
        """Give what stands in one field."""
        return self.texts.get(key, "")

    def set_text(self, key: str, text: str) -> None:
        """Take what was typed into one field; its error goes, for it was about another text."""
        if text == self.texts.get(key, ""):
            return
        self.texts[key] = text
        self.held.pop(key, None)
        self.errors.pop(key, None)

    def find(self, key: str) -> Field:
        """Give the field with this key."""
        return next(one for one in self.fields if one.key == key)


def open_form(
    fields: tuple[Field, ...], values: Mapping[str, Any] | None = None, rules: Rules = no_rules
) -> Form:
    """Give a form with the defaults of its fields, and over them the values that are known already."""
    form = Form(fields, rules)
    defaults = {one.key: one.default for one in fields if one.default is not UNSET}
    load_values(form, {**defaults, **(values or {})})
    return form


def load_values(form: Form, values: Mapping[str, Any]) -> None:
    """Put exactly these values into the form; what was there before goes, save secrets that came masked."""
    known = {one.key: one for one in form.fields}
    kept = {key: form.text(key) for key, one in known.items() if one.secret and values.get(key) == MASK}
    form.texts = {
        key: kept.get(key, write_text(one, values[key])) for key, one in known.items() if key in values
    }
    form.held = {key: value for key, value in values.items() if key in known and key not in kept}
    form.extra = {key: value for key, value in values.items() if key not in known}
    form.errors = {}


def read_values(form: Form) -> tuple[dict[str, Any], dict[str, str]]:
    """Give the values, and a sentence for each field whose text cannot be used; hidden ones do not count."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in form.fields:
        try:
            value = _value(form, one)
        except FieldProblem as problem:
            errors[one.key] = str(problem)
            continue
        if value is not UNSET:
            values[one.key] = value
    marks = form.rules(values)
    shown = {key: value for key, value in values.items() if key not in marks.hidden}
    wrong = {key: sentence for key, sentence in errors.items() if key not in marks.hidden}
    return {**shown, **form.extra}, wrong


def check_form(form: Form) -> dict[str, Any] | None:
    """Give the values when all is well; otherwise None, and the form's ``errors`` say what is wrong where."""
    values, errors = read_values(form)
    marks = form.rules(values)
    for one in form.fields:
        if one.key in errors or one.key in marks.hidden:
            continue
        if one.key not in values and (one.required or one.key in marks.required):
            errors[one.key] = "is required"
        elif one.key in marks.errors:
            errors[one.key] = marks.errors[one.key]
    form.errors = errors
    if any(form.find(key).advanced for key in errors):
        form.unfolded = True
    return None if errors else values


def form_marks(form: Form) -> Marks:
    """Give what the rules between fields say about the values at hand."""
    return form.rules(read_values(form)[0])


def shown_fields(form: Form, marks: Marks | None = None) -> tuple[Field, ...]:
    """Give the fields that are asked now: no hidden ones, the advanced ones last and only when unfolded."""
    hidden = (marks or form_marks(form)).hidden
    asked = [one for one in form.fields if one.key not in hidden]
    plain = tuple(one for one in asked if not one.advanced)
    return plain + tuple(one for one in asked if one.advanced) if form.unfolded else plain


def folded_count(form: Form) -> int:
    """Say how many advanced fields stand behind the line that unfolds them."""
    return sum(one.advanced for one in form.fields)


def first_error(form: Form) -> str | None:
    """Give the key of the first field, as shown, that has an error."""
    return next((one.key for one in shown_fields(form) if one.key in form.errors), None)


def _value(form: Form, one: Field) -> Any:
    if one.key not in form.held:
        return read_text(one, form.text(one.key))
    value = form.held[one.key]
    if value is not None and one.options and one.kind == "choice":
        if not any(same(option.value, value) for option in one.options):
            raise FieldProblem(f"must be one of {', '.join(option.label for option in one.options)}")
    elif value is not None:
        _check_type(one, value)
        check_value(one, value)
    return value


def _check_type(one: Field, value: Any) -> None:
    """Refuse a value from JSON whose type the field cannot have, with the sentence its text would get."""
    text = write_text(one, value)
    if isinstance(value, str) or one.kind == "json":
        read_text(one, text)
    elif one.kind in ("text", "url", "host", "duration", "date", "datetime", "timezone", "file"):
        raise FieldProblem("needs text, in quotes")
    if isinstance(value, str) and one.kind in ("integer", "number", "boolean"):
        raise FieldProblem(f"needs {text} without quotes")
