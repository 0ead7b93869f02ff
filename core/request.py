"""A request and a response as the engine sees them, free of any HTTP library."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from .bodies.upload import Upload
from .errors import InputError

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What leaves: an absolute URL, ordered headers, and a whole body or one that is read from files.

    ``is_stranger`` says that it goes where no credentials may go, so it shows no client certificate either.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    upload: Upload | None = None
    is_stranger: bool = False

    @property
    def has_body(self) -> bool:
        """Whether anything is sent behind the headers."""
        return self.body is not None or self.upload is not None

    def with_header(self, name: str, value: str) -> "Request":
        """Give the same request with this header, replacing one of the same name.

        Raises:
            InputError: the value is not one line (RFC 9110, section 5.5).
        """
        check_header(name, value)
        kept = tuple(pair for pair in self.headers if pair[0].lower() != name.lower())
        return replace(self, headers=(*kept, (name, value)))

    def with_query(self, name: str, value: str) -> "Request":
        """Give the same request with one more query parameter."""
        parts = urlsplit(self.url)
        added = urlencode([(name, value)], quote_via=quote)
        query = f"{parts.query}&{added}" if parts.query else added
        return replace(self, url=urlunsplit(parts._replace(query=query)))

    def with_cookie(self, name: str, value: str) -> "Request":
        """Give the same request with one more cookie (RFC 6265, section 4.2.1)."""
        others = next((text for key, text in self.headers if key.lower() == "cookie"), "")
        cookie = f"{name}={value}"
        return self.with_header("Cookie", f"{others}; {cookie}" if others else cookie)

    def with_body_field(self, name: str, value: str) -> "Request":
        """Give the same request with one more field in its JSON or form body."""
        if self.upload is not None:
            raise InputError(f"{name} belongs into the body, and the body is a file or a form with files")
        content_type = self.header("content-type") or "application/json"
        if "form-urlencoded" in content_type:
            added = urlencode([(name, value)])
            body = f"{self.body.decode()}&{added}" if self.body else added
            return replace(self, body=body.encode())
        from .bodies.json_body import read_json, write_json
        from .bodies.problem import BodyProblem

        try:
            fields = read_json(self.body)[0] if self.body else {}
        except BodyProblem:
            fields = None
        if not isinstance(fields, dict):
            raise InputError(
                f"{name} belongs into the body, and the body is no JSON object", "send an object"
            )
        body_bytes = write_json({**fields, name: value})
        return replace(self, body=body_bytes).with_header("Content-Type", content_type)

    def header(self, name: str) -> str | None:
        """Give the value of a header, whatever its case."""
        return _first(self.headers, name)


def _first(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return None


def check_header(name: str, value: str) -> None:
    """Refuse a header that is not one line.

    Raises:
        InputError: names the header, never its value.
    """
    if "\r" in value or "\n" in value or "\0" in value:
        raise InputError(f"the value for the header {name} holds a line break", "give it again on one line")


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. ``body`` is decoded from its coding and whole unless it was streamed to a file.

    ``size`` counts the bytes of the decoded body, also of one that went to a file.
    """

    status: int
    headers: Headers
    body: bytes
    url: str
    took_us: int
    size: int
    http_version: str = "HTTP/1.1"
    peer: str | None = None
    saved_to: Path | None = field(default=None)

    def header(self, name: str) -> str | None:
        """Give the value of a header, whatever its case."""
        return _first(self.headers, name)

    @property
    def content_type(self) -> str:
        """The media type in lower case, without its parameters."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()
