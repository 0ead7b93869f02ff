"""Stage tls: the certificate is trusted, names this host, and lasts."""

import asyncio
import ipaddress
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ..tls_words import alert_failure
from .finding import Finding, broken, failed, passed, skipped, warned

if TYPE_CHECKING:
    from cryptography import x509

    from ..certificates import CertificateFacts

SOON_DAYS = 14
VERDICT_S = 1.0


def without_tls(host: str) -> Finding:
    """Give the finding for plain http: nothing to check on this machine, a warning on a network."""
    if host == "localhost" or _is_loopback(host):
        return skipped("plain http on loopback")
    return warned(
        "plain http: what is sent, credentials too, can be read on the way", "use an https base URL", "tls"
    )


async def check(
    address: str, port: int, host: str, context: ssl.SSLContext, ours: "CertificateFacts | None" = None
) -> Finding:
    """Shake hands as requests do, and read the certificate; ``ours`` is the one that is shown in return."""
    try:
        version, der = await _handshake(address, port, host, context)
    except ssl.SSLCertVerificationError as error:
        return await _explain(error, address, port, host)
    except (ssl.SSLError, OSError) as error:
        if (failure := alert_failure(getattr(error, "reason", None), host)) is not None:
            return failed(failure)
        said = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        return broken(
            "tls", f"no TLS on port {port}: {str(said).lower()}", "is the base URL meant to be http?"
        )
    certificate = _read(der)
    days = _days_left(certificate)
    evidence = f"{version}, for {_names(certificate)}, {_issuer(certificate)}, {days} days left"
    if context.verify_mode is ssl.CERT_NONE:
        return warned(
            f"{evidence}; not verified", "set http.tls.verify again once the certificate is right", "tls"
        )
    if days < SOON_DAYS:
        return warned(evidence, "the certificate ends soon: ask the owner of the server to renew it", "tls")
    return _judge_ours(ours, evidence) if ours is not None else passed(evidence)


def _judge_ours(ours: "CertificateFacts", evidence: str) -> Finding:
    days = ours.days_left()
    evidence += f"; shown {ours.subject}, issued by {ours.issuer}, serial {ours.serial}, {days} days left"
    if days < SOON_DAYS:
        ends = f"your certificate expires in {days} {'day' if days == 1 else 'days'}"
        return warned(evidence, f"{ends}: ask for a new one, and give it to the authentication", "auth")
    return passed(evidence)


async def _handshake(address: str, port: int, host: str, context: ssl.SSLContext) -> tuple[str, bytes]:
    """Give the TLS version and the server's certificate."""
    try:
        return await _shake_hands(address, port, host, context, asks=True)
    except ConnectionError:
        # Who closes at once may have said why, and our question pushed it aside.
        return await _shake_hands(address, port, host, context, asks=False)


async def _shake_hands(
    address: str, port: int, host: str, context: ssl.SSLContext, *, asks: bool
) -> tuple[str, bytes]:
    reader, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=host)
    try:
        tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
        if tls.version() == "TLSv1.3":
            # The handshake ends there before the server knows our certificate; its first byte tells.
            if asks:
                writer.write(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            with suppress(TimeoutError):
                async with asyncio.timeout(VERDICT_S):
                    await reader.read(1)
        return tls.version() or "TLS", tls.getpeercert(binary_form=True) or b""
    finally:
        writer.close()
        with suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


async def _explain(error: ssl.SSLCertVerificationError, address: str, port: int, host: str) -> Finding:
    """Look at the certificate that was not trusted, and say what is wrong with it."""
    lenient = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    lenient.check_hostname = False
    lenient.verify_mode = ssl.CERT_NONE
    try:
        _, der = await _handshake(address, port, host, lenient)
        certificate = _read(der)
    except (ssl.SSLError, OSError, ValueError):
        return broken(
            "tls", f"the certificate is not trusted: {error.verify_message}", "ask the server's owner"
        )
    days = _days_left(certificate)
    if days < 0:
        return broken(
            "tls", f"the certificate ended {-days} days ago", "ask the owner of the server to renew it"
        )
    if error.verify_code in {62, 64}:  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
        return broken(
            "tls",
            f"the certificate is for {_names(certificate)}, not for {host}",
            "check the host in the base URL",
        )
    if certificate.issuer == certificate.subject:
        return broken(
            "tls",
            f"the certificate is self-signed by {_issuer(certificate)}",
            "if that is right, name its PEM file as the authority in http.tls.ca",
        )
    return broken(
        "tls",
        f"the certificate is not trusted: {error.verify_message}, {_issuer(certificate)}",
        "name the authority's PEM file in http.tls.ca, or install it on this machine",
    )


def _read(der: bytes) -> "x509.Certificate":
    from cryptography import x509

    return x509.load_der_x509_certificate(der)


def _days_left(certificate: "x509.Certificate") -> int:
    return (certificate.not_valid_after_utc - datetime.now(UTC)).days


def _issuer(certificate: "x509.Certificate") -> str:
    from cryptography.x509.oid import NameOID

    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        found = certificate.issuer.get_attributes_for_oid(oid)
        if found:
            return f"issued by {found[0].value!s}"
    return "issued by nobody named"


def _names(certificate: "x509.Certificate") -> str:
    from cryptography import x509

    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return "no host"
    names = [str(name.value) for name in extension.value]
    return ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
