"""Hold the open connections: a TLS context for each profile and a small pool for each connection on it.

One big pool would cost more with every connection in it, and a context for every client 20 ms each.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .certificates import ClientCertificate, load_certificate
from .errors import ConfigError
from .hosts import HostPolicy
from .pool import Pool

ProfileKey = tuple[bool, str | None, str, str | None]

_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
KEPT_S = 60.0


@dataclass(frozen=True, slots=True)
class TlsProfile:
    """How servers are verified, and with which certificate a connection says who it is.

    ``ca`` is a PEM file that replaces the system's authorities.
    """

    verify: bool = True
    ca: str | None = None
    min_version: str = "1.2"
    certificate: ClientCertificate | None = None

    @property
    def key(self) -> "ProfileKey":
        """What tells it from other profiles, without any secret."""
        named = self.certificate.identity if self.certificate is not None else None
        return self.verify, self.ca, self.min_version, named


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
        ConfigError: the file of authorities cannot be read, or the client certificate cannot be used.
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
    if profile.certificate is not None:
        load_certificate(context, profile.certificate)
    return context


def _expanded(path: str | None) -> str | None:
    return str(Path(path).expanduser()) if path else None


class Clients:
    """The pools, by connection; closed together.

    What holds a private key is dropped when it was not used for ``kept_s`` seconds, and when its connection
    comes with another one.
    """

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self._contexts: dict[ProfileKey, ssl.SSLContext] = {}
        self._pools: dict[tuple[str, ProfileKey | None, HostPolicy], Pool] = {}
        self._used: dict[ProfileKey, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def pool(self, key: str, profile: TlsProfile | None, policy: HostPolicy) -> Pool:
        """Give the pool of a connection, making it when it is first used; no profile means plain http."""
        place = (key, profile.key if profile else None, policy)
        found = self._pools.get(place)
        if found is None:
            context = await self.context(profile) if profile else None
            # Another request may have made it while the context was built.
            found = self._pools.setdefault(place, Pool(context, policy))
            self._replace(place)
        if profile is not None and profile.certificate is not None:
            self._note_use(profile.key)
        return found

    async def context(self, profile: TlsProfile) -> ssl.SSLContext:
        """Give the TLS context of a profile; it is built in a thread, because it reads a large file."""
        if profile.key not in self._contexts:
            self._contexts[profile.key] = await asyncio.to_thread(build_tls_context, profile)
        if profile.certificate is not None:
            self._note_use(profile.key)
        return self._contexts[profile.key]

    async def close(self) -> None:
        """Close every pool."""
        if self._timer is not None:
            self._timer.cancel()
        for pool in self._pools.values():
            await pool.close()
        await asyncio.gather(*self._closing)
        self._pools.clear()
        self._contexts.clear()
        self._used.clear()

    def forget_certificates(self) -> None:
        """Drop every context that holds a private key, from any thread; what is at work ends first."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed, and everything with it
                self._loop.call_soon_threadsafe(self._drop_certificates)

    def _drop_certificates(self) -> None:
        for profile in tuple(self._used):
            self._let_go(profile)

    def _note_use(self, profile: ProfileKey) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._used[profile] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._kept_s, self._drop_unused)

    def _replace(self, opened: tuple[str, ProfileKey | None, HostPolicy]) -> None:
        """Let a certificate go that the connection had before."""
        if opened[1] is None or opened[1] not in self._used:
            return
        before = {place[1] for place in self._pools if place[0] == opened[0] and place[1] != opened[1]}
        for profile in self._used.keys() & before:
            self._let_go(profile)

    def _let_go(self, profile: ProfileKey) -> None:
        """Drop a context now, or as soon as the timer finds it idle."""
        self._used[profile] = -self._kept_s
        self._drop(profile)

    def _drop_unused(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        for profile, used in tuple(self._used.items()):
            if loop.time() - used >= self._kept_s:
                self._drop(profile)
        if self._used:
            self._timer = loop.call_later(self._kept_s, self._drop_unused)

    def _drop(self, profile: ProfileKey) -> None:
        """Forget a context and the pools on it, unless one of them is at work."""
        places = [place for place in self._pools if place[1] == profile]
        if any(self._pools[place].is_at_work for place in places):
            return
        self._contexts.pop(profile, None)
        del self._used[profile]
        for place in places:
            task = asyncio.get_running_loop().create_task(self._pools.pop(place).close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
