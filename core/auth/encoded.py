"""Read and write bytes as base64 or hex."""

import base64
import binascii

_FROM_BASE64URL = str.maketrans("-_", "+/")


def decoded(text: str, written: str) -> bytes:
    """Read hex or base64, also base64 as in addresses and without its padding.

    Raises:
        ValueError: it is neither.
    """
    if written == "hex":
        return bytes.fromhex(text)
    plain = "".join(text.split()).translate(_FROM_BASE64URL).rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def encoded(data: bytes, written: str) -> str:
    """Write bytes as hex, base64, or base64url, which has no padding (RFC 4648)."""
    match written:
        case "base64":
            return base64.b64encode(data).decode()
        case "base64url":
            return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
        case _:
            return data.hex()
