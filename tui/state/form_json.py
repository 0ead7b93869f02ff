"""A form as raw JSON and back, without losing anything on the way."""

import json
from collections.abc import Mapping
from typing import Any

from core.bodies.exact import json_of

from ..sanitize import sanitize
from .field import MASK
from .field_text import parse_json
from .form import Form, form_marks, load_values, read_values


def form_json(form: Form) -> str:
    """Give the form as JSON text; secrets stand as a mask, what cannot be read stands as it was typed."""
    values, errors = read_values(form)
    values.update({key: form.held.get(key, form.text(key)) for key in errors})
    masked = _masked(form, values)
    if form.source.strip() and _order_free(parse_json(form.source)) == _order_free(masked):
        return form.source
    return escape_unseen(json_of(masked, indent=2))


def escape_unseen(text: str) -> str:
    """Give a JSON text with every character that would steer a terminal, or hide, as its JSON escape."""
    if sanitize(text) == text:
        return text
    return "".join(one if sanitize(one) == one else json.dumps(one)[1:-1] for one in text)


def load_json(form: Form, text: str) -> str | None:
    """Take a JSON text into the form; give the sentence that says why it cannot be taken."""
    try:
        values = parse_json(text) if text.strip() else {}
    except ValueError as error:
        return f"is not JSON: {error}"
    if not isinstance(values, dict):
        return 'needs a JSON object, such as {"name": "value"}'
    hidden = {key: form.text(key) for key in form_marks(form).hidden if key not in values}
    load_values(form, values)
    form.texts.update(hidden)
    form.source = text
    return None


def _masked(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    secret = {one.key for one in form.fields if one.secret}
    return {key: MASK if key in secret else value for key, value in values.items()}


def _order_free(values: Any) -> str:
    return json.dumps(values, sort_keys=True)
