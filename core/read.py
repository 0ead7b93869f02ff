"""Read a response: decode its body and select its records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from connectors.templates import evaluate

from .errors import VendorError
from .request import Response

BodyType = Literal["auto", "json", "jsonl", "text", "binary"]

_EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Decoded:
    """A response with its decoded body; ``problem`` says why a body could not be decoded."""

    response: Response
    value: Any
    problem: str | None = None

    def scope(self) -> Mapping[str, Any]:
        """Give what expressions call ``response``; header names are in lower case."""
        return {
            "status": self.response.status,
            "headers": {name.lower(): value for name, value in self.response.headers},
            "body": self.value,
            "url": self.response.url,
        }


def decode(response: Response, body_type: BodyType = "auto") -> Decoded:
    """Decode the body of a response; a failure to do so is kept, because the status decides first."""
    if response.saved_to is not None:
        return Decoded(response, None)
    kind = _kind(response) if body_type == "auto" else body_type
    if kind == "binary":
        return Decoded(response, response.body)
    if not response.body.strip():
        return Decoded(response, None)
    return (
        Decoded(response, _text(response))
        if kind == "text"
        else _decode_json(response, lines=kind == "jsonl")
    )


def _decode_json(response: Response, *, lines: bool) -> Decoded:
    read = msgspec.json.decode
    try:
        if lines:
            return Decoded(response, [read(line) for line in _utf8(response).splitlines() if line.strip()])
        return Decoded(response, read(_utf8(response)))
    except (msgspec.DecodeError, RecursionError) as error:
        said = response.content_type or "no content type"
        start = _text(response)[:_EXCERPT].replace("\n", " ")
        problem = f"the body ({said}) is not JSON: {error}; it begins {start!r}"
        return Decoded(response, _text(response), problem)


def select_records(decoded: Decoded, expression: str | None) -> tuple[Any, ...]:
    """Select the records of a decoded body; without an expression a list is its items, an object itself.

    Raises:
        VendorError: the body is not what the operation describes.
    """
    if decoded.problem is not None:
        raise VendorError(
            decoded.problem, "check the base URL: another server may answer", status=decoded.response.status
        )
    value = decoded.value
    if isinstance(value, bytes):
        return ()
    if expression is not None:
        value = evaluate(expression, value)
        if value is None:
            raise VendorError(
                f"the answer has nothing at `{expression}`, where its records should be",
                "look at the body in the operation's detail",
                status=decoded.response.status,
            )
    if isinstance(value, list):
        return tuple(value)
    return () if value is None or value == "" else (value,)


def _kind(response: Response) -> BodyType:
    media = response.content_type
    if media in {
        "application/x-ndjson",
        "application/jsonl",
        "application/json-lines",
        "application/x-jsonlines",
    }:
        return "jsonl"
    if media == "application/json" or media.endswith("+json"):
        return "json"
    if (
        media.startswith("text/")
        or media in {"application/xml", "application/javascript"}
        or media.endswith("+xml")
    ):
        return "text"
    if not media and response.body.lstrip()[:1] in {b"{", b"["}:
        return "json"
    return "binary" if media or b"\0" in response.body[:1024] else "text"


def _utf8(response: Response) -> bytes:
    """Give the body as UTF-8 without a byte order mark (RFC 8259, section 8.1), whatever its charset."""
    body = response.body.removeprefix(b"\xef\xbb\xbf")
    charset = _charset(response)
    if charset in {None, "utf-8", "utf8", "us-ascii", "ascii"}:
        return body
    return _text(response).encode()


def _text(response: Response) -> str:
    try:
        return response.body.decode(_charset(response) or "utf-8", errors="replace")
    except (LookupError, UnicodeError, ValueError):
        return response.body.decode("utf-8", errors="replace")


def _charset(response: Response) -> str | None:
    for part in (response.header("content-type") or "").split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset":
            return value.strip('"').lower()
    return None
