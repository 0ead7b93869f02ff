"""Prepare a request: fill its templates and write path, query, headers and body."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from connectors import AuthMethod, Connector, FormStyle
from connectors import Request as RequestSpec
from connectors.templates import MISSING

from .bodies.form_body import form_pairs
from .bodies.json_body import write_json
from .bodies.multipart import build_form
from .bodies.upload import Upload, upload_file
from .certificates import ClientCertificate, find_certificate
from .clients import Timeouts, TlsProfile
from .errors import ConfigError, InputError
from .hosts import build_policy
from .kept_certificates import shown_certificate
from .request import Headers, Request, check_header
from .send import Route
from .told_base import check_told_address
from .unseal import Unsealed

USER_AGENT = "connect-tui"
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain; charset=utf-8",
    "binary": "application/octet-stream",
}


def prepare_request(
    definition: Connector, spec: RequestSpec, unsealed: Unsealed, given: Mapping[str, Any]
) -> Request:
    """Build the request that an operation or an auth test describes.

    Raises:
        InputError: an expression that a text needs gives nothing.
        ConfigError: the result is not a usable URL.
    """
    more = {"input": given}
    path = unsealed.fill_path(spec.path, more)
    query = [*_pairs(unsealed.fill(definition.http.query, more)), *_pairs(unsealed.fill(spec.query, more))]
    headers = _headers(definition, unsealed, unsealed.fill(spec.headers, more).items())
    body, content_type = _body(spec, unsealed.fill(spec.body, more), headers)
    if content_type and not any(name.lower() == "content-type" for name, _ in headers):
        headers = (*headers, ("Content-Type", content_type))
    # The base URL may be what only a login tells, and the login is elsewhere.
    base = "" if _WHOLE.match(path) else base_url(definition, unsealed)
    url = join_url(base, path, query)
    if isinstance(body, Upload):
        return Request(spec.method, url, headers, upload=body)
    return Request(spec.method, url, headers, body)


def prepare_proxy(
    definition: Connector,
    unsealed: Unsealed,
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Iterable[tuple[str, str]],
    body: bytes | None,
) -> Request:
    """Build a request that a person wrote: a path below the base URL, or a URL on an allowed host."""
    base = base_url(definition, unsealed)
    url = join_url(base, path, [])
    pairs = [*_pairs(unsealed.fill(definition.http.query)), *query]
    own = _headers(definition, unsealed, headers)
    if body is not None and not any(name.lower() == "content-type" for name, _ in own):
        own = (*own, ("Content-Type", _TYPES["json"] if _is_json(body) else _TYPES["binary"]))
    return Request(method.upper(), add_query(url, pairs), own, body)


def base_url(definition: Connector, unsealed: Unsealed) -> str:
    """Give the rendered base URL of a connection.

    Raises:
        ConfigError: it is not an http or https URL with a host.
    """
    text = str(unsealed.fill(definition.http.base_url, {"input": {}}))
    if not text and "captured." in definition.http.base_url:
        raise ConfigError(
            "the provider did not say the base URL when somebody signed in",
            f"sign in again; the connector takes it from {definition.http.base_url}",
        )
    check_address(text)
    if "?" in text or "#" in text:
        raise ConfigError(
            f"the base URL {text!r} holds a ? or a #", "paths are put behind it; leave them out"
        )
    return text


def check_address(url: str) -> None:
    """Refuse what is not an absolute http or https URL with a host and a port that can be.

    Raises:
        ConfigError: it is none.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(
            f"{url!r} is not an http or https URL", "mend the connection's base URL, or the address"
        )


def build_route(definition: Connector, unsealed: Unsealed, key: str, method: AuthMethod | None) -> Route:
    """Give how the requests of a connection travel: allowed hosts, TLS profile and time limits.

    Raises:
        ConfigError: an address, a certificate or a file cannot be used.
        PolicyError: the provider told an address that the connector does not allow.
    """
    http = definition.http
    base = base_url(definition, unsealed)
    is_told = not check_told_address(http.base_url, base, method, unsealed)
    others = [_other_host(pattern, method, unsealed) for pattern in http.hosts.values()]
    tls = build_tls(definition, unsealed, method)
    if tls.certificate is not None and not base.lower().startswith("https:"):
        raise ConfigError(
            f"a client certificate is shown in TLS only, and {base} is plain http", "use an https base URL"
        )
    return Route(
        key=key,
        policy=build_policy(base, [*others, *(server.url for server in http.servers)], is_told=is_told),
        tls=tls,
        timeouts=Timeouts(http.timeout.connect, http.timeout.read, http.timeout.total),
    )


