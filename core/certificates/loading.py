"""Say what a client certificate is, and let a TLS context show it.

The key never stands on a disk in clear: OpenSSL reads files only, so it gets one in memory, or where the
system has none, a file that is encrypted under a password that nobody else knows and removed at once.
"""

import os
import secrets
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import ConfigError
from .given import ClientCertificate
from .opening import open_certificate

if TYPE_CHECKING:
    from cryptography import x509

_HAS_MEMORY_FILES: Final = hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir()


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says; nothing of it is secret."""

    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime

    def days_left(self, now: datetime | None = None) -> int:
        """How many whole days it is still good; negative when it has ended."""
        return (self.not_after - (now or datetime.now(UTC))).days


def read_facts(certificate: ClientCertificate) -> CertificateFacts:
    """Say what a certificate is.

    Raises:
        ConfigError: it cannot be opened, or its key is another's.
    """
    leaf = open_certificate(certificate).leaf
    return CertificateFacts(
        leaf.subject.rfc4514_string() or "nobody named",
        leaf.issuer.rfc4514_string() or "nobody named",
        f"{leaf.serial_number:x}",
        leaf.not_valid_before_utc,
        leaf.not_valid_after_utc,
    )


def load_certificate(
    context: ssl.SSLContext, certificate: ClientCertificate, *, in_memory: bool = _HAS_MEMORY_FILES
) -> None:
    """Let a TLS context show a certificate to servers that want one.

    Raises:
        ConfigError: it cannot be opened, its key is another's, or it is not valid now.
    """
    from cryptography.hazmat.primitives import serialization

    opened = open_certificate(certificate)
    _check_time(opened.leaf)
    password = secrets.token_urlsafe(32)
    encryption: serialization.KeySerializationEncryption = (
        serialization.NoEncryption()
        if in_memory
        else serialization.BestAvailableEncryption(password.encode())
    )
    pem = opened.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ) + b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (opened.leaf, *opened.others))
    # Some servers ask for it only when they see which path is wanted (RFC 8446, section 4.6.2).
    context.post_handshake_auth = True
    with (_memory_file if in_memory else _short_file)(pem) as path:
        try:
            context.load_cert_chain(path, password=password)
        except ssl.SSLError as error:
            raise ConfigError(
                f"TLS on this machine cannot use the client certificate: {error.reason or error}",
                "its key may be too small or of a kind that OpenSSL refuses",
            ) from None


@contextmanager
def _memory_file(content: bytes) -> Iterator[str]:
    number = os.memfd_create("client-certificate")
    try:
        with os.fdopen(os.dup(number), "wb") as file:
            file.write(content)
        yield f"/proc/self/fd/{number}"
    finally:
        os.close(number)


@contextmanager
def _short_file(content: bytes) -> Iterator[str]:
    """Write a file for its owner alone, as long as the block lasts; what stands in it is encrypted."""
    number, name = tempfile.mkstemp(prefix="connect-tui-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        yield name
    finally:
        Path(name).unlink(missing_ok=True)


def _check_time(leaf: "x509.Certificate") -> None:
    now, name = datetime.now(UTC), leaf.subject.rfc4514_string()
    if now > leaf.not_valid_after_utc:
        raise ConfigError(
            f"your certificate {name} expired on {leaf.not_valid_after_utc:%Y-%m-%d %H:%M} UTC",
            "give the authentication a certificate that is valid",
            error_class="auth",
        )
    if now < leaf.not_valid_before_utc:
        raise ConfigError(
            f"your certificate {name} is valid only from {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC",
            "wait until then, or check the clock of this machine",
            error_class="auth",
        )
