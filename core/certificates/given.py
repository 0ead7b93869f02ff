"""Find the client certificate of a method as it was given: PEM, PKCS#12 in base64, or the path of a file."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from connectors import ClientCertificate as CertificateSpec
from connectors.templates import MISSING

from ..errors import ConfigError
from ..unseal import Unsealed

PEM: Final = b"-----BEGIN "
_DER_START: Final = b"\x30"
_MOST_BYTES: Final = 1024 * 1024
# What stands in caches is worthless to whoever reads it there.
_BLIND: Final = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate and its key as they were given; ``identity`` names them without telling anything."""

    identity: str
    cert: bytes = field(repr=False, compare=False)
    key: bytes | None = field(default=None, repr=False, compare=False)
    password: bytes | None = field(default=None, repr=False, compare=False)


def find_certificate(spec: CertificateSpec | None, unsealed: Unsealed) -> ClientCertificate | None:
    """Give the client certificate of a method as it was given; None where there is none.

    Raises:
        ConfigError: a file cannot be read, or what was given is neither a certificate nor the path of one.
    """
    if spec is None:
        return None
    cert = _material(spec.cert or spec.pkcs12, "certificate", unsealed)
    if cert is None:
        return None
    key = _material(spec.key, "private key", unsealed)
    password = _filled(spec.password, unsealed)
    secret = password.encode() if password else None
    mac = hmac.new(_BLIND, digestmod="sha256")
    for part in (cert, key or b"", secret or b""):
        mac.update(hashlib.sha256(part).digest())
    return ClientCertificate(mac.hexdigest(), cert, key, secret)


def _material(template: str | None, what: str, unsealed: Unsealed) -> bytes | None:
    """Give what a template names: PEM text, PKCS#12 in base64, or the content of a file."""
    text = _filled(template, unsealed)
    if text is None:
        return None
    if PEM.decode() in text:
        return text.encode()
    return _from_base64(text) or _from_file(text, what)


def _from_base64(text: str) -> bytes | None:
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None
    return content if content[:1] == _DER_START and len(content) > 64 else None


def _from_file(text: str, what: str) -> bytes:
    path = (
        Path(text.strip()).expanduser()
        if "\0" not in text and "\n" not in text and len(text) < 4096
        else None
    )
    if path is None or not path.is_absolute():
        raise ConfigError(
            f"what was given as the {what} is no PEM, no PKCS#12 in base64, and no whole path of a file",
            "paste the PEM text with its BEGIN and END lines, or write a path that begins with / or ~",
        )
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except OSError as error:
        raise ConfigError(
            f"the file of the {what} cannot be read: {error.strerror}: {path}",
            "make it readable for this user",
        ) from None
    if not content.strip():
        raise ConfigError(f"the file of the {what} is empty: {path}", "put it there")
    return content


def _filled(template: str | None, unsealed: Unsealed) -> str | None:
    value = unsealed.fill(template)
    return None if value is None or value is MISSING or not str(value).strip() else str(value)
