"""Read what a provider of OAuth 1.0a answers: a form whatever its type says, JSON, the code of a problem."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

import msgspec

from ..request import Response

_LONGEST: Final = 300
_CODES: Final = ("oauth_problem", "error", "error_code", "code")
_SENTENCES: Final = ("oauth_problem_advice", "error_description", "description", "message", "detail")
_IN_HEADER: Final = re.compile(r'\b(oauth_problem(?:_advice)?|error(?:_description)?)="?([^",]*)"?')


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a provider: its fields, the code of a problem, and what it says about that."""

    response: Response
    fields: Mapping[str, Any]
    problem: str | None = None
    said: str = ""


def read_answer(response: Response) -> Answer:
    """Read an answer and find the problem in it, in the body or in the challenge."""
    fields = _fields(response)
    challenge = {name: unquote_plus(value) for name, value in
                 _IN_HEADER.findall(response.header("www-authenticate") or "")}  # fmt: skip
    flat = {**challenge, **_flat(fields)}
    problem = next((str(flat[name]) for name in _CODES if flat.get(name)), None)
    said = next((str(flat[name]) for name in _SENTENCES if flat.get(name)), "")
    if not said and not fields and response.status >= 400 and b"<" not in response.body[:_LONGEST]:
        said = " ".join(response.body[:_LONGEST].decode("utf-8", "replace").split())
    return Answer(response, fields, problem[:_LONGEST] if problem else None, said.strip()[:_LONGEST])


def _fields(response: Response) -> Mapping[str, Any]:
    text = response.body.strip()
    if text.startswith(b"{"):
        try:
            body = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return {}
        return body if isinstance(body, dict) else {}
    # Section 2.1 wants a form; many send one as text/html or text/plain.
    if b"<" in text or b"=" not in text:
        return {}
    return dict(parse_qsl(text.decode("utf-8", "replace"), keep_blank_values=True))


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields with those of an error object, or of the first of a list of errors, among them."""
    errors = fields.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else fields.get("error")
    inner = first if isinstance(first, dict) else {}
    own = {name: value for name, value in fields.items() if not isinstance(value, dict | list)}
    return {**own, **{name: value for name, value in inner.items() if not isinstance(value, dict | list)}}
