"""Decide which hosts and addresses a connection may reach (guard against server-side request forgery)."""

import fnmatch
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import PolicyError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Instance metadata of the large clouds that is not link-local (AWS over IPv6, Alibaba, Oracle's classic).
_METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in ("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16")
)
_METADATA_NAMES = frozenset({"metadata.google.internal", "metadata", "instance-data"})
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """The hosts of one connection: its own base URL's host, and the patterns that the connector names.

    ``own_doors`` are the schemes and ports of the own host; another port of it is another service.
    ``is_told`` says that a provider named the own host, so that it is no private one.
    """

    own_host: str
    patterns: tuple[str, ...] = ()
    own_doors: frozenset[tuple[str, int]] = frozenset()
    is_told: bool = False

    def check_url(self, url: str) -> None:
        """Refuse a URL whose scheme or host is not allowed.

        Raises:
            PolicyError: names the host and what would allow it.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS:
            raise PolicyError(
                f"{parts.scheme or 'no'}:// is not a scheme that connections use", "use http or https"
            )
        if parts.username is not None or parts.password is not None:
            raise PolicyError(
                "a URL holds a user name or password", "credentials belong into an authentication"
            )
        host = host_of(url)
        if host in _METADATA_NAMES:
            raise PolicyError(f"{host} is a cloud metadata service; it is never called")
        if host == self.own_host:
            self._check_door(url)
        elif not any(fnmatch.fnmatchcase(host, pattern) for pattern in self.patterns):
            raise PolicyError(
                f"{host} is not a host of this connector",
                f"it may call {', '.join((self.own_host, *self.patterns))}; more are named under http.hosts",
            )

    def _check_door(self, url: str) -> None:
        scheme, host, port = origin_of(url)
        if self.own_doors and (scheme, port) not in self.own_doors:
            doors = " or ".join(f"{name} on port {number}" for name, number in sorted(self.own_doors))
            raise PolicyError(
                f"{scheme} on port {port} of {host} is not where this connection leads",
                f"its base URL is {doors}",
            )

    def check_address(self, host: str, address: str) -> None:
        """Refuse an address that ``host`` resolved to.

        Link-local and metadata addresses are refused always; loopback and private ones unless ``host`` is the
        host of the connection's own base URL, and a person chose that.

        Raises:
            PolicyError: names the host and the address.
        """
        found = plain_address(address)
        if found.is_link_local or found in _METADATA or found.is_unspecified or found.is_multicast:
            raise PolicyError(f"{host} is {found}, an address that is never called (link-local or metadata)")
        is_own = host.rstrip(".").lower() == self.own_host
        if not found.is_global and is_own and self.is_told:
            raise PolicyError(
                f"{host} is {found}, a private address, and only the provider says that it is meant",
                "tell those who run the provider",
            )
        if not found.is_global and not is_own:
            raise PolicyError(
                f"{host} is {found}, a private address, and not the host of this connection's base URL",
                "set the connection's base URL to that host if it is meant",
            )


def plain_address(text: str) -> Address:
    """Read an address; an IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) gives the IPv4 address."""
    found = ipaddress.ip_address(text.split("%", maxsplit=1)[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is not None:
            return inner
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found


def host_of(url: str) -> str:
    """Give the host of a URL in lower case, without brackets and without a final dot."""
    return (urlsplit(url).hostname or "").rstrip(".").lower()


def origin_of(url: str) -> tuple[str, str, int]:
    """Give scheme, host and port (RFC 6454)."""
    parts = urlsplit(url)
    return parts.scheme, host_of(url), parts.port or _PORTS.get(parts.scheme, 0)


def build_policy(base_url: str, others: Iterable[str], *, is_told: bool = False) -> HostPolicy:
    """Build the policy from the rendered base URL and the other hosts: URLs, names or patterns."""
    patterns = tuple(host_of(text) if "://" in text else text.lower() for text in others)
    scheme, host, port = origin_of(base_url)
    doors = {(scheme, port)}
    if (scheme, port) == ("http", _PORTS["http"]):
        doors.add(("https", _PORTS["https"]))
    return HostPolicy(host, patterns, frozenset(doors), is_told)
