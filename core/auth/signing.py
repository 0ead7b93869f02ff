"""What a signature can be made of: the facts that templates see as ``signing``, and where the result goes."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, unquote_plus

from connectors import AddedValue
from connectors.templates import evaluate, mentions_of

from ..errors import InputError
from ..request import Request
from ..wire import OnWire, body_size, decoded_pairs, on_wire, sent_headers
from .encoded import encoded

_UNRESERVED: Final = "-._~"
_HASHES: Final = ("md5", "sha1", "sha256", "sha384", "sha512")
_NONCES: Final[Mapping[str, Callable[[bytes], str]]] = {
    "hex": bytes.hex,
    "base64": lambda data: encoded(data, "base64"),
    "uuid": lambda data: str(uuid.UUID(bytes=data, version=4)),
    "digits": lambda data: str(10**18 + int.from_bytes(data) % (9 * 10**18)),
}


def moment_facts(moment: float, nonce: bytes, *, form: str = "iso", written: str = "hex") -> dict[str, Any]:
    """Give what belongs to one signature and not to its request: the time in UTC, and a nonce of 16 bytes."""
    scope = {"moment": moment, "form": form}
    return {
        "unix": int(moment),
        "timestamp": evaluate("date(moment, form)", scope),
        "nonce": _NONCES[written](nonce),
    }


def request_facts(request: Request, templates: Any) -> dict[str, Any]:
    """Give those facts of a request as it is now that ``templates`` read.

    Raises:
        InputError: they read the body, and it is not to be had.
    """
    facts = _Facts(request)
    return {name: _FACTS[name](facts) for name in _names(mentions_of(templates)) & _FACTS.keys()}


def reads_request(templates: Any) -> bool:
    """Tell whether templates read anything of the request itself."""
    return not _names(mentions_of(templates)).isdisjoint(_FACTS)


def with_value(request: Request, place: AddedValue, value: str) -> Request:
    """Give the request with a value put at a place."""
    match place.in_:
        case "header":
            return request.with_header(place.name, value)
        case "query":
            return without_query(request, {place.name}).with_query(place.name, value)
        case "cookie":
            return request.with_cookie(place.name, value)
        case "body":
            return request.with_body_field(place.name, value)


def without_query(request: Request, names: Iterable[str]) -> Request:
    """Give the request without the query parameters of these names; what stays is written as it was."""
    gone = frozenset(names)
    address, mark, query = request.url.partition("?")
    kept = [pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) not in gone]
    if not mark or len(kept) == query.count("&") + 1:
        return request
    return replace(request, url=f"{address}?{'&'.join(kept)}" if kept else address)


def percent(text: str) -> str:
    """Encode a text, leaving only unreserved characters bare (RFC 3986, section 2.3)."""
    return quote(text, safe=_UNRESERVED, errors="surrogateescape")


class _Facts:
    """One request, and what was already read of it."""

    def __init__(self, request: Request) -> None:
        self.request = request

    @cached_property
    def wire(self) -> OnWire:
        return on_wire(self.request)

    @cached_property
    def headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in sent_headers(self.request, self.wire.host):
            key, sent = name.lower(), value.strip(" \t")
            found[key] = f"{found[key]}, {sent}" if key in found else sent
        return dict(sorted(found.items()))

    @cached_property
    def body(self) -> bytes:
        if self.request.upload is not None:
            raise InputError(
                "the signature covers the body, and the body is a file or a form with files",
                "send what is signed as JSON, text or a form without files",
            )
        return self.request.body or b""

    @property
    def text(self) -> str:
        try:
            return self.body.decode()
        except UnicodeDecodeError:
            raise InputError(
                "the signature covers the body as text, and the body is not text",
                "let the connector sign `signing.body_base64` or a hash of the body",
            ) from None

    @property
    def form(self) -> list[dict[str, Any]]:
        is_form = "x-www-form-urlencoded" in (self.request.header("content-type") or "").lower()
        return _fields(decoded_pairs(self.text)) if is_form else []


def _fields(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Group pairs by their name, in the order of names and values."""
    found: dict[str, list[str]] = {}
    for name, value in sorted(pairs):
        found.setdefault(name, []).append(value)
    return [{"name": name, "values": values} for name, values in found.items()]


def _sorted_query(facts: _Facts) -> str:
    encoded = sorted((percent(name), percent(value)) for name, value in facts.wire.pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _names(mentions: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """Give the facts that are read; who reads `signing` as a whole gets what costs nothing."""
    return frozenset(path[1] for path in mentions if len(path) > 1 and path[0] == "signing")


_Fact = Callable[[_Facts], Any]


def _hash_fact(name: str, written: str) -> _Fact:
    return lambda facts: encoded(hashlib.new(name, facts.body, usedforsecurity=False).digest(), written)


_FACTS: Final[Mapping[str, _Fact]] = {
    "method": lambda facts: facts.request.method.upper(),
    "url": lambda facts: f"{facts.wire.scheme}://{facts.wire.host}{facts.wire.target}",
    "scheme": lambda facts: facts.wire.scheme,
    "host": lambda facts: facts.wire.host,
    "path": lambda facts: facts.wire.path,
    "target": lambda facts: facts.wire.target,
    "query": lambda facts: facts.wire.query or "",
    "sorted_query": _sorted_query,
    "query_fields": lambda facts: _fields(facts.wire.pairs),
    "headers": lambda facts: facts.headers,
    "header_list": lambda facts: [{"name": name, "value": value} for name, value in facts.headers.items()],
    "form_fields": lambda facts: facts.form,
    "body": lambda facts: facts.text,
    "body_base64": lambda facts: encoded(facts.body, "base64"),
    "body_size": lambda facts: body_size(facts.request),
    **{f"body_{name}": _hash_fact(name, "hex") for name in _HASHES},
    **{f"body_{name}_base64": _hash_fact(name, "base64") for name in _HASHES},
}
