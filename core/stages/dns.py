"""Stage dns: the host has an address, and one that may be called."""

import socket

from ..connecting import resolve_host
from ..errors import PolicyError
from ..send import Route
from .finding import Finding, broken, failed, passed


async def check(host: str, port: int, route: Route) -> tuple[Finding, tuple[str, ...]]:
    """Resolve a host; gives the finding and the addresses to connect to."""
    try:
        addresses = await resolve_host(host, port)
        for address in addresses:
            route.policy.check_address(host, address)
    except socket.gaierror as error:
        said = (error.strerror or str(error)).lower()
        return broken(
            "network", f"{host} has no address ({said})", "check the host in the base URL, and the DNS"
        ), ()
    except PolicyError as error:
        return failed(error.failure), ()
    shown = ", ".join(addresses[:3]) + (f" and {len(addresses) - 3} more" if len(addresses) > 3 else "")
    return passed(shown), addresses
