"""Decide where a redirect leads, and what may travel there."""

import re
from dataclasses import replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

from .errors import PolicyError, VendorError
from .hosts import HostPolicy, host_of, origin_of
from .request import Request, Response

Follow = Literal["none", "same-host", "any"]
MOST_REDIRECTS = 10

_LONGEST = 60_000
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HARMLESS = frozenset({"accept", "accept-encoding", "user-agent", "content-type"})


def next_request(
    sent: Request, bare: Request, response: Response, follow: Follow, policy: HostPolicy
) -> Request | None:
    """Give the request that follows a redirect, or None when the response stands as it is.

    ``bare`` is the request before it was authorized. Only the very same origin (RFC 6454), or the same host
    reached over TLS instead, gets the credentials again; any other gets neither them nor a body.

    Raises:
        PolicyError: the redirect leads to where this connection may not go.
        VendorError: the redirect names no usable place.
    """
    location = response.header("location")
    if response.status not in _REDIRECTS or location is None or follow == "none":
        return None
    url = _target(sent.url, location)
    method = _method_after(sent, response.status)
    keeps_body = method == sent.method and sent.has_body
    if keeps_credentials(sent.url, url):
        if keeps_body:
            return replace(sent, url=url)
        return Request(method, url, _without_type(sent), is_stranger=sent.is_stranger)
    _check(sent.url, url, follow, policy)
    if keeps_body:
        raise PolicyError(f"a redirect would send the request's body to {host_of(url)}")
    harmless = tuple(pair for pair in bare.headers if pair[0].lower() in _HARMLESS - {"content-type"})
    return Request(method, url, harmless, is_stranger=True)


def _target(base: str, location: str) -> str:
    try:
        url = urljoin(base, location)
        urlsplit(url).port  # noqa: B018 - reading it checks it
    except ValueError:
        url = ""
    if not url or len(url) > _LONGEST or _CONTROLS.search(url):
        raise VendorError(f"the redirect to {location[:200]!r} is not an address", "check the base URL")
    return url.split("#")[0]


def _method_after(sent: Request, status: int) -> str:
    """Give the method after a redirect (RFC 9110, section 15.4); another one than before has no body."""
    if status == 303 and sent.method != "HEAD":
        return "GET"
    return "GET" if status in {301, 302} and sent.method == "POST" else sent.method


def _without_type(sent: Request) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in sent.headers if pair[0].lower() != "content-type")


def keeps_credentials(old: str, new: str) -> bool:
    """Tell whether the credentials for one address may go to another."""
    if origin_of(old) == origin_of(new):
        return True
    upgraded = (origin_of(old)[0], origin_of(new)[0]) == ("http", "https")
    default_ports = (origin_of(old)[2], origin_of(new)[2]) == (80, 443)
    return upgraded and default_ports and host_of(old) == host_of(new)


def _check(old: str, new: str, follow: Follow, policy: HostPolicy) -> None:
    if origin_of(old)[0] == "https" and origin_of(new)[0] != "https":
        raise PolicyError(f"a redirect would leave TLS for {new}", "ask the vendor for an https address")
    if origin_of(new)[0] not in {"http", "https"}:
        policy.check_url(new)
    if follow == "same-host" and host_of(old) != host_of(new):
        raise PolicyError(
            f"a redirect leads to another host, {host_of(new)}",
            "if that is meant, the connector says `redirects: any` and names it under http.hosts",
        )
    policy.check_url(new)
