"""Keep the cookies of a login, and give those that belong to a request (RFC 6265)."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

from .hosts import host_of
from .request import Headers, Request


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie; with ``host_only`` no host below its domain gets it, without ``expires`` it has no end."""

    name: str
    value: str
    domain: str
    path: str
    host_only: bool = True
    secure: bool = False
    expires: float | None = None


@dataclass(frozen=True, slots=True)
class CookieJar:
    """The cookies that servers have set so far, the oldest first."""

    cookies: tuple[Cookie, ...] = ()

    def after(self, url: str, headers: Headers, now: float) -> Self:
        """Give the jar with what an answer from ``url`` sets or takes back."""
        kept = {(one.domain, one.path, one.name): one for one in self.cookies}
        for name, value in headers:
            if name.lower() == "set-cookie" and (cookie := read_cookie(value, url, now)) is not None:
                key = (cookie.domain, cookie.path, cookie.name)
                kept.pop(key, None)
                if cookie.expires is None or cookie.expires > now:
                    kept[key] = cookie
        return replace(self, cookies=tuple(kept.values()))

    def get(self, name: str) -> str | None:
        """Give the newest value of a cookie, wherever it belongs."""
        return next((one.value for one in reversed(self.cookies) if one.name == name), None)

    def apply(self, request: Request, now: float) -> Request:
        """Give the request with the cookies that belong to it; one that it has already stays as it is."""
        own = {pair.partition("=")[0].strip() for pair in (request.header("cookie") or "").split(";")}
        for one in self.matching(request.url, now):
            if one.name not in own:
                request = request.with_cookie(one.name, one.value)
        return request

    def matching(self, url: str, now: float) -> Iterable[Cookie]:
        """Give the cookies for an address, those of the longest path first (RFC 6265, section 5.4)."""
        host, path, is_secure = host_of(url), urlsplit(url).path or "/", url.lower().startswith("https:")
        found = [
            one
            for one in self.cookies
            if (host == one.domain or (not one.host_only and _is_below(host, one.domain)))
            and _path_matches(path, one.path)
            and (is_secure or not one.secure)
            and (one.expires is None or one.expires > now)
        ]
        return sorted(found, key=lambda one: -len(one.path))

    def dump(self) -> str:
        """Write them as text."""
        return json.dumps([asdict(one) for one in self.cookies])


def load_cookies(text: str) -> CookieJar:
    """Read cookies as they were written."""
    return CookieJar(tuple(Cookie(**facts) for facts in json.loads(text)))


def read_cookie(text: str, url: str, now: float) -> Cookie | None:
    """Read one Set-Cookie header of an answer from ``url``; None where it sets nothing that we may take."""
    pair, *attributes = text.split(";")
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not equals or not name or any(ord(char) < 0x20 for char in name + value):
        return None
    facts = dict(_attributes(attributes))
    host, domain = host_of(url), facts.get("domain", "").lstrip(".").lower()
    if domain and domain != host and not (_is_below(host, domain) and "." in domain):
        return None
    path = facts.get("path", "")
    return Cookie(
        name=name,
        value=value,
        domain=domain or host,
        path=path if path.startswith("/") else _folder(url),
        host_only=not domain,
        secure="secure" in facts,
        expires=_expires(facts, now),
    )


def _attributes(parts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        name, _, value = part.partition("=")
        yield name.strip().lower(), value.strip()


def _expires(facts: dict[str, str], now: float) -> float | None:
    """Give when a cookie ends; Max-Age comes before Expires (RFC 6265, section 5.3)."""
    try:
        if "max-age" in facts:
            return now + int(facts["max-age"])
        if "expires" in facts:
            return parsedate_to_datetime(facts["expires"].replace("-", " ")).timestamp()
    except ValueError:
        pass
    return None


def _folder(url: str) -> str:
    """Give the path of a cookie that names none (RFC 6265, section 5.1.4)."""
    return urlsplit(url).path.rpartition("/")[0] or "/"


def _path_matches(path: str, prefix: str) -> bool:
    return path == prefix or (path.startswith(prefix) and (prefix.endswith("/") or path[len(prefix)] == "/"))


def _is_below(host: str, domain: str) -> bool:
    """Tell whether a host is below a domain; an address has nothing below it."""
    return host.endswith(f".{domain}") and not host.replace(".", "").isdigit()
