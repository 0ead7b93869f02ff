"""Read what a provider answers: JSON or a form, and the code of an error in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from connectors import OAuth2Auth
from connectors.templates import evaluate

from ..request import Response

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a provider; ``body`` is None where it is neither JSON nor a form."""

    response: Response
    body: Mapping[str, Any] | None
    error: str | None = None
    description: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it brings what was asked for."""
        return self.response.status < 300 and self.error is None and self.body is not None


def read_answer(method: OAuth2Auth, response: Response) -> Answer:
    """Read an answer and find the error in it, whatever its status is."""
    body = _decoded(response)
    if body is None:
        return Answer(response, None)
    error = found(method.token.error, body)
    description = found(method.token.error_description, body)
    if isinstance(error, Mapping):
        # Some vendors put all of it into one object.
        inner = error
        error = next((inner[key] for key in ("code", "type", "status", "error") if inner.get(key)), "error")
        description = description or inner.get("message") or inner.get("error_description")
    is_error = error not in (None, "", False, 0)
    return Answer(
        response, body, str(error)[:_LONGEST] if is_error else None, str(description or "").strip()[:_LONGEST]
    )


def found(expression: str, body: Any) -> Any:
    """Give what an expression finds in a body."""
    return evaluate(expression, body)


def _decoded(response: Response) -> Mapping[str, Any] | None:
    text = response.body.strip()
    if not text and response.status < 300:
        return {}
    if text.startswith(b"{"):
        try:
            body = msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return None
        return body if isinstance(body, Mapping) else None
    is_form = "form-urlencoded" in response.content_type or response.content_type == "text/plain"
    if is_form and b"=" in text and b"<" not in text:
        return dict(parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True))
    return None