def _other_host(pattern: str, method: AuthMethod | None, unsealed: Unsealed) -> str:
    host = str(unsealed.fill(pattern))
    check_told_address(pattern, host, method, unsealed)
    return host


def build_tls(definition: Connector, unsealed: Unsealed, method: AuthMethod | None) -> TlsProfile:
    """Give how servers are verified, and the client certificate that the method shows them.

    Raises:
        ConfigError: the certificate or its file cannot be used.
    """
    tls = definition.http.tls
    return TlsProfile(
        _verifies(unsealed.fill(tls.verify)),
        _text(unsealed.fill(tls.ca)),
        tls.min_version,
        _certificate(unsealed, method),
    )


def _certificate(unsealed: Unsealed, method: AuthMethod | None) -> ClientCertificate | None:
    """Give what the method shows, else what the connection itself names."""
    found = find_certificate(method.certificate, unsealed) if method is not None else None
    return found or shown_certificate(unsealed)


def _verifies(value: Any) -> bool:
    """Read whether certificates are verified; whatever is not a clear no is a yes."""
    return value is not False and str(value).lower() not in {"false", "no", "off"}


def join_url(base: str, path: str, query: Iterable[tuple[str, str]]) -> str:
    """Join a base URL and a path below it; a whole address stays as it is."""
    if _WHOLE.match(path):
        check_address(path)
        return add_query(path, query)
    url = f"{base.rstrip('/')}/{path.lstrip('/')}" if path.strip("/") or path == "/" else base
    return add_query(url, query)


def add_query(url: str, query: Iterable[tuple[str, str]]) -> str:
    """Add query parameters to a URL, in order."""
    added = urlencode(list(query), quote_via=quote)
    if not added:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{added}"


def _headers(definition: Connector, unsealed: Unsealed, own: Iterable[tuple[str, Any]]) -> Headers:
    """Write the headers; an operation's own replace the connector's of the same name, and may repeat."""
    given = [(name, text) for name, value in own if (text := _text(value)) is not None]
    merged: dict[str, tuple[str, str]] = {
        "user-agent": ("User-Agent", str(unsealed.fill(definition.http.user_agent) or USER_AGENT)),
        "accept": ("Accept", "application/json, */*;q=0.5"),
        "accept-encoding": ("Accept-Encoding", "gzip, deflate"),
    }
    for name, value in unsealed.fill(definition.http.headers).items():
        merged[name.lower()] = (name, _text(value) or "")
    for name, _ in given:
        merged.pop(name.lower(), None)
    headers = (*merged.values(), *given)
    for name, text in headers:
        check_header(name, text)
    return headers


def _pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in fields.items():
        items = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, text) for text in (_text(item) for item in items) if text is not None]
    return pairs


def _text(value: Any) -> str | None:
    """Write a value as it stands in a query or a header; nothing for null."""
    if value is None or value is MISSING:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return write_json(value).decode()


def _body(spec: RequestSpec, body: Any, headers: Headers) -> tuple[bytes | Upload | None, str | None]:
    """Give what is sent, and its Content-Type unless the headers say one.

    Raises:
        InputError: a form is no mapping, or a file cannot be sent.
    """
    if body is None or body is MISSING:
        return None, None
    match spec.body_type:
        case "multipart":
            upload = build_form(_fields(body), _text)
            return upload, upload.content_type
        case "file":
            said = next((value for name, value in headers if name.lower() == "content-type"), None)
            upload = upload_file(body, said)
            return upload, upload.content_type
        case kind:
            return _whole_body(kind, body, spec.form), _TYPES[kind]


def _whole_body(kind: Literal["json", "form", "text", "binary"], body: Any, style: FormStyle) -> bytes:
    match kind:
        case "json":
            return write_json(body)
        case "form":
            if isinstance(body, str):
                return body.encode()
            return urlencode(list(form_pairs(_fields(body), style, _text))).encode()
        case "text" | "binary":
            return body if isinstance(body, bytes) else (_text(body) or "").encode()


def _fields(body: Any) -> Mapping[str, Any]:
    if isinstance(body, Mapping):
        return body
    raise InputError("the body of a form must be a mapping of its fields", "look at the operation's `body`")


def _is_json(body: bytes) -> bool:
    return body.lstrip()[:1] in {b"{", b"["}
