"""A request as it stands on the wire, for whoever signs what really leaves."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from .address import read_address
from .request import Headers, Request

_BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class OnWire:
    """The parts of an address as they are sent; ``query`` is None where there is no question mark."""

    scheme: str
    host: str
    path: str
    query: str | None

    @property
    def target(self) -> str:
        """What stands in the first line of the request (RFC 9112, section 3.2.1)."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of the query, decoded, in their order; a plus is a space."""
        return decoded_pairs(self.query or "")


def on_wire(request: Request) -> OnWire:
    """Give the address of a request in the form in which it is sent.

    Raises:
        ConfigError: it cannot be sent.
    """
    server, target = read_address(request.url)
    path, mark, query = target.partition("?")
    return OnWire(server.scheme, request.header("host") or server.name, path, query if mark else None)


def decoded_pairs(text: str) -> list[tuple[str, str]]:
    """Read a query or a form (application/x-www-form-urlencoded)."""
    return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")


def sent_headers(request: Request, host: str) -> Headers:
    """Give the headers that are sent, with those that every request of HTTP/1.1 gets (RFC 9112)."""
    headers = request.headers
    if request.header("host") is None:
        headers = (("Host", host), *headers)
    length = body_size(request)
    if request.header("content-length") is None and (length or request.method.upper() in _BODY_METHODS):
        headers = (*headers, ("Content-Length", str(length)))
    return headers


def body_size(request: Request) -> int:
    """Give how many bytes stand behind the headers."""
    return request.upload.size if request.upload is not None else len(request.body or b"")
