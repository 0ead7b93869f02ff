"""Read the address of a request into what HTTP wants: the server it goes to, and the target asked of it."""

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

from .errors import ConfigError

_LONGEST = 65_536
_PORTS = {"http": 80, "https": 443}
# Nothing in such an address is written in another way before it is sent.
_PLAIN = re.compile(
    r"(https?)://([a-z0-9][a-z0-9._-]*)(?::([1-9][0-9]{0,4}))?(/[!$-;=@-_a-z|~]*)?(\?[!$-;=?-~]*)?"
)


class Server(NamedTuple):
    """Where connections lead: ``host`` as it is resolved, ``name`` as the Host header says it."""

    scheme: str
    host: str
    port: int
    name: str


class Address(NamedTuple):
    """The server of a request, and the path and query that are asked of it."""

    server: Server
    target: str


def read_address(url: str) -> Address:
    """Read an absolute address; what HTTP cannot carry is escaped, and dots in its path are followed.

    Raises:
        ConfigError: it is none that can be sent.
    """
    plain = _PLAIN.fullmatch(url) if len(url) <= _LONGEST else None
    if plain is None:
        return _read_any(url)
    scheme, host, port, path, query = plain.groups()
    server = _plain_server(scheme, host, port)
    if server is None or (path and "/." in path):
        return _read_any(url)
    return Address(server, (path or "/") + (query or ""))


@lru_cache(maxsize=256)
def _plain_server(scheme: str, host: str, port: str | None) -> Server | None:
    """Give the server of a plain name, or of an IPv4 address that is one."""
    if host[-1].isdigit():
        try:
            ipaddress.IPv4Address(host)
        except ipaddress.AddressValueError:
            return None
    number = int(port) if port else _PORTS[scheme]
    return Server(scheme, host, number, host if number == _PORTS[scheme] else f"{host}:{number}")


def _read_any(url: str) -> Address:
    from .http_library import httpx

    try:
        read = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ConfigError(f"this request cannot be written: {error}") from error
    port = read.port or _PORTS.get(read.scheme, 0)
    server = Server(read.scheme, read.raw_host.decode("ascii"), port, read.netloc.decode("ascii"))
    return Address(server, read.raw_path.decode("ascii"))
