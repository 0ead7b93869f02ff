"""Hold the open connections: a TLS context for each profile and a small pool for each connection on it.

One big pool would cost more with every connection in it, and a context for every client 20 ms each.
"""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path

from .errors import ConfigError
from .hosts import HostPolicy
from .pool import Pool

_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@dataclass(frozen=True, slots=True)
class TlsProfile:
    """How servers are verified: ``ca`` is a PEM file that replaces the system's authorities."""

    verify: bool = True
    ca: str | None = None
    min_version: str = "1.2"


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds: to connect, between two bytes, and for one whole exchange.

    Without ``total_s`` an exchange may take five minutes, a download as long as bytes arrive.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    total_s: float | None = None


def build_tls_context(profile: TlsProfile) -> ssl.SSLContext:
    """Build the TLS context of a profile.

    Raises:
        ConfigError: the file of authorities cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=_expanded(profile.ca))
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"the certificate authorities in {profile.ca} cannot be read: {error}",
            "name a PEM file in http.tls.ca",
        ) from error
    context.minimum_version = _VERSIONS[profile.min_version]
    context.set_alpn_protocols(["http/1.1"])
    if not profile.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _expanded(path: str | None) -> str | None:
    return str(Path(path).expanduser()) if path else None


class Clients:
    """The pools, by connection; closed together."""

    def __init__(self) -> None:
        self._contexts: dict[TlsProfile, ssl.SSLContext] = {}
        self._pools: dict[tuple[str, TlsProfile | None, HostPolicy], Pool] = {}

    async def pool(self, key: str, profile: TlsProfile | None, policy: HostPolicy) -> Pool:
        """Give the pool of a connection, making it when it is first used; no profile means plain http."""
        found = self._pools.get((key, profile, policy))
        if found is None:
            context = await self.context(profile) if profile else None
            # Another request may have made it while the context was built.
            found = self._pools.setdefault((key, profile, policy), Pool(context, policy))
        return found

    async def context(self, profile: TlsProfile) -> ssl.SSLContext:
        """Give the TLS context of a profile; it is built in a thread, because it reads a large file."""
        if profile not in self._contexts:
            self._contexts[profile] = await asyncio.to_thread(build_tls_context, profile)
        return self._contexts[profile]

    async def close(self) -> None:
        """Close every pool."""
        for pool in self._pools.values():
            await pool.close()
        self._pools.clear()
