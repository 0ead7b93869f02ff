"""Sign a request as AWS Signature Version 4 wants it (Signature Version 4, AWS General Reference)."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlsplit

from .request import Headers
from .wire import OnWire

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"

# Their paths are encoded once and stay as they are; those of all others are normalised and encoded twice.
S3_LIKE = frozenset({"s3", "s3-object-lambda", "s3-outposts", "s3express"})
# A proxy may change these on the way, so they are not signed.
_UNSIGNED_HEADERS = frozenset((
    "accept", "accept-encoding", "authorization", "baggage", "connection", "content-length", "expect",
    "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "traceparent", "tracestate", "trailer",
    "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
))  # fmt: skip
_UNRESERVED = "-_.~"


@dataclass(frozen=True, slots=True)
class Scope:
    """For what and when a signature holds; ``moment`` is as 20261122T120000Z."""

    moment: str
    region: str
    service: str

    def __str__(self) -> str:
        return f"{self.moment[:8]}/{self.region}/{self.service}/aws4_request"


def plain_url(url: str, wire: OnWire, service: str) -> str:
    """Give an address in the one form that is sent, read and signed alike: only unreserved letters are bare.

    A plus in a query is a space. Keys of S3 hold slashes, which AWS signs as such however they were written.
    """
    pairs = [pair.partition("=") for pair in (wire.query or "").split("&") if pair]
    written = "&".join(f"{_in_query(name)}{equals}{_in_query(value)}" for name, equals, value in pairs)
    path = _plain_path(wire.path, service)
    return f"{wire.scheme}://{urlsplit(url).netloc}{path}{'?' if written else ''}{written}"


def _in_query(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe=_UNRESERVED)


def _plain_path(path: str, service: str) -> str:
    if service in S3_LIKE:
        segments = unquote_to_bytes(path).split(b"/")
    else:
        segments = [unquote_to_bytes(segment) for segment in path.split("/")]
    written = (quote(segment, safe=_UNRESERVED) for segment in segments)
    # A bare dot would be taken for a step in the path, and left out on the way.
    return "/".join(one.replace(".", "%2E") if one in {".", ".."} else one for one in written)


def signed_headers(headers: Headers, host: str) -> dict[str, str]:
    """Give the headers that are signed, by name in lower case, in order, each as the signature sees it."""
    found: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in _UNSIGNED_HEADERS:
            found.setdefault(name.lower(), []).append(" ".join(value.split()))
    found.setdefault("host", [host])
    return {name: ",".join(found[name]) for name in sorted(found)}


def canonical_request(method: str, url: str, signed: dict[str, str], payload_hash: str, service: str) -> str:
    """Write what is signed of a request, byte for byte as AWS does."""
    parts = urlsplit(url)
    lines = [
        method.upper(),
        _canonical_path(parts.path, service),
        _canonical_query(parts.query),
        *(f"{name}:{value}" for name, value in signed.items()),
        "",
        ";".join(signed),
        payload_hash,
    ]
    return "\n".join(lines)


def signature(secret_key: str, scope: Scope, canonical: str) -> str:
    """Give the signature over a canonical request."""
    key = f"AWS4{secret_key}".encode()
    for step in (scope.moment[:8], scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, scope.moment, str(scope), hashed))
    return hmac.digest(key, text.encode(), "sha256").hex()


def _canonical_path(path: str, service: str) -> str:
    return path if service in S3_LIKE else quote(_without_dots(path), safe="/~")


def _without_dots(path: str) -> str:
    """Take the steps and the doubled slashes out of a path (RFC 3986, section 6)."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            kept[-1:] = []
        elif segment and segment != ".":
            kept.append(segment)
    begin = "/" if path.startswith("/") or not path else ""
    return begin + "/".join(kept) + ("/" if kept and not segments[-1] else "")


def _canonical_query(query: str) -> str:
    if not query:
        return ""
    pairs: Iterable[tuple[str, str, str]] = (pair.partition("=") for pair in query.split("&"))
    return "&".join(f"{name}={value}" for name, value in sorted((name, value) for name, _, value in pairs))
