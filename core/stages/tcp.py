"""Stage tcp: something listens there."""

import asyncio
from contextlib import suppress

from .finding import Finding, broken, passed, skipped


async def check(addresses: tuple[str, ...], port: int) -> tuple[Finding, str | None]:
    """Connect to the first address that answers; gives the finding and that address."""
    finding = skipped("the host has no address")
    for address in addresses:
        finding = await _connect(address, port)
        if finding.verdict == "passed":
            return finding, address
    return finding, None


async def _connect(address: str, port: int) -> Finding:
    try:
        _, writer = await asyncio.open_connection(address, port)
    except ConnectionRefusedError:
        return broken(
            "network",
            f"connection refused by {address}, port {port}",
            "is the service running, and is the port of the base URL right?",
            retryable=True,
        )
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        return broken(
            "network", f"{address}, port {port}: {said}", "check routes and firewalls", retryable=True
        )
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return passed(f"connected, port {port}")
