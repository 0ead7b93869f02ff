"""Open a connection to a host: only to addresses that the policy allows, and to the very one it checked."""

import asyncio
import socket
import ssl

from .hosts import HostPolicy
from .peer_stream import PeerStream


class UnreachableError(Exception):
    """No connection was made; its cause says why."""


class LateConnectionError(Exception):
    """No connection was made in time."""


async def open_stream(
    policy: HostPolicy, host: str, port: int, context: ssl.SSLContext | None, connect_s: float
) -> PeerStream:
    """Resolve ``host``, check every address and connect to the first that answers, over TLS with a context.

    ``connect_s`` limits the time for each address.

    Raises:
        PolicyError: an address of the host is not allowed.
        UnreachableError: no address answers, or TLS failed.
        LateConnectionError: the last address did not answer in time.
    """
    try:
        addresses = await resolve_host(host, port)
    except socket.gaierror as error:
        raise UnreachableError from error
    for address in addresses:
        policy.check_address(host, address)
    failure: Exception = UnreachableError()
    for address in addresses:
        try:
            return await _connect(host, address, port, context, connect_s)
        except TimeoutError as error:
            failure = LateConnectionError()
            failure.__cause__ = error
        except ssl.SSLError as error:
            raise UnreachableError from error
        except OSError as error:
            failure = UnreachableError()
            failure.__cause__ = error
    raise failure


async def _connect(
    host: str, address: str, port: int, context: ssl.SSLContext | None, connect_s: float
) -> PeerStream:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(connect_s):
        if context is None:
            _, stream = await loop.create_connection(PeerStream, address, port)
        else:
            _, stream = await loop.create_connection(
                PeerStream,
                address,
                port,
                ssl=context,
                server_hostname=host,
                ssl_handshake_timeout=connect_s,
            )
    return stream


async def resolve_host(host: str, port: int) -> tuple[str, ...]:
    """Give the addresses of a host, in the order of the system, each once.

    Raises:
        socket.gaierror: the name has no address.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "no host can have this name") from None
    return tuple(dict.fromkeys(str(item[4][0]) for item in found))
