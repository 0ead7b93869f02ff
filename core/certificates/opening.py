"""Open a client certificate: find the key, and the certificate that belongs to it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import ConfigError
from .given import PEM, ClientCertificate

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes


@dataclass(frozen=True, slots=True)
class Opened:
    """A certificate, those that issued it, and its private key."""

    leaf: "x509.Certificate"
    others: "tuple[x509.Certificate, ...]"
    key: "PrivateKeyTypes" = field(repr=False)


def open_certificate(certificate: ClientCertificate) -> Opened:
    """Open what was given.

    Raises:
        ConfigError: it cannot be read, the password is wrong or missing, or the key is another certificate's.
    """
    content, password = certificate.cert, certificate.password
    if PEM in content:
        return _matching(_certificates(content), _open_key(certificate.key or content, password))
    return _open_pkcs12(content, password)


def _certificates(content: bytes) -> "list[x509.Certificate]":
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise ConfigError(
            "what was given as the certificate holds none that can be read",
            "give PEM text with BEGIN CERTIFICATE, or the path of such a file",
        ) from None


def _matching(found: "list[x509.Certificate]", key: "PrivateKeyTypes") -> Opened:
    for leaf in found:
        if _public(leaf) == _public(key):
            return Opened(leaf, tuple(one for one in found if one is not leaf), key)
    raise ConfigError(
        f"the private key does not belong to the certificate {found[0].subject.rfc4514_string()}",
        "give the key with which this certificate was requested",
    )


def _open_key(content: bytes, password: bytes | None) -> "PrivateKeyTypes":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if b"PRIVATE KEY-----" not in content:
        raise ConfigError(
            "there is no private key beside the certificate", "give it too, as PEM or in a file"
        )
    begin = content.rindex(PEM, 0, content.index(b"PRIVATE KEY-----"))
    content = content[begin:]
    encrypted = b"ENCRYPTED" in content[: content.find(b"-----END")]
    if encrypted and password is None:
        raise ConfigError("the private key is encrypted, and no password is given", "give its password")
    try:
        return load_pem_private_key(content, password if encrypted else None)
    except UnsupportedAlgorithm as error:
        raise ConfigError(
            f"the private key is of a kind that cannot be used: {error}", "convert it with `openssl pkey`"
        ) from None
    except (ValueError, TypeError):
        if encrypted:
            raise _wrong_password("the private key") from None
        raise ConfigError("the private key cannot be read", "it must be PEM, whole and unchanged") from None


def _open_pkcs12(content: bytes, password: bytes | None) -> Opened:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        found = pkcs12.load_pkcs12(content, password)
    except UnsupportedAlgorithm as error:
        raise ConfigError(
            f"the PKCS#12 file is encrypted in a way that cannot be used: {error}",
            "convert it: `openssl pkcs12 -legacy -in OLD -nodes | openssl pkcs12 -export -out NEW`",
        ) from None
    except (ValueError, TypeError):
        if password is None:
            raise ConfigError(
                "the PKCS#12 file cannot be opened without a password", "give its password"
            ) from None
        raise _wrong_password("the PKCS#12 file") from None
    if found.key is None or found.cert is None:
        raise ConfigError(
            "the PKCS#12 file holds no certificate with its private key",
            "export both into one file: `openssl pkcs12 -export -in CERT -inkey KEY`",
        )
    return _matching(
        [found.cert.certificate, *(one.certificate for one in found.additional_certs)], found.key
    )


def _wrong_password(what: str) -> ConfigError:
    return ConfigError(f"the password does not open {what}, or it is damaged", "give the right password")


def _public(holder: "x509.Certificate | PrivateKeyTypes") -> bytes:
    from cryptography.hazmat.primitives import serialization

    return holder.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
