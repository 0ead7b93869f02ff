"""Read the body of a request as a test compares it: as text, or decoded by what it says it is."""

from collections.abc import Iterable
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from connectors.templates import MISSING

from ..request import Request


def sent_body(request: Request, expected: Any) -> Any:
    """Give the body of a request; the whole of it as text where a text is expected."""
    if request.body is None:
        return MISSING
    text = request.body.decode("utf-8", errors="replace")
    if isinstance(expected, str):
        return text
    media = (request.header("content-type") or "").lower()
    if "form-urlencoded" in media:
        return grouped(parse_qsl(text, keep_blank_values=True))
    if "multipart/" in media:
        wanted = expected if isinstance(expected, dict) else {}
        return grouped(_parts(request, wanted))
    try:
        return msgspec.json.decode(request.body)
    except msgspec.DecodeError:
        return text


def grouped(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Give the value of each name, a list where the name repeats."""
    found: dict[str, list[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _parts(request: Request, expected: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """Give each part of a form: its text, or what is known of it where a mapping is expected."""
    head = f"Content-Type: {request.header('content-type')}\r\n\r\n".encode()
    for part in BytesParser(policy=HTTP).parsebytes(head + (request.body or b"")).iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        whole = {"filename": part.get_filename(), "type": part.get_content_type(), "content": _content(part)}
        yield name, whole if _wants_mapping(expected.get(name)) else whole["content"]


def _wants_mapping(expected: Any) -> bool:
    first = expected[0] if isinstance(expected, list | tuple) and expected else expected
    return isinstance(first, dict)


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", errors="replace") if isinstance(content, bytes) else ""
