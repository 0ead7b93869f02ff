"""What comes in and what goes out: a request, a reply, and a refusal that becomes a reply."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .credentials import Caller

Headers = tuple[tuple[str, str], ...]
JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; header names in small letters, ``query`` in the order it was sent."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    params: Mapping[str, str] = field(default_factory=dict)
    caller: Caller | None = None

    def asked(self, name: str, default: str = "") -> str:
        """The last query value of that name."""
        found = [value for key, value in self.query if key == name]
        return found[-1] if found else default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from the query, held between ``low`` and ``high``; a word is refused with 422."""
        text = self.asked(name)
        if not text:
            return default
        if not text.removeprefix("-").isdecimal() or len(text) > 18:
            raise invalid({name: "must be a whole number"})
        return min(max(int(text), low), high)

    def id_of(self, name: str) -> int:
        """The number in the path; what is no number names nothing."""
        text = self.params[name]
        if not text.isdecimal() or len(text) > 18:
            raise Refusal(404, "not_found", f"{name.removesuffix('_id')} {text} does not exist")
        return int(text)


def read_target(target: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Split a request target into its decoded path and its query; refuses with 400."""
    try:
        parts = urlsplit(target)
    except ValueError as error:
        raise Refusal(400, "bad_request", "the request target cannot be read") from error
    return unquote(parts.path) or "/", tuple(parse_qsl(parts.query, keep_blank_values=True))


class Ending(Enum):
    """How a connection goes on after a reply."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. A body of pieces is streamed; ``length`` claims a size that need not be true."""

    status: int = 200
    headers: Headers = ()
    body: bytes | Iterator[bytes] = b""
    length: int | None = None
    ending: Ending = Ending.KEEP

    def with_headers(self, headers: Headers) -> "Reply":
        """Add headers that the reply does not have yet."""
        have = {name.lower() for name, _ in self.headers}
        added = tuple((name, value) for name, value in headers if name.lower() not in have)
        return replace(self, headers=self.headers + added)


def json_reply(value: Any, status: int = 200, headers: Headers = ()) -> Reply:
    """A reply with a JSON body."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, (("Content-Type", JSON_TYPE), *headers), body)


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request that is answered with an error; ``extra`` joins the error object."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Headers = (),
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers
        self.extra = dict(extra or {})

    def as_reply(self) -> Reply:
        """The JSON error that every route shares."""
        error = {"code": self.code, "message": str(self), **self.extra}
        return json_reply({"error": error}, self.status, self.headers)


def invalid(problems: Mapping[str, str]) -> Refusal:
    """Refuse a body or a query with 422; every field gets its sentence."""
    names = ", ".join(problems)
    plural = "field" if len(problems) == 1 else "fields"
    fields = [{"field": name, "message": problem} for name, problem in problems.items()]
    message = f"{len(problems)} {plural} cannot be used: {names}"
    return Refusal(422, "invalid", message, extra={"fields": fields})
