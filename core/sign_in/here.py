"""Where a browser comes back to on this machine, and how one on the person's own machine gets there."""

import getpass
import ipaddress
import re
import shlex
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from connectors import AuthMethod, OAuth1Auth, OAuth2Auth
from connectors.templates import MISSING, has_template

from ..attended import is_attended
from ..errors import ConfigError
from ..unseal import Unsealed
from .choice import ssh_connection

USUAL_REDIRECT = "http://127.0.0.1:8733/callback"
_LOOPBACKS = frozenset({"127.0.0.1", "localhost", "::1"})
_USUAL_PORT = "22"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def redirect_uri(method: OAuth1Auth | OAuth2Auth, unsealed: Unsealed) -> str:
    """Give the address that the provider sends the browser to, and must know."""
    filled = unsealed.fill(method.redirect_uri) if method.redirect_uri else None
    return USUAL_REDIRECT if filled is None or filled is MISSING else str(filled)


def known_redirect(method: AuthMethod) -> str | None:
    """Give the address that a person tells a provider before anybody signs in.

    None where no browser is sent back, or where a connection says the address.
    """
    if not is_attended(method):
        return None
    if isinstance(method, OAuth2Auth) and "authorization_code" not in method.grants:
        return None
    said = method.redirect_uri or USUAL_REDIRECT
    return said if leads_back(said) and not has_template(said) else None


def leads_back(redirect: str) -> bool:
    """Tell whether a browser is sent to an address; else the provider's page shows a code (`oob`).

    An app's own scheme (RFC 8252, section 7.1) is an address too: nothing opens it, and it can be pasted.
    """
    scheme = _SCHEME.match(redirect)
    return scheme is not None and scheme[1].lower() != "urn"


def leads_here(redirect: str) -> bool:
    """Tell whether a browser may come back to this machine by itself."""
    return redirect.startswith(("http://", "https://"))


def check_loopback(redirect: str) -> None:
    """Refuse to wait at an address that is not of this machine.

    Raises:
        ConfigError: names what else can be done.
    """
    try:
        parts = urlsplit(redirect)
        leads_here = parts.scheme == "http" and parts.hostname in _LOOPBACKS and parts.port != 0
    except ValueError:  # a port beyond all ports, or brackets around no address
        leads_here = False
    if not leads_here:
        raise ConfigError(
            f"the redirect address {redirect} does not lead to this machine", "paste the address back instead"
        )


def say_ssh_line(redirect: str, environ: Mapping[str, str]) -> str | None:
    """Give the command that lets a browser on the person's own machine reach this one; None without SSH."""
    connection = ssh_connection(environ)
    if connection is None:
        return None
    parts = urlsplit(redirect)
    port, to = parts.port or 80, parts.hostname or "127.0.0.1"
    there = f"[{to}]" if ":" in to else to
    server, server_port = _server(connection)
    words = ["ssh", "-N", *(("-p", server_port) if server_port != _USUAL_PORT else ())]
    return shlex.join([*words, "-L", f"{port}:{there}:{port}", f"{_user()}{server}"])


def _server(connection: str) -> tuple[str, str]:
    """Give the address by which this machine was reached, or its name where that leads nowhere, and the port.

    OpenSSH writes UNKNOWN where it does not come over a network; a loopback or link-local address is that of
    a tunnel, or means nothing without its interface.
    """
    words = connection.split()
    host, port = (words[2], words[3]) if len(words) == 4 else ("", "")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        known = bool(host) and host.upper() != "UNKNOWN"
        return (host if known else socket.gethostname()), _port(port)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback or address.is_link_local or address.is_unspecified:
        return socket.gethostname(), _USUAL_PORT
    return str(address), _port(port)


def _port(text: str) -> str:
    return text if text.isdecimal() and 0 < int(text) < 65535 else _USUAL_PORT


def _user() -> str:
    try:
        return f"{getpass.getuser()}@"
    except (OSError, KeyError):  # a container may run as a user without a name
        return ""
